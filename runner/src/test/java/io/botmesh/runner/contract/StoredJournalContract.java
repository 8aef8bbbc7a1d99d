package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Journal} does that keeps updates as bytes, in a place that may have no room for more. */
@Timeout(300)
public abstract class StoredJournalContract extends JournalContract {
    /** A table knows them all; each is a row. */
    @Override
    protected int manyGaps() {
        return 3_000;
    }

    private static final String LARGE = "x".repeat(500_000);
    private static final DeadLetters.Cause CAUSE = new DeadLetters.Cause("x.Poison", "no", "");

    protected StoredJournalContract() {}

    /** The journal of bot 1 as another program would open it. */
    protected abstract <U> Journal<U> open(ToLongFunction<? super U> updateId, Codec<U> codec);

    @Test
    void line17AJournalSaysWhoseItIs() {
        var journal = open(7);
        assertThat(journal.owner()).hasValue(7);
        end(journal);
    }

    /** A journal of bot 1 where {@link #fill} has an effect; finds what earlier ones have left. */
    protected Journal<Item> openWhereRoomEnds() {
        return open(1);
    }

    /** From now on there is room for marks, and for no large update. */
    protected abstract void fill();

    /** There is room again. */
    protected abstract void makeRoom();

    /** What is on disk comes from an earlier version of the user's program, perhaps. */
    @Test
    void line14WhatTheCodecRefusesIsADeadLetterWithItsBytesAndTheOthersAreRead() {
        var journal = open(1);
        journal.append(items(1, 5));
        end(journal);
        var picky = open(Item::id, new Codec<Item>(CODEC.encode(), bytes -> {
            var item = CODEC.decode().apply(bytes);
            if (item.id() == 3) throw new IllegalArgumentException("no item");
            return item;
        }));
        assertThat(ids(picky.undone(0, 100))).containsExactly(1L, 2L, 4L, 5L);
        var letter = picky.deadLetters().list(0, 10).getFirst();
        assertThat(letter.update()).isNull();
        assertThat(letter.cause().message()).isEqualTo("no item");
        assertThat(picky.size()).isEqualTo(4);
        end(picky);
        var raw = open(bytes -> 0, Codec.bytes());
        assertThat(raw.deadLetters().list(0, 10))
                .extracting(DeadLetters.Letter::update)
                .containsExactly(CODEC.encode().apply(items(3, 3).getFirst()));
        end(raw);
    }

    @Test
    void line16AFullDiskStoresNothingOfTheBatchAndHarmsNothingElse() {
        var journal = openWhereRoomEnds();
        var first = journal.append(items(1, 100));
        fill();
        var large = List.of(new Item(101, LARGE), new Item(102, ""));
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> journal.append(large))
                    .isInstanceOf(JournalException.NotStored.class)
                    .hasMessageStartingWith("cannot write to ")
                    .hasMessageContaining("disk is full")
                    .message()
                    .doesNotContain("\n");
        first.forEach(entry -> journal.done(entry.sequence()));
        journal.flush();
        assertThat(journal.size()).isZero();
        makeRoom();
        assertThat(journal.append(large)).hasSize(2); // not taken for known
        end(journal);
        var again = openWhereRoomEnds();
        assertThat(again.undone(0, 10)).extracting(Journal.Entry::update).isEqualTo(large);
        end(again);
    }

    @Test
    void line16AFullDiskEndsPollingAndNothingIsConfirmedThatIsNotStored() {
        var journal = openWhereRoomEnds();
        var confirmed = new ConcurrentLinkedQueue<Item>();
        var handled = new LinkedBlockingQueue<Delivery<Item>>();
        Source<Item> source = new Source<>() {
            private long id;

            @Override
            public List<Item> next(int limit) {
                if (++id == 6) fill();
                return List.of(new Item(id, id < 6 ? "small" : LARGE));
            }

            @Override
            public void confirm(Item through) {
                confirmed.add(through);
            }

            @Override
            public void flush() {}
        };
        var never = new CountDownLatch(1);
        var runner = new Runner<Item>(
                source,
                delivery -> {
                    handled.add(delivery);
                    never.await();
                },
                RunnerOptions.<Item>defaults().withJournal(journal));
        runner.start();
        assertThatThrownBy(() -> runner.stopped().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(JournalException.NotStored.class);
        var report = runner.stop(Duration.ZERO);
        makeRoom();
        end(journal);
        var again = openWhereRoomEnds();
        assertThat(confirmed).hasSize(5);
        assertThat(handled).extracting(Delivery::update).isSubsetOf(confirmed);
        assertThat(again.undone(0, 1000)).extracting(Journal.Entry::update).containsExactlyElementsOf(confirmed);
        assertThat(report.leftInJournal()).isEqualTo(5);
        end(again);
    }

    /** Marks that are written meanwhile do not make up for it. */
    @Test
    void line18ADeadLetterForWhichThereIsNoRoomIsToldAndItsEntryStays() {
        var journal = openWhereRoomEnds();
        long large = journal.append(List.of(new Item(1, LARGE))).getFirst().sequence();
        long small = journal.append(items(2, 2)).getFirst().sequence();
        fill();
        journal.dead(large, 1, CAUSE);
        assertThatThrownBy(() -> {
                    journal.done(small);
                    journal.flush();
                })
                .isInstanceOf(JournalException.NotStored.class);
        assertThat(ids(journal.undone(0, 10))).containsExactly(1L);
        makeRoom();
        journal.dead(large, 1, CAUSE);
        journal.flush();
        assertThat(journal.size()).isZero();
        assertThat(journal.deadLetters().list(0, 10))
                .extracting(DeadLetters.Letter::cause)
                .containsExactly(CAUSE);
        end(journal);
    }
}
