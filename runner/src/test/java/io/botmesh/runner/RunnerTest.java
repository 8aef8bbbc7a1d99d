package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.ForwardingJournal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines are those of section 6 of the runner's specification, numbers in brackets its ported behaviours. */
@Timeout(300)
@SuppressWarnings("ThreadPriorityCheck") // a yield widens the races that these tests look for; nothing relies on it
class RunnerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static RunnerOptions<String> byFirstLetter() {
        return RunnerOptions.<String>defaults().withKeys(Keys.sequentialize(update -> update.charAt(0)));
    }

    /** Ends of attempts, as they happen. */
    private static final class Ends<U> implements RunnerListener<U> {
        record End<U>(U update, int attempt, @Nullable Throwable failure) {}

        final LinkedBlockingQueue<End<U>> ends = new LinkedBlockingQueue<>();

        @Override
        public void onEnded(Delivery<U> delivery, Duration took, @Nullable Throwable failure) {
            ends.add(new End<>(delivery.update(), delivery.attempt(), failure));
        }

        List<End<U>> await(int count) throws InterruptedException {
            var got = new ArrayList<End<U>>();
            while (got.size() < count) got.add(ends.take());
            return got;
        }
    }

    // ---- order and slots --------------------------------------------------------------------------------------------

    @Test
    void line1AColdUpdateStartsBeforeAnyOfTenThousandHotOnesHasEnded() throws InterruptedException {
        var source = new QueueSource<String>();
        for (int i = 0; i < 10_000; i++) source.updates.add("hot");
        source.updates.add("cold");
        var coldStarted = new CountDownLatch(1);
        var hotEnded = new AtomicInteger();
        var hotBefore = new AtomicInteger(-1);
        var all = new CountDownLatch(10_001);
        var options = byFirstLetter().withConcurrency(8).withGuarantee(new Guarantee.AtMostOnce<>());
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    if (delivery.update().equals("cold")) {
                        hotBefore.set(hotEnded.get());
                        coldStarted.countDown();
                    } else {
                        coldStarted.await();
                        hotEnded.incrementAndGet();
                    }
                    all.countDown();
                },
                options)) {
            runner.start();
            coldStarted.await();
            assertThat(hotBefore).hasValue(0);
            all.await();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 500})
    void line2NeverMoreThanTheLimitRunsFromTheFirstPollOnAndAfterARestart(int limit) throws InterruptedException {
        var source = new QueueSource<Integer>();
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new AtomicReference<>(new CountDownLatch(limit));
        var left = new AtomicReference<>(new CountDownLatch(0));
        try (var runner = new Runner<Integer>(
                source,
                delivery -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    full.get().countDown();
                    full.get().await(); // so that the limit is reached, not only kept
                    Thread.yield();
                    running.decrementAndGet();
                    left.get().countDown();
                },
                RunnerOptions.<Integer>defaults().withConcurrency(limit).withGuarantee(new Guarantee.AtMostOnce<>()))) {
            for (int start = 0; start < 2; start++) {
                full.set(new CountDownLatch(limit));
                left.set(new CountDownLatch(limit * 3 + 100));
                for (int i = 0; i < limit * 3 + 100; i++) source.updates.add(i);
                runner.start();
                left.get().await();
                assertThat(most).hasValue(limit);
                runner.stop(LONG);
                most.set(0);
            }
        }
    }

    @Test
    void line2AHandlerThatOutlivesAStopKeepsItsSlotAndItsKey() throws InterruptedException {
        var source = QueueSource.of("a1");
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new LinkedBlockingQueue<String>();
        try (var runner = new Runner<String>(
                source,
                delivery -> {
                    handled.add(delivery.update());
                    if (!delivery.update().equals("a1")) return;
                    started.countDown();
                    awaitStubbornly(release);
                },
                byFirstLetter().withConcurrency(2))) {
            runner.start();
            started.await();
            assertThat(runner.stop(Duration.ZERO)).isEqualTo(new StopReport(0, 1, 0, 0, 0));
            source.updates.addAll(List.of("a2", "b"));
            runner.start();
            assertThat(handled.take()).isEqualTo("a1");
            assertThat(handled.take()).isEqualTo("b");
            release.countDown();
            assertThat(handled.take()).isEqualTo("a2");
        }
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // That is what this one is about.
            }
        }
    }

    @Test
    void line3OrderPerKeyHoldsOverRandomKeySetsWithFailuresAndRetries() throws InterruptedException {
        long seed = Long.getLong("seed", 1);
        System.out.println("RunnerTest line3 seed " + seed);
        for (int round = 0; round < 40; round++)
            randomKeySets(new Random(seed + round), "seed " + seed + " round " + round);
    }

    private static void randomKeySets(Random random, String name) throws InterruptedException {
        int count = 300;
        var keys = IntStream.range(0, count)
                .mapToObj(i ->
                        random.ints(random.nextInt(4), 0, 7).boxed().distinct().toList())
                .toList();
        var failing = IntStream.range(0, count).mapToObj(i -> random.nextInt(5)).toList();
        var source = new QueueSource<Integer>();
        for (int i = 0; i < count; i++) source.updates.add(i);
        var held = ConcurrentHashMap.<Integer>newKeySet();
        var lastOfKey = new ConcurrentHashMap<Integer, Integer>();
        var faults = new LinkedBlockingQueue<String>();
        var done = new CountDownLatch(count);
        Handler<Integer> handler = delivery -> {
            int update = delivery.update();
            for (int key : keys.get(update)) {
                if (!held.add(key)) faults.add(update + " overlaps on " + key);
                var before = lastOfKey.put(key, update);
                if (before != null && before > update) faults.add(update + " after " + before + " on " + key);
            }
            if (update % 3 == 0) Thread.yield();
            keys.get(update).forEach(held::remove);
            if (failing.get(update) == 1) throw new IllegalStateException("meant to fail");
            if (failing.get(update) == 2 && delivery.attempt() < 3)
                throw new IllegalArgumentException("meant to recover");
        };
        var ends = new RunnerListener<Integer>() {
            @Override
            public void onEnded(Delivery<Integer> delivery, Duration took, @Nullable Throwable failure) {
                if (!(failure instanceof IllegalArgumentException)) done.countDown();
            }
        };
        var options = RunnerOptions.<Integer>defaults()
                .withKeys(keys::get)
                .withListener(ends)
                .withGuarantee(new Guarantee.AtMostOnce<>())
                .withFailures((delivery, failure) -> failure instanceof IllegalArgumentException
                        ? FailureHandler.Decision.RETRY
                        : FailureHandler.Decision.SKIP)
                .withConcurrency(1 + random.nextInt(16));
        try (var runner =
                new Runner<>(source, handler, options, FakeTimer.impatient(), InstantSource.system(), random)) {
            runner.start();
            done.await();
            runner.stop(LONG);
            assertThat(faults).as(name).isEmpty();
            assertThat(runner.size()).as(name).isZero();
            assertThat(runner.keys()).as(name).isZero();
        }
    }

    @Test
    void line4WaitsForAllPredecessorsAlthoughOneFails() throws InterruptedException {
        var source = QueueSource.of("a", "b", "ab", "probe");
        var release = new CountDownLatch(1);
        var started = new LinkedBlockingQueue<String>();
        var options = RunnerOptions.<String>defaults()
                .withConcurrency(2)
                .withKeys(update -> update.equals("probe")
                        ? List.of()
                        : update.chars().boxed().toList());
        try (var runner = new Runner<String>(
                source,
                delivery -> {
                    started.add(delivery.update());
                    if (delivery.update().equals("a")) throw new IllegalStateException("at once");
                    if (delivery.update().equals("b")) release.await();
                },
                options)) {
            runner.start();
            // The probe runs in the slot that "a" has freed, so "a" has ended for good when it starts.
            assertThat(List.of(started.take(), started.take(), started.take()))
                    .containsExactlyInAnyOrder("a", "b", "probe");
            release.countDown();
            assertThat(started.take()).isEqualTo("ab");
        }
    }

    /** [28], [29] */
    @Test
    void aFailureHarmsNoneOfItsSuccessors() throws InterruptedException {
        var updates = List.of("p1", "x1!", "y1", "p2!", "x2", "y2!", "p3", "x3!", "y3!", "p4!", "x4", "y4");
        var source = new QueueSource<String>();
        source.updates.addAll(updates);
        var ends = new Ends<String>();
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    if (delivery.update().endsWith("!")) throw new IllegalStateException(delivery.update());
                },
                byFirstLetter().withListener(ends))) {
            runner.start();
            var got = ends.await(updates.size());
            assertThat(got).extracting(Ends.End::update).containsExactlyInAnyOrderElementsOf(updates);
            for (var end : got) {
                var failure = end.failure() == null ? null : end.failure().getMessage();
                assertThat(failure).isEqualTo(end.update().endsWith("!") ? end.update() : null);
            }
            for (var key : List.of("p", "x", "y"))
                assertThat(got.stream().map(Ends.End::update).filter(update -> update.startsWith(key)))
                        .isSorted();
        }
    }

    @Test
    void line8KeysThatPassThroughLeaveNothing() throws InterruptedException {
        int count = 300_000;
        var next = new AtomicInteger();
        var done = new CountDownLatch(count);
        Source<Integer> source = new Source<>() {
            @Override
            public List<Integer> next(int limit) throws InterruptedException {
                int from = next.getAndAdd(limit);
                if (from >= count) new CountDownLatch(1).await();
                return IntStream.range(from, from + limit).boxed().toList();
            }

            @Override
            public void confirm(Integer through) {}

            @Override
            public void flush() {}
        };
        var options = RunnerOptions.<Integer>defaults()
                .withGuarantee(new Guarantee.AtMostOnce<>())
                .withKeys(update -> List.of(update, "k" + update))
                .withLimits(RunnerLimits.defaults().withWatermarks(500, 1000));
        try (var runner = new Runner<Integer>(source, delivery -> done.countDown(), options)) {
            runner.start();
            var most = 0;
            while (!done.await(1, TimeUnit.MILLISECONDS)) most = Math.max(most, runner.keys());
            runner.stop(LONG);
            assertThat(most).isLessThanOrEqualTo(2 * (1000 + 100 + 500));
            assertThat(runner.keys()).isZero();
            assertThat(runner.size()).isZero();
        }
    }

    @Test
    void line8WhatDoesNotFitIntoMemoryWaitsInTheJournalAndKeepsItsOrder() throws InterruptedException {
        int count = 20_000;
        var source = new QueueSource<Long>();
        LongStream.rangeClosed(1, count).forEach(source.updates::add);
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var open = new CountDownLatch(1);
        var handled = Collections.synchronizedList(new ArrayList<Long>());
        var done = new CountDownLatch(count + 500);
        var options = RunnerOptions.<Long>defaults()
                .withKeys(Keys.sequentialize(update -> update % 5))
                .withJournal(journal)
                .withLimits(RunnerLimits.defaults().withWatermarks(200, 1000));
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    open.await();
                    handled.add(delivery.update());
                    done.countDown();
                },
                options)) {
            runner.start();
            while (journal.size() < count) Thread.onSpinWait();
            assertThat(runner.size()).isLessThanOrEqualTo(1000 + 100 + 500);
            assertThat(runner.stats().spilled()).isGreaterThan(18_000);
            open.countDown();
            LongStream.rangeClosed(count + 1, count + 500).forEach(source.updates::add); // while it is read back
            done.await();
            runner.stop(LONG);
            assertThat(handled).doesNotHaveDuplicates().hasSize(count + 500);
            for (int key = 0; key < 5; key++) {
                int own = key;
                assertThat(handled.stream().filter(update -> update % 5 == own)).isSorted();
            }
            assertThat(journal.size()).isZero();
        }
    }

    @Test
    void pollingPausesWhenTheJournalHoldsEnough() throws InterruptedException {
        var source = new QueueSource<Long>();
        LongStream.rangeClosed(1, 5_000).forEach(source.updates::add);
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var open = new CountDownLatch(1);
        var paused = new CountDownLatch(1);
        var done = new CountDownLatch(5_000);
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal)
                .withConcurrency(1)
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onPaused(long waiting) {
                        paused.countDown();
                    }
                })
                .withLimits(RunnerLimits.defaults()
                        .withWatermarks(100, 200)
                        .withSpill(1000)
                        .withConcurrency(1));
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    open.await();
                    done.countDown();
                },
                options)) {
            runner.start();
            paused.await();
            assertThat(journal.size()).isBetween(1000L, 1000L + 200 + 100 + 100 + 1);
            open.countDown();
            done.await();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 500})
    void line9BatchesStayLargeAtSaturation(int concurrency) throws InterruptedException {
        var next = new AtomicInteger();
        var done = new CountDownLatch(20_000);
        var batches = Collections.synchronizedList(new ArrayList<Integer>());
        Source<Integer> endless = new Source<>() {
            @Override
            public List<Integer> next(int limit) {
                batches.add(limit);
                return IntStream.range(0, limit)
                        .map(i -> next.incrementAndGet())
                        .boxed()
                        .toList();
            }

            @Override
            public void confirm(Integer through) {}

            @Override
            public void flush() {}
        };
        var options = RunnerOptions.<Integer>defaults()
                .withGuarantee(new Guarantee.AtMostOnce<>())
                .withLimits(RunnerLimits.defaults().withWatermarks(50, 200).withConcurrency(concurrency));
        try (var runner = new Runner<Integer>(endless, delivery -> done.countDown(), options)) {
            runner.start();
            done.await();
        }
        assertThat(batches.stream().mapToInt(Integer::intValue).average().orElse(0))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void line9AgainstTheServersRulesToo() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 20_000);
        var done = new CountDownLatch(20_000);
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        try (var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> done.countDown(),
                RunnerOptions.<Long>defaults().withConcurrency(50).withJournal(journal))) {
            runner.start();
            done.await();
        }
        assertThat(server.polls().size()).isLessThanOrEqualTo(20_000 / 100 + 3);
        assertThat(server.pending()).isEmpty();
    }

    @Test
    void onePollIsAlwaysInFlightWhileHandlersWork() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 1);
        var started = new CountDownLatch(1);
        var busy = new CountDownLatch(1);
        try (var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> {
                    started.countDown();
                    busy.await();
                },
                RunnerOptions.<Long>defaults()
                        .withJournal(new MemoryJournal<>(Long::longValue, InstantSource.system())))) {
            runner.start();
            started.await();
            server.awaitPolls(2);
            assertThat(runner.stats().running()).isOne();
            busy.countDown();
        }
    }

    // ---- delivery ---------------------------------------------------------------------------------------------------

    @Test
    void line15WithoutADiskNothingIsConfirmedBeyondTheFinishedPrefix() throws InterruptedException {
        var source = QueueSource.of("slow", "b", "c");
        var release = new CountDownLatch(1);
        var ends = new Ends<String>();
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    if (delivery.update().equals("slow")) release.await();
                },
                RunnerOptions.<String>defaults().withListener(ends))) {
            runner.start();
            ends.await(2);
            assertThat(source.confirmed).isEmpty();
            release.countDown();
            ends.await(1);
            assertThat(source.confirmed).containsExactly("c");
        }
    }

    @Test
    void line15WithoutADiskAStopLeavesWhatHasNotEndedAtTheServer() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 6);
        var fourStarted = new CountDownLatch(1);
        var ends = new Ends<Long>();
        var handled = ConcurrentHashMap.<Long>newKeySet();
        var release = new CountDownLatch(1);
        var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> {
                    if (delivery.update() == 4) {
                        fourStarted.countDown();
                        release.await();
                    }
                    handled.add(delivery.update());
                },
                RunnerOptions.<Long>defaults()
                        .withKeys(Keys.sequentialize(update -> update == 6 ? 4 : update))
                        .withListener(ends));
        runner.start();
        fourStarted.await();
        ends.await(4);
        var report = runner.stop(Duration.ZERO);
        assertThat(report.cancelled()).isOne();
        assertThat(report.unstarted()).isOne();
        assertThat(server.pending()).contains(4L, 5L, 6L).doesNotContain(1L, 2L, 3L);
        release.countDown();
        runner.start();
        while (!server.pending().isEmpty()) {
            server.awaitPolls(server.polls().size());
            Thread.onSpinWait();
        }
        runner.close();
        assertThat(handled).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void line15AtMostOnceTheServerHasForgottenAnUpdateBeforeItsHandlerStarts() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 250);
        var early = new LinkedBlockingQueue<Long>();
        var done = new CountDownLatch(250);
        try (var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> {
                    if (server.pending().contains(delivery.update())) early.add(delivery.update());
                    done.countDown();
                },
                RunnerOptions.<Long>defaults().withGuarantee(new Guarantee.AtMostOnce<>()))) {
            runner.start();
            done.await();
        }
        assertThat(early).isEmpty();
    }

    @Test
    void line15WithAJournalAnUpdateIsStoredBeforeItIsConfirmed() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var source = new QueueSource<Long>();
        var unstored = new LinkedBlockingQueue<Long>();
        Source<Long> checking = new Source<>() {
            @Override
            public List<Long> next(int limit) throws InterruptedException {
                return source.next(limit);
            }

            @Override
            public void confirm(Long through) {
                if (journal.undone(0, 1000).stream()
                        .noneMatch(entry -> entry.update().equals(through))) unstored.add(through);
                source.confirm(through);
            }

            @Override
            public void flush() {}
        };
        LongStream.rangeClosed(1, 300).forEach(source.updates::add);
        var open = new CountDownLatch(1);
        var done = new CountDownLatch(300);
        try (var runner = new Runner<Long>(
                checking,
                delivery -> {
                    open.await();
                    done.countDown();
                },
                RunnerOptions.<Long>defaults().withJournal(journal))) {
            runner.start();
            while (!source.confirmed.contains(300L)) Thread.onSpinWait();
            open.countDown();
            done.await();
        }
        assertThat(unstored).isEmpty();
    }

    @Test
    void line15AfterACrashTheJournalBringsBackWhatHadNotEndedInOrderAndFlagged() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var source = new QueueSource<Long>();
        LongStream.rangeClosed(1, 100).forEach(source.updates::add);
        var ended = new CountDownLatch(50);
        var first = new Runner<Long>(
                source,
                delivery -> {
                    if (delivery.update() % 2 == 0) new CountDownLatch(1).await();
                },
                RunnerOptions.<Long>defaults().withJournal(journal).withListener(new RunnerListener<>() {
                    @Override
                    public void onEnded(Delivery<Long> delivery, Duration took, @Nullable Throwable failure) {
                        ended.countDown();
                    }
                }));
        first.start();
        ended.await();
        var afterCrash = journal.reopened();
        first.stop(Duration.ZERO);

        var redelivered = new QueueSource<Long>(); // the server has not heard the last confirmation
        LongStream.rangeClosed(90, 101).forEach(redelivered.updates::add);
        var again = new LinkedBlockingQueue<Delivery<Long>>();
        try (var second = new Runner<Long>(
                redelivered,
                again::add,
                RunnerOptions.<Long>defaults().withJournal(afterCrash).withKeys(Keys.all()))) {
            second.start();
            for (long id = 2; id <= 100; id += 2)
                assertThat(again.take()).hasToString("Delivery[update=%d, attempt=2]", id);
            assertThat(again.take()).hasToString("Delivery[update=101, attempt=1]");
            while (second.stats().duplicates() < 11) Thread.onSpinWait();
        }
        assertThat(afterCrash.size()).isZero();
    }

    @Test
    void whoeverHearsThatARedeliveryIsConfirmedFindsItCounted() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        journal.append(List.of(1L));
        var runner = new CompletableFuture<Runner<Long>>();
        var counted = new LinkedBlockingQueue<Long>();
        var source = new QueueSource<Long>() {
            @Override
            public void confirm(Long through) {
                counted.add(runner.join().stats().duplicates());
            }
        };
        source.updates.add(1L);
        try (var running = new Runner<Long>(
                source, delivery -> {}, RunnerOptions.<Long>defaults().withJournal(journal))) {
            runner.complete(running);
            running.start();
            assertThat(counted.take()).isOne();
        }
    }

    @Test
    void aJournalThatFailsEndsPollingAndNothingIsConfirmedThatIsNotStored() {
        var source = QueueSource.of(1L, 2L, 3L);
        var full = new FullJournal();
        try (var runner = new Runner<Long>(
                source, delivery -> {}, RunnerOptions.<Long>defaults().withJournal(full))) {
            runner.start();
            assertThatThrownBy(() -> runner.stopped().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(JournalException.NotStored.class);
            assertThat(runner.isRunning()).isFalse();
            runner.stop(LONG);
        }
        assertThat(source.confirmed).isEmpty();
        assertThat(source.batches).hasSize(1);
    }

    /** As on a full disk. */
    private static final class FullJournal extends ForwardingJournal<Long> {
        FullJournal() {
            super(new MemoryJournal<>(Long::longValue, InstantSource.system()));
        }

        @Override
        public List<Entry<Long>> append(List<Long> updates) {
            throw new JournalException.NotStored("the disk is full", null);
        }
    }

    @Test
    void aDiskThatHangsDoesNotHoldUpAStop() throws InterruptedException {
        var stuck = new CountDownLatch(1);
        var journal = new SlowJournal() {
            @Override
            public void flush() {
                awaitStubbornly(stuck);
            }
        };
        var handled = new CountDownLatch(1);
        var unmarked = new LinkedBlockingQueue<Throwable>();
        var options = RunnerOptions.<Long>defaults().withJournal(journal).withListener(new RunnerListener<>() {
            @Override
            public void onMarkFailed(Throwable failure) {
                unmarked.add(failure);
            }
        });
        var runner = new Runner<Long>(QueueSource.of(1L), delivery -> handled.countDown(), options);
        try {
            runner.start();
            handled.await();
            runner.stop(Duration.ZERO); // with the hanging flush waited for, this never returns
            assertThat(unmarked).singleElement().isInstanceOf(JournalException.NotStored.class);
        } finally {
            stuck.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteThatOutlivesAStopIsHandledOnceAfterTheNextStart(boolean backBeforeTheStart) throws Exception {
        var writing = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        var looked = new CountDownLatch(1);
        var readBack = new CountDownLatch(1);
        var journal = new SlowJournal() {
            @Override
            public List<Entry<Long>> undone(long after, int limit) {
                var entries = super.undone(after, limit);
                looked.countDown();
                if (!entries.isEmpty()) readBack.countDown();
                return entries;
            }

            @Override
            public List<Entry<Long>> append(List<Long> updates) {
                awaitStubbornly(looked);
                var entries = super.append(updates); // on disk, but the thread has not come back
                if (updates.contains(1L)) {
                    writing.countDown();
                    awaitStubbornly(stuck);
                }
                return entries;
            }
        };
        var source = QueueSource.of(1L);
        var handled = new LinkedBlockingQueue<Long>();
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    handled.add(delivery.update());
                    readBack.await(); // it has not ended yet when the journal is read
                },
                RunnerOptions.<Long>defaults().withJournal(journal).withKeys(Keys.all()))) {
            runner.start();
            writing.await();
            runner.stop(Duration.ZERO);
            if (backBeforeTheStart) {
                stuck.countDown();
                while (runner.size() == 0 && runner.stats().spilled() == 0) Thread.onSpinWait();
            }
            var started = new CompletableFuture<@Nullable Void>();
            var starter = Thread.ofPlatform().start(() -> {
                runner.start();
                started.complete(null);
            });
            // Started already (then there are two pollers), or waiting for the write.
            while (!started.isDone() && starter.getState() != Thread.State.WAITING) Thread.onSpinWait();
            source.updates.addAll(List.of(2L, 3L));
            stuck.countDown();
            started.get();
            while (journal.size() > 0 || !source.confirmed.contains(3L)) Thread.onSpinWait();
            runner.stop(LONG);
            assertThat(handled).containsExactly(1L, 2L, 3L);
        }
    }

    /** A journal whose disk answers late; the contents are right. */
    private static class SlowJournal extends ForwardingJournal<Long> {
        SlowJournal() {
            super(new MemoryJournal<>(Long::longValue, InstantSource.system()));
        }
    }

    // ---- failures ---------------------------------------------------------------------------------------------------

    @Test
    void line22NothingLeaksWhateverAHandlerOrTheFailureHandlerThrows() throws InterruptedException {
        var source = new QueueSource<Integer>();
        for (int i = 0; i < 400; i++) source.updates.add(i);
        var ends = new Ends<Integer>();
        var options = RunnerOptions.<Integer>defaults()
                .withConcurrency(2)
                .withKeys(Keys.sequentialize(update -> update % 5))
                .withListener(ends)
                .withFailures((delivery, failure) -> {
                    if (delivery.update() % 3 == 0) throw new IllegalStateException("the failure handler itself");
                    if (delivery.update() % 3 == 1) recurse(1);
                    return FailureHandler.Decision.SKIP;
                });
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    switch (delivery.update() % 8) {
                        case 0 -> throw new IllegalStateException("plain");
                        case 1 -> recurse(1);
                        case 2 -> throw new OutOfMemoryError("as if");
                        case 3 -> throw new AssertionError("an error");
                        case 4 -> Thread.currentThread().interrupt(); // must not reach the next one on this thread
                        case 5 -> new CountDownLatch(0).await();
                        default -> {}
                    }
                },
                options)) {
            runner.start();
            var got = ends.await(400);
            assertThat(got.stream().filter(end -> end.failure() != null)).hasSize(200);
            runner.stop(LONG);
            assertThat(runner.size()).isZero();
            assertThat(runner.keys()).isZero();
            assertThat(runner.stats().running()).isZero();
            assertThat(source.confirmed).contains(399);
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void anUpdateWhoseKeysCannotBeComputedFailsAloneAndPollingGoesOn() throws InterruptedException {
        var source = QueueSource.of("a", "", "b");
        var ends = new Ends<String>();
        try (var runner =
                new Runner<String>(source, delivery -> {}, byFirstLetter().withListener(ends))) {
            runner.start();
            var got = ends.await(3);
            assertThat(got.stream().filter(end -> end.failure() != null).map(Ends.End::update))
                    .containsExactly("");
            assertThat(runner.isRunning()).isTrue();
        }
    }

    @Test
    void amongSeveralKeysNullIsNone() throws InterruptedException {
        var source = QueueSource.of("a1", "?1", "a2");
        var ends = new Ends<String>();
        var go = new CountDownLatch(1);
        Keys<String> keys = update -> Arrays.asList(update.startsWith("a") ? "a" : null, null);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a1")) go.await();
        };
        try (var runner =
                new Runner<>(source, handler, byFirstLetter().withKeys(keys).withListener(ends))) {
            runner.start();
            assertThat(ends.await(1)).extracting(Ends.End::update).containsExactly("?1");
            go.countDown();
            assertThat(ends.await(2)).containsExactly(new Ends.End<>("a1", 1, null), new Ends.End<>("a2", 1, null));
        }
    }

    @Test
    void anUpdateWithMoreKeysThanItMayHaveFailsAtItsFirstAttemptAlready() throws InterruptedException {
        var source = QueueSource.of(63, 64);
        var ends = new Ends<Integer>();
        var options = RunnerOptions.<Integer>defaults()
                .withKeys(update -> IntStream.range(0, update).boxed().toList())
                .withListener(ends);
        try (var runner = new Runner<>(source, delivery -> {}, options)) {
            runner.start();
            var got = ends.await(2);
            assertThat(got.stream().filter(end -> end.failure() != null).map(Ends.End::update))
                    .containsExactly(64);
        }
    }

    @Test
    void aRetriedUpdateKeepsItsPlaceAndFreesItsSlot() throws InterruptedException {
        var source = QueueSource.of("a1", "a2", "b");
        var ends = new Ends<String>();
        var timer = new FakeTimer();
        var options = byFirstLetter()
                .withConcurrency(1)
                .withListener(ends)
                .withFailures(FailureHandler.retry())
                .withTimes(TimeLimits.<String>defaults().withStandstill(null)); // no alarm but the pause
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    if (delivery.update().equals("a1") && delivery.attempt() < 3)
                        throw new IllegalStateException("not yet");
                },
                options,
                timer,
                InstantSource.system(),
                new Random(1))) {
            runner.start();
            assertThat(ends.await(2)).extracting(Ends.End::update).containsExactly("a1", "b");
            assertThat(source.confirmed).isEmpty();
            timer.awaitPending(1);
            timer.fireNext();
            assertThat(ends.await(1))
                    .extracting(end -> end.update() + end.attempt())
                    .containsExactly("a12");
            timer.awaitPending(1);
            timer.fireNext();
            assertThat(ends.await(2))
                    .extracting(end -> end.update() + end.attempt())
                    .containsExactly("a13", "a21");
        }
        assertThat(source.confirmed).containsExactly("a1", "b");
    }

    @Test
    void aRetriedUpdateIsGivenUpAfterItsLastAttempt() throws InterruptedException {
        var source = QueueSource.of("poison", "p2");
        var ends = new Ends<String>();
        var options = byFirstLetter()
                .withListener(ends)
                .withRetry(RetryOptions.defaults().withAttempts(3))
                .withFailures(FailureHandler.retry());
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    if (delivery.update().equals("poison")) throw new IllegalStateException("always");
                },
                options,
                FakeTimer.impatient(),
                InstantSource.system(),
                new Random(1))) {
            runner.start();
            assertThat(ends.await(4))
                    .extracting(end -> end.update() + end.attempt())
                    .containsExactly("poison1", "poison2", "poison3", "p21");
            assertThat(runner.stats().givenUp()).isOne();
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws InterruptedException {
        var source = QueueSource.of(1, 2, 3);
        var done = new CountDownLatch(3);
        RunnerListener<Integer> bad = new RunnerListener<>() {
            @Override
            public void onPolled(int updates) {
                throw new IllegalStateException("listener");
            }

            @Override
            public void onEnded(Delivery<Integer> delivery, Duration took, @Nullable Throwable failure) {
                done.countDown();
                throw new IllegalStateException("listener");
            }
        };
        try (var runner = new Runner<Integer>(
                source, delivery -> {}, RunnerOptions.<Integer>defaults().withListener(bad))) {
            runner.start();
            done.await();
            assertThat(runner.isRunning()).isTrue();
        }
    }

    @Test
    void aFatalFailureOfTheSourceIsNeverSilentAndARestartWorks() throws InterruptedException {
        var broken = new AtomicReference<@Nullable RuntimeException>(new IllegalStateException("401"));
        var inner = QueueSource.of("x");
        Source<String> source = new Source<>() {
            @Override
            public List<String> next(int limit) throws InterruptedException {
                var failure = broken.get();
                if (failure != null) throw failure;
                return inner.next(limit);
            }

            @Override
            public void confirm(String through) {}

            @Override
            public void flush() {}
        };
        var ends = new Ends<String>();
        try (var runner =
                new Runner<String>(source, delivery -> {}, byFirstLetter().withListener(ends))) {
            runner.start();
            assertThatThrownBy(() -> runner.stopped().join()).hasRootCauseMessage("401");
            assertThat(runner.isRunning()).isFalse();
            broken.set(null);
            runner.start();
            assertThat(ends.await(1)).hasSize(1);
            assertThat(runner.isRunning()).isTrue();
            assertThat(runner.stopped()).isNotDone();
        }
    }

    /** Where a run with a journal may fail between a fetch and its confirmation. */
    enum Failing {
        NOT_STORED,
        STORED_AND_NOT_TOLD,
        NOT_CONFIRMED
    }

    @ParameterizedTest
    @EnumSource
    void line12AfterAFatalFailureARestartHandlesOnceAndInOrderWhatHadBeenFetched(Failing how)
            throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 3);
        var fails = new AtomicBoolean(true);
        var memory = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var journal = new ForwardingJournal<Long>(memory) {
            @Override
            public List<Entry<Long>> append(List<Long> updates) {
                if (fails.get() && how == Failing.NOT_STORED) throw new JournalException.NotStored("full", null);
                var entries = super.append(updates);
                if (fails.get() && how == Failing.STORED_AND_NOT_TOLD)
                    throw new JournalException.Unusable("nobody knows", null);
                return entries;
            }
        };
        var poll = server.longPoll();
        Source<Long> source = new Source<>() {
            @Override
            public List<Long> next(int limit) throws InterruptedException {
                return poll.next(limit);
            }

            @Override
            public void confirm(Long through) {
                if (fails.get() && how == Failing.NOT_CONFIRMED) throw new IllegalStateException("not confirmed");
                poll.confirm(through);
            }

            @Override
            public void flush() throws InterruptedException {
                poll.flush();
            }

            @Override
            public void rewind() {
                poll.rewind();
            }
        };
        var ends = new Ends<Long>();
        var options = RunnerOptions.<Long>defaults()
                .withKeys(Keys.all())
                .withJournal(journal)
                .withListener(ends);
        try (var runner = new Runner<Long>(source, delivery -> {}, options)) {
            runner.start();
            assertThatThrownBy(() -> runner.stopped().join()).isInstanceOf(CompletionException.class);
            fails.set(false);
            server.send(4, 5);
            runner.start();
            assertThat(ends.await(5)).extracting(Ends.End::update).containsExactly(1L, 2L, 3L, 4L, 5L);
            runner.stop(LONG);
        }
        assertThat(ends.ends).isEmpty();
        assertThat(journal.size()).isZero();
        assertThat(server.pending()).isEmpty();
    }

    // ---- stop -------------------------------------------------------------------------------------------------------

    @Test
    void line23AStopLetsRunningHandlersFinishAndLeavesTheRestInTheJournal() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var server = new FakeServer();
        server.send(1, 10);
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new LinkedBlockingQueue<Long>();
        Handler<Long> handler = delivery -> {
            started.countDown();
            release.await();
            handled.add(delivery.update());
        };
        var options = RunnerOptions.<Long>defaults().withKeys(Keys.all()).withJournal(journal);
        var runner = new Runner<>(server.longPoll(), handler, options);
        runner.start();
        started.await();
        server.awaitPolls(2);
        var report = new CompletableFuture<StopReport>();
        Thread.ofVirtual().start(() -> report.complete(runner.stop(LONG)));
        while (!runner.paused()) Thread.onSpinWait();
        release.countDown();
        assertThat(report.join()).isEqualTo(new StopReport(1, 0, 9, 0, 0));
        assertThat(runner.stop(LONG)).isEqualTo(report.join());
        assertThat(runner.stopped()).isCompletedWithValue(report.join());
        assertThat(server.pending()).isEmpty();

        runner.start();
        for (long id = 1; id <= 10; id++) assertThat(handled.take()).isEqualTo(id);
        runner.close();
        assertThat(handled).isEmpty();
        assertThat(journal.size()).isZero();
    }

    @Test
    void line23HandlersThatOutstayTheDeadlineAreInterruptedAndComeAgain() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var source = QueueSource.of(1L, 2L);
        var started = new CountDownLatch(2);
        var attempts = new LinkedBlockingQueue<Delivery<Long>>();
        var never = new CountDownLatch(1);
        var runner = new Runner<Long>(
                source,
                delivery -> {
                    attempts.add(delivery);
                    started.countDown();
                    if (delivery.attempt() == 1) never.await();
                },
                RunnerOptions.<Long>defaults().withJournal(journal));
        runner.start();
        started.await();
        assertThat(runner.stop(Duration.ZERO)).isEqualTo(new StopReport(0, 2, 2, 0, 0));
        assertThat(attempts).hasSize(2);
        attempts.clear();
        runner.start();
        assertThat(List.of(attempts.take(), attempts.take()))
                .extracting(Delivery::toString)
                .containsExactlyInAnyOrder("Delivery[update=1, attempt=2]", "Delivery[update=2, attempt=2]");
        runner.close();
        assertThat(journal.size()).isZero();
    }

    @Test
    void atMostOnceAStopRunsWhatIsQueuedForNobodyElseHasIt() throws InterruptedException {
        var source = QueueSource.of(1, 2, 3, 4, 5);
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new AtomicInteger();
        var runner = new Runner<Integer>(
                source,
                delivery -> {
                    started.countDown();
                    release.await();
                    handled.incrementAndGet();
                },
                RunnerOptions.<Integer>defaults()
                        .withGuarantee(new Guarantee.AtMostOnce<>())
                        .withConcurrency(1));
        runner.start();
        started.await();
        while (runner.size() < 5) Thread.onSpinWait();
        var report = new CompletableFuture<StopReport>();
        Thread.ofVirtual().start(() -> report.complete(runner.stop(LONG)));
        release.countDown();
        // How many of them end before the stop takes hold is a matter of chance; that all end is not.
        assertThat(report.join()).isEqualTo(new StopReport(report.join().finished(), 0, 0, 0, 0));
        assertThat(handled).hasValue(5);
    }

    @Test
    void stopIsLegalBeforeAStartAndAnySecondOneSaysTheSame() {
        var runner = new Runner<Integer>(new QueueSource<>(), delivery -> {}, RunnerOptions.defaults());
        assertThat(runner.stop(LONG)).isEqualTo(StopReport.NOTHING);
        assertThat(runner.isRunning()).isFalse();
        runner.start();
        runner.start();
        assertThat(runner.isRunning()).isTrue();
        assertThat(runner.stop(LONG)).isEqualTo(StopReport.NOTHING);
        assertThat(runner.stop(LONG)).isEqualTo(StopReport.NOTHING);
        assertThat(runner.isRunning()).isFalse();
        assertThatCode(runner::close).doesNotThrowAnyException();
    }

    @Test
    void line13AStopEndsABackOffAndALongPollAtOnce() throws InterruptedException {
        var asked = new CountDownLatch(1);
        Source<Integer> down = new Source<>() {
            @Override
            public List<Integer> next(int limit) {
                asked.countDown();
                throw new IllegalStateException("down");
            }

            @Override
            public void confirm(Integer through) {}

            @Override
            public void flush() {}
        };
        var waiting = new Retrying<>(
                down, failure -> new Retrying.Verdict.After(Duration.ofDays(1)), (failure, failures, pause) -> {});
        var runner = new Runner<Integer>(waiting, delivery -> {}, RunnerOptions.defaults());
        runner.start();
        asked.await();
        assertThat(runner.stop(Duration.ofDays(1))).isEqualTo(StopReport.NOTHING);

        var server = new FakeServer();
        var idle = new Runner<Long>(server.longPoll(), delivery -> {}, RunnerOptions.defaults());
        idle.start();
        server.awaitPolls(1);
        assertThat(idle.stop(Duration.ofDays(1))).isEqualTo(StopReport.NOTHING);
    }

    @Test
    void aHandlerCannotStopTheRunnerThatWaitsForIt() throws InterruptedException {
        var runner = new AtomicReference<@Nullable Runner<Integer>>();
        var ends = new Ends<Integer>();
        try (var own = new Runner<Integer>(
                QueueSource.of(1),
                delivery -> Objects.requireNonNull(runner.get()).stop(LONG),
                RunnerOptions.<Integer>defaults().withListener(ends))) {
            runner.set(own);
            own.start();
            assertThat(ends.await(1).getFirst().failure()).isInstanceOf(IllegalStateException.class);
        }
    }

    /** The poll that was under way has been interrupted by then, so a last one alone can say it. */
    @Test
    void line23WhatEndsDuringAStopIsConfirmedByALastPollThatTakesNothing() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 3);
        var started = new CountDownLatch(3);
        var release = new CountDownLatch(1);
        var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> {
                    started.countDown();
                    release.await();
                },
                RunnerOptions.defaults());
        runner.start();
        started.await();
        var report = new CompletableFuture<StopReport>();
        Thread.ofVirtual().start(() -> report.complete(runner.stop(LONG)));
        while (!runner.paused()) Thread.onSpinWait();
        release.countDown();
        assertThat(report.join()).isEqualTo(new StopReport(3, 0, 0, 0, 0));
        assertThat(server.polls().getLast().updateOffset()).isEqualTo(4);
        assertThat(server.polls().getLast().timeout()).isZero();
        assertThat(server.pending()).isEmpty();
        runner.close();
    }

    @Test
    void theLastPollConfirmsWhatHasEnded() throws InterruptedException {
        for (var guarantee : List.<Guarantee<Long>>of(
                new Guarantee.AtMostOnce<>(),
                new Guarantee.AtLeastOnce<>(),
                new Guarantee.Journaled<>(new MemoryJournal<>(Long::longValue, InstantSource.system())))) {
            var server = new FakeServer();
            server.send(1, 100);
            var ends = new Ends<Long>();
            var runner = new Runner<Long>(
                    server.longPoll(),
                    delivery -> {},
                    RunnerOptions.<Long>defaults().withGuarantee(guarantee).withListener(ends));
            runner.start();
            ends.await(100);
            runner.close();
            assertThat(server.pending()).as("%s", guarantee).isEmpty();
        }
    }

    @Test
    void statsAddUp() throws InterruptedException {
        var source = new QueueSource<Integer>();
        for (int i = 0; i < 30; i++) source.updates.add(i);
        var ends = new Ends<Integer>();
        try (var runner = new Runner<Integer>(
                source,
                delivery -> {
                    if (delivery.update() % 3 == 0) throw new IllegalStateException("third");
                },
                RunnerOptions.<Integer>defaults().withListener(ends))) {
            runner.start();
            ends.await(30);
            runner.stop(LONG);
            var stats = runner.stats();
            assertThat(stats.updates()).isEqualTo(30);
            assertThat(stats.succeeded()).isEqualTo(20);
            assertThat(stats.failed()).isEqualTo(10);
            assertThat(stats.waiting() + stats.running()).isZero();
            assertThat(stats.polls()).isEqualTo(source.batches.size());
        }
    }
}
