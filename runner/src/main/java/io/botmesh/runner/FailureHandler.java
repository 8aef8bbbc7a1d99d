package io.botmesh.runner;

/**
 * Decides about an update whose handler threw. Runs on the handler's thread, while the update still holds its keys and
 * its slot. If it throws itself, the update is {@link Decision#DEAD}.
 *
 * @param <U> the update
 */
@FunctionalInterface
public interface FailureHandler<U> {
    /** What becomes of a failed update. */
    enum Decision {
        /** It has ended; it is not handled again. */
        SKIP,
        /**
         * It keeps its place before later updates of its keys, frees its slot, and is handled again after a pause, as
         * often as {@link RetryOptions} allow; then it is {@link #DEAD}.
         */
        RETRY,
        /** It is given up at once: a dead letter if there is a journal, else the {@link RunnerListener} is told. */
        DEAD
    }

    /** Called once per failed attempt. */
    Decision onFailure(Delivery<U> delivery, Throwable failure);

    /**
     * The default. With a journal, retries as often as {@link RetryOptions} allow and makes a dead letter of what still
     * fails, at once if it fails as an {@link UnreadableException}; without one, skips.
     */
    static <U> FailureHandler<U> standard() {
        return StandardFailures.handler();
    }

    /** Skips every failed update; {@link RunnerListener} and {@link RunnerStats} still tell of it. */
    static <U> FailureHandler<U> skip() {
        return (delivery, failure) -> Decision.SKIP;
    }

    /** Retries every failed update. */
    static <U> FailureHandler<U> retry() {
        return (delivery, failure) -> Decision.RETRY;
    }
}
