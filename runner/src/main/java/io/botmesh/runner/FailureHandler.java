package io.botmesh.runner;

/**
 * Decides about an update whose handler threw. Runs on the handler's thread, while the update still holds its keys and
 * its slot. If it throws itself, the update is skipped.
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
         * often as {@link RetryOptions} allow; then it is skipped.
         */
        RETRY
    }

    /** Called once per failed attempt. */
    Decision onFailure(Delivery<U> delivery, Throwable failure);

    /** Skips every failed update; {@link RunnerListener} and {@link RunnerStats} still tell of it. */
    static <U> FailureHandler<U> skip() {
        return (delivery, failure) -> Decision.SKIP;
    }

    /** Retries every failed update. */
    static <U> FailureHandler<U> retry() {
        return (delivery, failure) -> Decision.RETRY;
    }
}
