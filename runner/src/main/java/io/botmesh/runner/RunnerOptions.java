package io.botmesh.runner;

/**
 * How a {@link Runner} handles updates. Start from {@link #defaults()} and change what differs.
 *
 * @param guarantee what a crash loses or repeats; default {@link Guarantee.AtLeastOnce}, which needs nothing else
 * @param keys      what has to be in order; default nothing
 * @param failures  what becomes of an update whose handler threw; default {@link FailureHandler#standard()}
 * @param limits    how many at once, in memory and on disk
 * @param retry     pauses and attempts after {@link FailureHandler.Decision#RETRY}
 * @param listener  is told what happens; default nobody
 * @param <U>       the update
 */
public record RunnerOptions<U>(
        Guarantee<U> guarantee,
        Keys<U> keys,
        FailureHandler<U> failures,
        RunnerLimits limits,
        RetryOptions retry,
        RunnerListener<U> listener) {
    public static <U> RunnerOptions<U> defaults() {
        return new RunnerOptions<>(
                new Guarantee.AtLeastOnce<>(),
                Keys.none(),
                FailureHandler.standard(),
                RunnerLimits.defaults(),
                RetryOptions.defaults(),
                new RunnerListener<>() {});
    }

    public RunnerOptions<U> withGuarantee(Guarantee<U> guarantee) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }

    /** The guarantee {@link Guarantee.Journaled} on this journal. */
    public RunnerOptions<U> withJournal(Journal<U> journal) {
        return withGuarantee(new Guarantee.Journaled<>(journal));
    }

    public RunnerOptions<U> withKeys(Keys<U> keys) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }

    public RunnerOptions<U> withFailures(FailureHandler<U> failures) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }

    public RunnerOptions<U> withLimits(RunnerLimits limits) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }

    public RunnerOptions<U> withConcurrency(int concurrency) {
        return withLimits(limits.withConcurrency(concurrency));
    }

    public RunnerOptions<U> withRetry(RetryOptions retry) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }

    public RunnerOptions<U> withListener(RunnerListener<U> listener) {
        return new RunnerOptions<>(guarantee, keys, failures, limits, retry, listener);
    }
}
