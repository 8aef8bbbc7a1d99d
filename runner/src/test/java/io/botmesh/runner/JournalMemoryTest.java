package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory that lacks for a moment, wherever the journal's thread is just then: everyone gets an answer, and nothing is lost. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalMemoryTest {
    private static final int SEGMENT_BYTES = 2048;

    private static OutOfMemoryError noMemory() {
        return new OutOfMemoryError("Java heap space");
    }

    private static FileJournal<Item> open(PowerLoss disk) {
        return new FileJournal<>(
                "disk", () -> disk, 1, Item::id, JournalContract.CODEC, () -> Instant.EPOCH, () -> 0, SEGMENT_BYTES);
    }

    /** Throws once, at the call of this number. */
    private static Runnable once(int number) {
        var calls = new AtomicInteger();
        return () -> {
            if (calls.incrementAndGet() == number) throw noMemory();
        };
    }

    @Test
    void nothingIsLostWhereverTheDiskIsCalledWithoutMemory() {
        int unusable = 0;
        for (int call = 1; call <= 60; call++) if (!survives(call)) unusable++;
        // A sync that ended nobody knows how; but for them it goes on.
        assertThat(unusable).isBetween(1, 40);
    }

    private static boolean survives(int call) {
        var disk = new PowerLoss();
        var stored = new HashSet<Long>();
        var ended = new HashSet<Long>();
        boolean usable = true;
        try (var journal = open(disk)) {
            disk.before = once(call);
            for (long id = 1; usable && id <= 30; id++) {
                var entries = append(journal, id);
                if (entries == null) {
                    usable = false;
                } else {
                    assertThat(entries).as("call %d, update %d", call, id).hasSize(1);
                    stored.add(id);
                    if (id % 3 != 0) {
                        end(journal, entries.getFirst().sequence());
                        ended.add(id);
                    }
                }
            }
            if (usable) assertThat(journal.size()).isEqualTo(10);
            try {
                journal.flush();
            } catch (JournalException.NotStored earlier) {
                journal.flush();
            }
        } catch (JournalException.Unusable lost) {
            usable = false;
        }
        disk.before = () -> {};
        try (var journal = open(disk.kill())) {
            var left = journal.undone(0, 1000).stream()
                    .map(entry -> entry.update().id())
                    .toList();
            var expected = new HashSet<>(stored);
            expected.removeAll(ended);
            assertThat(left).as("call %d", call).doesNotHaveDuplicates().containsAll(expected);
            if (usable) assertThat(left).hasSize(10);
        }
        return usable;
    }

    /** The mark is kept if an earlier one could not be written. */
    private static void end(FileJournal<Item> journal, long sequence) {
        try {
            journal.done(sequence);
        } catch (JournalException.NotStored earlier) {
            assertThat(earlier).hasMessageContaining("Java heap space");
        }
    }

    /** Tries again, as polling does. Null if the journal cannot be used until a restart. */
    private static @Nullable List<Journal.Entry<Item>> append(FileJournal<Item> journal, long id) {
        while (true) {
            try {
                return journal.append(List.of(new Item(id, "x".repeat(400))));
            } catch (JournalException.NotStored passing) {
                assertThat(passing).hasMessageContaining("cannot write to disk");
            } catch (JournalException.Unusable lost) {
                return null;
            }
        }
    }

    @Test
    void nothingIsLostWhenTheClockHasNoMemory() {
        var disk = new PowerLoss();
        var calls = new AtomicInteger();
        var journal = new FileJournal<>(
                "disk",
                () -> disk,
                1,
                Item::id,
                JournalContract.CODEC,
                () -> {
                    if (calls.incrementAndGet() % 5 == 0) throw noMemory(); // an append asks three times
                    return Instant.EPOCH;
                },
                () -> 0,
                SEGMENT_BYTES);
        try (journal) {
            for (long id = 1; id <= 30; id++) {
                List<Journal.Entry<Item>> entries = null;
                while (entries == null) {
                    try {
                        entries = journal.append(List.of(new Item(id, "x")));
                    } catch (RuntimeException | OutOfMemoryError passing) {
                        assertThat(passing).hasStackTraceContaining("Java heap space");
                    }
                }
                assertThat(entries).hasSize(1);
            }
            assertThat(journal.undone(0, 100)).hasSize(30);
        }
    }

    // ---- the writer alone -------------------------------------------------------------------------------------------

    private enum Place {
        TAKE_MARKS,
        MARKED,
        STAGE,
        UNDO,
        WRITE,
        EXPLAIN,
        WRITTEN,
        LOOK
    }

    /** Runs out of memory so many times at one place. */
    private static final class Lack {
        final Place place;
        final AtomicInteger left;

        Lack(Place place, int times) {
            this.place = place;
            this.left = new AtomicInteger(times);
        }

        void at(Place now) {
            if (now == place && left.getAndDecrement() > 0) throw noMemory();
        }
    }

    private static final class Put extends JournalWriter.Job {
        private final Lack lack;
        final AtomicInteger undone = new AtomicInteger();
        final AtomicInteger known = new AtomicInteger();

        Put(Lack lack) {
            this.lack = lack;
        }

        @Override
        void stage(GroupBuffer out) {
            out.open(RecordTypes.DISCARDED);
            out.number(1);
            if (lack.place == Place.UNDO) throw new IllegalStateException("to be undone");
            lack.at(Place.STAGE);
            out.close();
        }

        @Override
        void written(Segment segment, int at) {
            lack.at(Place.WRITTEN);
            known.incrementAndGet();
        }

        @Override
        void failed() {
            lack.at(Place.UNDO);
            undone.incrementAndGet();
        }
    }

    private static boolean ends(JournalWriter.Job job) throws Exception {
        try {
            job.end().get(60, TimeUnit.SECONDS);
            return true;
        } catch (java.util.concurrent.ExecutionException told) {
            return false;
        }
    }

    @Test
    void everyAppendEndsWhereverMemoryLacksAndSoDoesTheNext() throws Exception {
        for (var place : Place.values()) for (int times = 1; times <= 3; times++) ends(new Lack(place, times));
    }

    private static void ends(Lack lack) throws Exception {
        var disk = new PowerLoss();
        var open = new OpenEntries() {
            @Override
            Marks takeMarks() {
                lack.at(Place.TAKE_MARKS);
                return super.takeMarks();
            }

            @Override
            void marked(Marks marks) {
                lack.at(Place.MARKED);
                super.marked(marks);
            }
        };
        boolean failsToExplain = lack.place == Place.EXPLAIN;
        disk.before = () -> lack.at(Place.WRITE);
        try (var log = new SegmentLog(disk, 1, SEGMENT_BYTES)) {
            var begun = new boolean[1];
            var writer = new JournalWriter(log, (out, front, previousEnd) -> {}, open, failure -> {
                if (begun[0]) lack.at(Place.EXPLAIN);
                return new JournalException.NotStored("explained", failure);
            });
            begun[0] = true;
            var thread = Thread.ofPlatform().daemon().start(writer::run);
            if (failsToExplain) disk.before = once(5);
            var jobs = new ArrayList<Put>();
            for (int i = 0; i < 6; i++) {
                if (lack.place == Place.LOOK) {
                    try {
                        assertThat(writer.<Integer>look(() -> {
                                    lack.at(Place.LOOK);
                                    return 1;
                                }))
                                .isOne();
                    } catch (Throwable told) {
                        assertThat(told).hasRootCauseInstanceOf(OutOfMemoryError.class);
                    }
                }
                var job = writer.submit(new Put(lack));
                jobs.add(job);
                boolean well = ends(job);
                if (well) assertThat(job.known).as("%s", lack.place).hasValue(1);
                else if (lack.place != Place.UNDO) assertThat(job.undone).hasValue(1);
                if (i >= 4 && lack.place != Place.UNDO && !failsToExplain)
                    assertThat(well).as("%s", lack.place).isTrue();
            }
            if (lack.place == Place.UNDO) assertThat(jobs).allMatch(job -> job.undone.get() == 1);
            writer.end();
            thread.join();
        }
    }

    /** As the thread has ended of whatever it was, nobody waits for it. */
    @Test
    void whatIsSubmittedToAWriterThatHasEndedFailsAtOnce() throws IOException {
        try (var log = new SegmentLog(new PowerLoss(), 1, SEGMENT_BYTES)) {
            var writer = new JournalWriter(
                    log, (out, front, end) -> {}, new OpenEntries(), f -> new JournalException.NotStored("x", f));
            var job = writer.submit(new Put(new Lack(Place.LOOK, 0)));
            writer.end();
            writer.run();
            assertThat(job.end()).isDone();
        }
    }
}
