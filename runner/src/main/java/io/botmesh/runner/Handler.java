package io.botmesh.runner;

import java.util.function.Predicate;

/**
 * What is done with an update: plain blocking code, on a virtual thread. The update has ended when this returns or throws.
 *
 * @param <U> the update
 */
@FunctionalInterface
public interface Handler<U> {
    /**
     * Handles one update. The thread is interrupted when the deadline of {@link Runner#stop} is over; whoever throws
     * after that is counted as cancelled, not as failed.
     */
    void handle(Delivery<U> delivery) throws Exception;

    /** Hands the updates that the predicate picks to one handler, and all others to another. */
    static <U> Handler<U> choose(Predicate<? super U> picks, Handler<U> picked, Handler<U> others) {
        return delivery -> (picks.test(delivery.update()) ? picked : others).handle(delivery);
    }
}
