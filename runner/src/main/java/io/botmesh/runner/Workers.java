package io.botmesh.runner;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A handler that computes for long: runs each update on a platform thread of its own, so many at once, so that it cannot
 * keep handlers that mostly wait from the processors. Order, slots, failures and interrupts are as without. Handlers that
 * wait need none of this: they run on all processors anyway.
 *
 * <p>{@link Delivery#next} and {@link Delivery#withoutSlot} are for the runner's own threads, not for these.
 *
 * @param <U> the update
 */
public final class Workers<U> implements Handler<U> {
    private final Handler<U> handler;
    private final Semaphore free;

    /** @param count most updates at once, at least 1; more than there are processors gain nothing */
    public Workers(int count, Handler<U> handler) {
        if (count < 1) throw new IllegalArgumentException("count: " + count);
        this.handler = handler;
        this.free = new Semaphore(count, true);
    }

    @Override
    public void handle(Delivery<U> delivery) throws Exception {
        free.acquire();
        try {
            work(delivery);
        } finally {
            free.release();
        }
    }

    private void work(Delivery<U> delivery) throws Exception {
        var thrown = new AtomicReference<@Nullable Throwable>();
        var thread = Thread.ofPlatform().name("botmesh-worker").daemon().start(() -> {
            try {
                handler.handle(delivery);
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
