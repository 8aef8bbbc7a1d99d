package io.botmesh.runner;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs what computes for long on platform threads, so much at once, so that it cannot keep handlers that mostly wait from the
 * processors. A handler that waits for its turn here holds no slot, and one that has been abandoned ({@link TimeLimits}) and has lost its
 * slot is not counted here any longer either: another thread does the next work.
 */
public final class WorkerPool {
    /** What is to be computed. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    private final WorkerQueue queue;

    /** @param count most at once, at least 1; more than there are processors gain nothing */
    public WorkerPool(int count) {
        if (count < 1) throw new IllegalArgumentException("count: " + count);
        this.queue = new WorkerQueue(count);
    }

    /**
     * Returns when the work has ended, or throws what it threw. An interrupt goes on to the work, whose end is waited for.
     *
     * @param delivery the update that it is done for, by whose handler this is called
     */
    public void run(Delivery<?> delivery, Work work) throws Exception {
        var turn = delivery.turn();
        var taken = new AtomicBoolean(true);
        Runnable giveBack = () -> {
            if (taken.compareAndSet(true, false)) queue.giveBack();
        };
        queue.take(turn);
        try {
            if (turn != null) turn.onSlotLost(giveBack);
            onThread(work, turn);
        } finally {
            if (turn != null) turn.worksOn(null);
            if (turn != null) turn.forget(giveBack);
            giveBack.run();
        }
    }

    private static void onThread(Work work, @Nullable Turn<?> turn) throws Exception {
        var thrown = new AtomicReference<@Nullable Throwable>();
        var thread = Thread.ofPlatform().name("botmesh-worker").daemon().unstarted(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        if (turn != null) turn.worksOn(thread);
        thread.start();
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
