package io.botmesh.runner;

/** What {@link FailureHandler#standard()} stands for; which of the two is known only with the {@link Guarantee}. */
final class StandardFailures {
    private static final FailureHandler<Object> HANDLER = StandardFailures::decide;

    /** No cause that means anything lies deeper. */
    private static final int DEEPEST = 100;

    private StandardFailures() {}

    /** What decides in a runner with this guarantee. */
    static <U> FailureHandler<U> resolve(RunnerOptions<U> options) {
        boolean skips = options.failures().handler().equals(HANDLER)
                && !(options.guarantee() instanceof Guarantee.Journaled<U>);
        return skips ? FailureHandler.skip() : options.failures().handler();
    }

    @SuppressWarnings("unchecked") // it looks at no update
    static <U> FailureHandler<U> handler() {
        return (FailureHandler<U>) HANDLER;
    }

    private static FailureHandler.Decision decide(Delivery<Object> delivery, Throwable failure) {
        int depth = 0; // causes may go round in circles
        for (Throwable at = failure; at != null && depth < DEEPEST; at = at.getCause(), depth++)
            if (at instanceof UnreadableException) return FailureHandler.Decision.DEAD;
        return FailureHandler.Decision.RETRY;
    }
}
