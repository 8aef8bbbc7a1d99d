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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 8 at full size. */
@Tag("slow")
@Timeout(300)
public abstract class SpillContract {
    private static final int UPDATES = 1_000_000;

    @TempDir
    private Path directory;

    protected SpillContract() {}

    /** A journal there. */
    protected abstract Journal<byte[]> open(Path folder);

    /** Line 8 of the runner's bar at full size: what does not fit into memory waits on disk, and is handled in the end. */
    @Test
    void line8AMillionQueuedUpdatesWaitOnDiskAndAllAreHandled() throws Exception {
        var full = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new CountDownLatch(UPDATES);
        try (var journal = open(directory)) {
            var runner = new Runner<byte[]>(
                    new Counting(full),
                    delivery -> {
                        release.await();
                        handled.countDown();
                    },
                    RunnerOptions.<byte[]>defaults()
                            .withJournal(journal)
                            .withKeys(Keys.sequentialize(update -> id(update) % 1000)));
            runner.start();
            full.await();
            assertThat(journal.size()).isEqualTo(UPDATES);
            assertThat(runner.size()).isLessThan(25_000);
            release.countDown();
            handled.await();
            runner.stop(Duration.ofSeconds(10));
            assertThat(journal.size()).isZero();
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
