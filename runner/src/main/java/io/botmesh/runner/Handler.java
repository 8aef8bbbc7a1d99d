package io.botmesh.runner;

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
}
