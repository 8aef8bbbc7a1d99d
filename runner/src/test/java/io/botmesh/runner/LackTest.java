package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.ForwardingJournal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that lacks once, anywhere between the fetch of a batch and its handlers: each update is handled once, in order. */
@Timeout(120)
class LackTest {
    private static final int CHATS = 3;

    /** Throws once, at the call of this number after it was armed. */
    private static final class Fuse {
        private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

        void arm(int call) {
            left.set(call);
        }

        boolean burnt() {
            return left.get() <= 0;
        }

        void at() {
            if (left.get() < Integer.MAX_VALUE && left.decrementAndGet() == 0)
                throw new OutOfMemoryError("Java heap space");
        }
    }

    private record Item(int id, int chat) {}

    /** What the queue asks of a key that comes, it asks where it allocates. */
    private record Key(int chat, Fuse fuse) {
        @Override
        public int hashCode() {
            if (StackWalker.getInstance().walk(frames -> frames.anyMatch(Key::isArrival))) fuse.at();
            return chat;
        }

        private static boolean isArrival(StackWalker.StackFrame frame) {
            return frame.getClassName().equals(KeyedQueue.class.getName())
                    && frame.getMethodName().equals("add");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key(int its, Fuse same) && its == chat && same == fuse;
        }
    }

    private final Fuse fuse = new Fuse();
    private final LinkedBlockingQueue<Item> handled = new LinkedBlockingQueue<>();

    private RunnerOptions<Item> options() {
        return RunnerOptions.<Item>defaults().withKeys(Keys.sequentialize(item -> new Key(item.chat(), fuse)));
    }

    /** An update after the fuse has burnt shows that polling goes on. */
    private void assertEachOnceInOrder(QueueSource<Item> source, int count) throws InterruptedException {
        source.updates.add(new Item(count, 0));
        var seen = new HashMap<Integer, List<Integer>>();
        var ids = new ArrayList<Integer>();
        while (ids.size() <= count) {
            var item = handled.take();
            ids.add(item.id());
            seen.computeIfAbsent(item.chat(), none -> new ArrayList<>()).add(item.id());
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(seen.values()).allSatisfy(each -> assertThat(each).isSorted());
    }

    private static List<Item> items(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new Item(id, id % CHATS))
                .toList();
    }

    private void runs(QueueSource<Item> source, RunnerOptions<Item> options, int call) throws InterruptedException {
        int count = 9;
        source.updates.addAll(items(count));
        fuse.arm(call);
        try (var runner = new Runner<>(source, delivery -> handled.add(delivery.update()), options)) {
            runner.start();
            assertEachOnceInOrder(source, count);
            assertThat(handled).isEmpty();
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.keys()).isZero();
            assertThat(runner.isRunning()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 12})
    void line22WithoutAJournalABatchThatThereIsNoMemoryForIsTakenInWhereItWas(int call) throws InterruptedException {
        runs(new QueueSource<>(), options(), call);
        assertThat(fuse.burnt()).isTrue();
    }

    /** The source is asked to confirm first. What comes may be read back from the journal as well. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 9, 13})
    void line22WithAJournalABatchThatThereIsNoMemoryForIsTakenInWhereItWas(int call) throws InterruptedException {
        var source = new QueueSource<Item>() {
            @Override
            public void confirm(Item through) {
                fuse.at();
                super.confirm(through);
            }
        };
        runs(source, options().withJournal(new MemoryJournal<>(Item::id, InstantSource.system())), call);
        assertThat(fuse.burnt()).isTrue();
    }

    /** What an earlier process left is read back while memory lacks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void line22WhatWaitsOnDiskIsReadBackThoughMemoryLacks(int failures) throws InterruptedException {
        var left = new AtomicInteger(failures);
        var memory = new MemoryJournal<Item>(Item::id, InstantSource.system());
        memory.append(items(9));
        var journal = new ForwardingJournal<>(memory.reopened()) {
            @Override
            public List<Entry<Item>> undone(long after, int limit) {
                if (left.getAndDecrement() <= 0) return super.undone(after, limit);
                var lack = new OutOfMemoryError("Java heap space");
                if (failures == 2) throw new JournalException.NotStored("none", lack);
                throw lack;
            }
        };
        var source = new QueueSource<Item>();
        try (var runner = new Runner<>(
                source, delivery -> handled.add(delivery.update()), options().withJournal(journal))) {
            runner.start();
            assertEachOnceInOrder(source, 9);
            assertThat(runner.isRunning()).isTrue();
        }
    }

    /** Keys in the queue, at each call that a task of two makes: what was half in is out again. */
    @Test
    void aTaskThatTheQueueHasNoMemoryForLeavesNothingThere() {
        for (int call = 1; call <= 4; call++) {
            var queue = new KeyedQueue<Item>();
            var a = new Key(1, fuse);
            var b = new Key(2, fuse);
            var first = new Task<>(new Item(0, 1), 0, 1, List.of(b), null);
            queue.add(first);
            var both = new Task<>(new Item(1, 1), 0, 1, List.of(a, b), null);
            fuse.arm(call);
            boolean failed = false;
            try {
                queue.add(both);
            } catch (OutOfMemoryError lack) {
                failed = true;
                assertThat(queue.keys()).isOne();
                queue.add(both);
            }
            fuse.arm(Integer.MAX_VALUE);
            assertThat(failed).as("call %d", call).isEqualTo(call < 4);
            assertThat(queue.take()).isSameAs(first);
            assertThat(queue.take()).isNull();
            queue.ended(first);
            assertThat(queue.take()).isSameAs(both);
            queue.ended(both);
            assertThat(queue.keys()).isZero();
        }
    }

    @Test
    void anEntryThatThereIsNoMemoryToBuryIsNotHidden() {
        var codec = new Codec<Integer>(
                update -> update.toString().getBytes(StandardCharsets.UTF_8),
                bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)));
        var journal = new FileJournal<>(
                "disk",
                PowerLoss::new,
                1,
                Integer::longValue,
                codec,
                () -> {
                    fuse.at();
                    return Instant.EPOCH;
                },
                () -> 0,
                2048);
        try (journal) {
            long sequence = journal.append(List.of(7)).getFirst().sequence();
            fuse.arm(1);
            assertThatThrownBy(() -> journal.dead(sequence, 1, new DeadLetters.Cause("a", "b", "c")))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(journal.undone(0, 9)).hasSize(1);
            journal.dead(sequence, 1, new DeadLetters.Cause("a", "b", "c"));
            journal.flush();
            assertThat(journal.undone(0, 9)).isEmpty();
            assertThat(journal.deadLetters().list(0, 9)).hasSize(1);
        }
    }
}
