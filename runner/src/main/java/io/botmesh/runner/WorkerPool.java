package io.botmesh.runner;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs what computes for long on platform threads, so much at once, so that it cannot keep handlers that mostly wait from the
 * processors. A handler that waits for its turn here holds no slot.
 */
public final class WorkerPool {
    /** What is to be computed. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    private final Semaphore free;

    /** @param count most at once, at least 1; more than there are processors gain nothing */
    public WorkerPool(int count) {
        if (count < 1) throw new IllegalArgumentException("count: " + count);
        this.free = new Semaphore(count, true);
    }

    /**
     * Returns when the work has ended, or throws what it threw. An interrupt goes on to the work, whose end is waited for.
     *
     * @param delivery the update that it is done for, by whose handler this is called
     */
    public void run(Delivery<?> delivery, Work work) throws Exception {
        if (!free.tryAcquire(0, TimeUnit.SECONDS)) { // in the order of arrival
            delivery.withoutSlot(() -> {
                free.acquire();
                return true;
            });
        }
        try {
            onThread(work);
        } finally {
            free.release();
        }
    }

    private static void onThread(Work work) throws Exception {
        var thrown = new AtomicReference<@Nullable Throwable>();
        var thread = Thread.ofPlatform().name("botmesh-worker").daemon().start(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        boolean asked = false;
        for (boolean ended = false; !ended; ) {
            try {
                thread.join();
                ended = true;
            } catch (InterruptedException passedOn) {
                asked = true;
                thread.interrupt(); // and on with waiting: what shares a key must not start before it has ended
            }
        }
        if (asked) Thread.currentThread().interrupt();
        switch (thrown.get()) {
            case null -> {}
            case Exception failure -> throw failure;
            case Error failure -> throw failure;
            case Throwable failure -> throw new IllegalStateException(failure);
        }
    }
}
