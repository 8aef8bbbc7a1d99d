package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ComputingHandlersTest {
    private final CarrierProbe probe = new CarrierProbe(Duration.ofMillis(250), 3);
    private final Carriers carriers = new Carriers(Duration.ofMillis(10), () -> probe);

    /** All queues of the scheduler have tasks that wait, so one more does not make it look for a thread to run it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void manyThreadsThatNeverPauseHoldUpNobodyElseAndTheCarriersForThemGoAgain(int more) throws InterruptedException {
        Assumptions.assumeTrue(Runtime.version().feature() >= 24, "the JDK cannot make more carriers");
        var running = new AtomicBoolean(true);
        try {
            areHelped(more, running);
        } finally {
            running.set(false);
        }
    }

    /** The queues are as large as they have ever had to be, so they grow no more. */
    @Test
    void whatHasHelpedBeforeHelpsEachTime() throws InterruptedException {
        Assumptions.assumeTrue(Runtime.version().feature() >= 24, "the JDK cannot make more carriers");
        var running = new AtomicBoolean(true);
        try {
            for (int i = 0; i < 8; i++) areHelped(6, running);
        } finally {
            running.set(false);
        }
    }

    private void areHelped(int more, AtomicBoolean running) throws InterruptedException {
        int before = CarrierProbe.value("Parallelism");
        var release = new AtomicBoolean();
        var spinning = new CountDownLatch(before);
        try {
            for (int i = 0; i < before; i++) spin(release, spinning);
            spinning.await();
            var rest = new CountDownLatch(more);
            for (int i = 0; i < more; i++)
                Thread.ofPlatform().start(() -> spin(release, rest)).join();
            var others = new CountDownLatch(64);
            for (int i = 0; i < 64; i++)
                Thread.ofPlatform()
                        .start(() -> Thread.startVirtualThread(others::countDown))
                        .join();
            var gone = new CountDownLatch(1);
            carriers.watch(() -> {
                if (probe.added() == 0 && release.get()) gone.countDown();
                return running.get();
            });
            others.await();
            rest.await();
            release.set(true);
            gone.await();
        } finally {
            release.set(true);
        }
    }

    /** What follows the stop of a bot runs on virtual threads, too. */
    @Test
    void carriersStayAfterTheLastStopForAsLongAsHandlersKeepThem() throws InterruptedException {
        Assumptions.assumeTrue(Runtime.version().feature() >= 24, "the JDK cannot make more carriers");
        int carriersNow = CarrierProbe.value("Parallelism");
        var release = new AtomicBoolean();
        var spinning = new CountDownLatch(carriersNow);
        var watcher = new LinkedBlockingQueue<Thread>();
        try {
            for (int i = 0; i < carriersNow; i++) spin(release, spinning);
            spinning.await();
            carriers.watch(() -> {
                watcher.add(Thread.currentThread());
                return probe.added() == 0 && !release.get(); // from then on nothing runs
            });
            Thread watching = watcher.take();
            for (int i = 0; i < 1000; i++) Thread.startVirtualThread(() -> {}).join();
            release.set(true);
            watching.join();
            assertThat(probe.added()).isZero();
        } finally {
            release.set(true);
        }
    }

    private static void spin(AtomicBoolean release, CountDownLatch spinning) {
        Thread.startVirtualThread(() -> {
            spinning.countDown();
            while (!release.get()) Thread.onSpinWait();
        });
    }

    @Test
    void theWatcherOutlivesALackOfMemory() throws InterruptedException {
        var asked = new LinkedBlockingQueue<Thread>();
        var lacking = new AtomicBoolean(true);
        carriers.watch(() -> {
            asked.add(Thread.currentThread());
            if (lacking.getAndSet(false)) throw new OutOfMemoryError("not enough for a list");
            return false;
        });
        Thread watcher = asked.take();
        assertThat(asked.take()).isSameAs(watcher);
        watcher.join();
    }

    @Test
    void aWatcherThatEndedBeforeItsTimeIsFollowedByAnother() throws InterruptedException {
        var asked = new LinkedBlockingQueue<Thread>();
        var running = new AtomicBoolean(true);
        carriers.watch(() -> {
            asked.add(Thread.currentThread());
            Thread.currentThread().interrupt();
            return running.get();
        });
        Thread first = asked.take();
        first.join();
        running.set(false);
        carriers.watch(running::get);
        Thread second = asked.take();
        assertThat(second).isNotSameAs(first);
        second.join();
    }
}
