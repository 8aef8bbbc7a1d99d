package io.botmesh.runner;

/**
 * A handler that computes for long: runs each update on a platform thread of its own, so many at once, in a {@link WorkerPool}.
 * Order, limits, failures and interrupts are as without, and an update that waits for a worker holds no slot. Handlers that wait
 * need none of this: they run on all processors anyway.
 *
 * <p>{@link Delivery#next} and {@link Delivery#withoutSlot} are for the runner's own threads, not for these.
 *
 * @param <U> the update
 */
public final class Workers<U> implements Handler<U> {
    private final Handler<U> handler;
    private final WorkerPool pool;

    /** @param count most updates at once, at least 1; more than there are processors gain nothing */
    public Workers(int count, Handler<U> handler) {
        this.handler = handler;
        this.pool = new WorkerPool(count);
    }

    @Override
    public void handle(Delivery<U> delivery) throws Exception {
        pool.run(delivery, () -> handler.handle(delivery));
    }
}
