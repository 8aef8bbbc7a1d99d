package io.botmesh.runner;

/**
 * What becomes of updates whose handler threw.
 *
 * @param handler decides; default {@link FailureHandler#standard()}
 * @param retry   pauses and attempts after {@link FailureHandler.Decision#RETRY}
 * @param <U>     the update
 */
public record FailureOptions<U>(FailureHandler<U> handler, RetryOptions retry) {
    public static <U> FailureOptions<U> defaults() {
        return new FailureOptions<>(FailureHandler.standard(), RetryOptions.defaults());
    }

    public FailureOptions<U> withHandler(FailureHandler<U> handler) {
        return new FailureOptions<>(handler, retry);
    }

    public FailureOptions<U> withRetry(RetryOptions retry) {
        return new FailureOptions<>(handler, retry);
    }
}
