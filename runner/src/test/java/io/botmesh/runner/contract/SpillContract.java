package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines 6 and 8 at full size. */
@Tag("slow")
@Timeout(300)
public abstract class SpillContract {
    private static final int UPDATES = 1_000_000;
    private static final int KEYS = 1_000;

    @TempDir
    private Path directory;

    protected SpillContract() {}

    /** A journal there. */
    protected abstract Journal<byte[]> open(Path folder);

    /** What does not fit into memory waits on disk, and is handled in the end, each key in order. */
    @Test
    void line8AMillionQueuedUpdatesWaitOnDiskAndAllAreHandledInOrder() throws Exception {
        var full = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var order = new Order(id -> (int) (id % KEYS));
        try (var journal = open(directory)) {
            var runner = new Runner<byte[]>(
                    new Counting(full),
                    delivery -> {
                        release.await();
                        order.onEnd(id(delivery.update()));
                    },
                    order.options(journal));
            runner.start();
            full.await();
            assertThat(journal.size()).isEqualTo(UPDATES);
            assertThat(runner.size()).isLessThan(25_000);
            release.countDown();
            order.all.await();
            runner.stop(Duration.ofSeconds(10));
            assertThat(order.broken).isFalse();
            assertThat(journal.size()).isZero();
        }
    }

    /** Half of them are of one key, whose first handler hangs until all others have ended. */
    @Test
    void line6HalfAMillionUpdatesOfAFloodingKeyHoldUpNobodyAndKeepTheirOrder() throws Exception {
        var others = new CountDownLatch(UPDATES / 2);
        var order = new Order(id -> id % 2 == 0 ? 0 : (int) (1 + id / 2 % (KEYS - 1)));
        try (var journal = open(directory)) {
            var runner = new Runner<byte[]>(
                    new Counting(new CountDownLatch(1)),
                    delivery -> {
                        long id = id(delivery.update());
                        if (id % 2 == 0) others.await();
                        else others.countDown();
                        order.onEnd(id);
                    },
                    order.options(journal));
            runner.start();
            order.all.await();
            runner.stop(Duration.ofSeconds(10));
            assertThat(order.broken).isFalse();
            assertThat(journal.size()).isZero();
        }
    }

    /** Sees whether the ends of each key come in the order of the ids, and each once. */
    private static final class Order {
        final CountDownLatch all = new CountDownLatch(UPDATES);
        final AtomicBoolean broken = new AtomicBoolean();
        private final LongToIntFunction key;
        private final AtomicLongArray latest = new AtomicLongArray(KEYS);

        Order(LongToIntFunction key) {
            this.key = key;
        }

        RunnerOptions<byte[]> options(Journal<byte[]> journal) {
            return RunnerOptions.<byte[]>defaults()
                    .withJournal(journal)
                    .withKeys(Keys.sequentialize(update -> key.applyAsInt(id(update))));
        }

        void onEnd(long id) {
            if (latest.getAndSet(key.applyAsInt(id), id) >= id) broken.set(true);
            all.countDown();
        }
    }

    /** The id of an update. */
    protected static long id(byte[] update) {
        return ByteBuffer.wrap(update).getLong();
    }

    /** Hands out a million updates, then nothing; by the first empty poll the last batch is in the journal. */
    private static final class Counting implements Source<byte[]> {
        private final CountDownLatch full;
        private long next = 1;

        Counting(CountDownLatch full) {
            this.full = full;
        }

        @Override
        public List<byte[]> next(int limit) throws InterruptedException {
            if (next > UPDATES) {
                full.countDown();
                new CountDownLatch(1).await(); // until the runner stops
            }
            var batch = new ArrayList<byte[]>(limit);
            while (batch.size() < limit && next <= UPDATES) {
                batch.add(ByteBuffer.allocate(700).putLong(0, next++).array());
            }
            return batch;
        }

        @Override
        public void confirm(byte[] through) {}

        @Override
        public void flush() {}
    }
}
