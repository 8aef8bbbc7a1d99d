package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Delivery;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerLimits;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Lines 15 and 19 on a machine that loses its power: what was not synced is gone, or only a part of it is there. A life ends
 * at a random event; the next one finds the file and its log as they were at the last sync, with a torn piece of what was
 * written after it.
 */
class DroppedWritesTest {
    private static final int KEYS = 5;

    /** A write-ahead log begins with this many bytes; the last eight of the first 24 change when it begins anew. */
    private static final int LOG_HEADER = 32;

    @TempDir(factory = InMemory.class)
    Path folder;

    @Test
    @Timeout(300)
    void line15TwoHundredLossesOfPowerLoseNothingAndRepeatOnlyWhatWasRunningAndSaysSo() throws Exception {
        live(200);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void line15NineHundredLossesOfPowerLoseNothingAndRepeatOnlyWhatWasRunningAndSaysSo() throws Exception {
        live(900);
    }

    private void live(int losses) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("DroppedWritesTest seed " + seed);
        var random = new Random(seed);
        var story = new Story();
        var image = new Image(new byte[0], new byte[0]);
        for (int life = 0; life < losses; life++) {
            var file = folder.resolve("life" + life + ".db");
            image.write(file);
            image = new Life(story, file, random, 1 + random.nextInt(60), Long.MAX_VALUE).run();
            Files.delete(file);
        }
        var file = folder.resolve("last.db");
        image.write(file);
        long last = story.confirmed + 50;
        new Life(story, file, random, Integer.MAX_VALUE, last).run();
        assertThat(story.faults).as("seed %d", seed).isEmpty();
        try (var database = SqliteDatabase.open(file)) {
            var counts = database.call(handle -> handle.select("SELECT id, n FROM applied WHERE id > 0 ORDER BY id")
                    .map((row, context) -> row.getLong(1) + "x" + row.getLong(2))
                    .list());
            assertThat(counts)
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, last)
                            .mapToObj(id -> id + "x1")
                            .toList());
        }
        System.out.println("DroppedWritesTest lives " + losses + ", handled " + last + ", repeated " + story.repeated
                + ", torn " + story.torn);
        assertThat(story.repeated).isPositive();
        assertThat(story.torn).isGreaterThan(losses / 2);
    }

    /** Where a sync costs nothing, if there is such a place: what the next life finds is not left to the disk here. */
    static final class InMemory implements TempDirFactory {
        private static final Path SHARED = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext test) throws IOException {
            return Files.isWritable(SHARED)
                    ? Files.createTempDirectory(SHARED, "botmesh")
                    : Files.createTempDirectory("botmesh");
        }
    }

    /** What the disk has. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Image(byte[] file, byte[] log) {
        static Image of(Path file) throws IOException {
            var log = log(file);
            return new Image(Files.readAllBytes(file), Files.exists(log) ? Files.readAllBytes(log) : new byte[0]);
        }

        static Path log(Path file) {
            return file.resolveSibling(file.getFileName() + "-wal");
        }

        void write(Path at) throws IOException {
            if (file.length == 0) return;
            Files.write(at, file);
            Files.write(log(at), log);
        }

        /** With a random part of what was written to the log after this, and anything at its end. */
        Image torn(Image later, Random random) {
            int from = Arrays.mismatch(log, later.log);
            if (from < LOG_HEADER) return this; // the log has begun anew: that needs a sync
            int end = later.log.length;
            while (end > from && end <= log.length && log[end - 1] == later.log[end - 1]) end--;
            int to = from + random.nextInt(end - from);
            var torn = Arrays.copyOf(log, Math.max(log.length, to));
            System.arraycopy(later.log, from, torn, from, to - from);
            for (int at = Math.max(from, to - random.nextInt(600)); at < to; at++) torn[at] = (byte) random.nextInt();
            return new Image(file, torn);
        }
    }

    /** What has happened in all lives. What happened after the loss of power is not in it. */
    private static final class Story {
        final ReentrantLock lock = new ReentrantLock();
        long confirmed;
        final Set<Long> started = new HashSet<>();
        /** Whose end was heard of, so it was on disk. */
        final Set<Long> applied = new HashSet<>();

        final Map<Long, Long> lastOfKey = new HashMap<>();
        final Set<String> faults = new HashSet<>();
        int repeated;
        int torn;
    }

    private static final class Life {
        private final Story story;
        private final Path file;
        private final Random random;
        private final long last;
        private final CountDownLatch dies = new CountDownLatch(1);
        private int events;
        private boolean over;
        private long next;
        private boolean exhausted;
        private final Set<Long> running = new HashSet<>();

        Life(Story story, Path file, Random random, int events, long last) {
            this.story = story;
            this.file = file;
            this.random = random;
            this.events = events;
            this.last = last;
            // The server may not have heard the last confirmations, so it sends those again.
            this.next = Math.max(1, story.confirmed + 1 - random.nextInt(30));
        }

        /** Says something; false if nobody hears it any more. */
        private boolean say(Runnable words) {
            story.lock.lock();
            try {
                if (over) return false;
                words.run();
                if (--events == 0) dies.countDown();
                return true;
            } finally {
                story.lock.unlock();
            }
        }

        Image run() throws Exception {
            var database = SqliteDatabase.open(file);
            try {
                database.call(handle -> handle.execute(
                        "CREATE TABLE IF NOT EXISTS applied (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
                var journal = new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
                var options = RunnerOptions.<Item>defaults()
                        .withJournal(journal)
                        .withLimits(
                                // Without a limit of what spills the poller runs away: appends share a sync per batch.
                                RunnerLimits.defaults()
                                        .withWatermarks(20, 60)
                                        .withSpill(100)
                                        .withConcurrency(8))
                        .withFailures(FailureHandler.skip())
                        .withKeys(Keys.sequentialize(item -> item.id() % KEYS))
                        .withListener(new RunnerListener<>() {
                            @Override
                            public void onEnded(Delivery<Item> delivery, Duration took, @Nullable Throwable failure) {
                                say(() -> ended(delivery, failure));
                                endIfAllIsDone(journal);
                            }
                        });
                var runner = new Runner<>(new Numbers(journal), journal.transactional(this::handle), options);
                runner.start();
                dies.await();
                if (last < Long.MAX_VALUE) {
                    runner.close();
                    return new Image(new byte[0], new byte[0]);
                }
                var image = losePower(database);
                runner.stop(Duration.ZERO);
                return image;
            } finally {
                database.close();
                Files.deleteIfExists(Image.log(file));
            }
        }

        private void endIfAllIsDone(Journal<Item> journal) {
            story.lock.lock();
            try {
                if (exhausted && journal.size() == 0) dies.countDown();
            } finally {
                story.lock.unlock();
            }
        }

        private Database.Work<?> handle(Delivery<Item> delivery) throws InterruptedException {
            long id = delivery.update().id();
            if (!say(() -> {
                boolean again = !story.started.add(id);
                if (again) story.repeated++;
                if (again && !delivery.repeated()) story.faults.add(id + " is repeated and does not say so");
                if (!running.add(id)) story.faults.add(id + " runs beside itself");
                if (story.applied.contains(id)) story.faults.add(id + " is repeated although its end was on disk");
                var before = story.lastOfKey.put(id % KEYS, id);
                if (before != null && before > id) story.faults.add(id + " after " + before);
            })) new CountDownLatch(1).await(); // the dead neither end nor fail
            return handle -> handle.execute(
                    "INSERT INTO applied (id, n) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1", id);
        }

        private void ended(Delivery<Item> delivery, @Nullable Throwable failure) {
            long id = delivery.update().id();
            running.remove(id);
            if (failure != null) story.faults.add(id + " failed: " + failure);
            else story.applied.add(id);
        }

        /** On the database's thread, between two commits: so what it finds is what was synced. */
        private Image losePower(SqliteDatabase database) throws Exception {
            var synced = new CompletableFuture<Image>();
            database.call(handle -> true, committed -> {
                story.lock.lock();
                try {
                    over = true;
                    synced.complete(Image.of(file));
                } catch (IOException failed) {
                    synced.completeExceptionally(failed);
                } finally {
                    story.lock.unlock();
                }
            });
            // The disk may have a part of what was written next, with anything at its end.
            database.call(handle -> handle.execute(
                    "INSERT INTO applied (id, n) VALUES (0, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1"));
            var image = synced.join();
            var later = Image.of(file);
            var torn = image.torn(later, random);
            if (!Arrays.equals(torn.log, image.log)) story.torn++;
            return torn;
        }

        /** A server that has all numbers. */
        private final class Numbers implements Source<Item> {
            private final Journal<Item> journal;

            Numbers(Journal<Item> journal) {
                this.journal = journal;
            }

            @Override
            public List<Item> next(int limit) throws InterruptedException {
                if (next > last) {
                    story.lock.lock();
                    try {
                        exhausted = true;
                    } finally {
                        story.lock.unlock();
                    }
                    endIfAllIsDone(journal);
                    new CountDownLatch(1).await();
                }
                long to = Math.min(last, next + 1 + next % 20);
                var batch = LongStream.rangeClosed(next, to)
                        .mapToObj(id -> new Item(id, "text of " + id))
                        .toList();
                next = to + 1;
                return batch;
            }

            @Override
            public void confirm(Item through) {
                say(() -> story.confirmed = Math.max(story.confirmed, through.id()));
            }

            @Override
            public void flush() {}
        }
    }
}
