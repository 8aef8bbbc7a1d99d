package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells one thing after the other, in the order given, each on a thread of its own. What takes long is not waited for: the
 * next begins beside it. Guarded by its owner's lock.
 */
final class Tellings {
    /** What was given last: whether that has been told, and until when it is waited for. */
    private record Last(CountDownLatch told, long until) {}

    private final long patience;
    private Last last = new Last(new CountDownLatch(0), 0);

    /** @param patience from when something was given; the system's clock counts, as what is told runs on it */
    Tellings(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Returns at once. */
    void tell(Runnable telling) {
        var before = last;
        var told = new CountDownLatch(1);
        Thread.ofVirtual().name("botmesh-timeout").start(() -> {
            try {
                await(before);
                telling.run();
            } finally {
                told.countDown();
            }
        });
        last = new Last(told, System.nanoTime() + patience);
    }

    private static void await(Last before) {
        try {
            boolean unused = before.told.await(before.until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
    }
}
