package io.botmesh.runner;

/**
 * How a {@link Runner} handles updates. Start from {@link #defaults()} and change what differs.
 *
 * @param guarantee what a crash loses or repeats; default {@link Guarantee.AtLeastOnce}, which needs nothing else
 * @param ordering  which updates wait for which; default none
 * @param limits    how many at once, in memory and on disk
 * @param times     how long handlers may run and updates wait; default any time
 * @param failures  what becomes of an update whose handler threw; default {@link FailureHandler#standard()}
 * @param listener  is told what happens; default nobody
 * @param <U>       the update
 */
public record RunnerOptions<U>(
        Guarantee<U> guarantee,
        Ordering<U> ordering,
        RunnerLimits limits,
        TimeLimits<U> times,
        FailureOptions<U> failures,
        RunnerListener<U> listener) {
    public static <U> RunnerOptions<U> defaults() {
        return new RunnerOptions<>(
                new Guarantee.AtLeastOnce<>(),
                Ordering.defaults(),
                RunnerLimits.defaults(),
                TimeLimits.defaults(),
                FailureOptions.defaults(),
                new RunnerListener<>() {});
    }

    public RunnerOptions<U> withGuarantee(Guarantee<U> guarantee) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }

    /** The guarantee {@link Guarantee.Journaled} on this journal. */
    public RunnerOptions<U> withJournal(Journal<U> journal) {
        return withGuarantee(new Guarantee.Journaled<>(journal));
    }

    public RunnerOptions<U> withOrdering(Ordering<U> ordering) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }

    public RunnerOptions<U> withKeys(Keys<U> keys) {
        return withOrdering(ordering.withKeys(keys));
    }

    public RunnerOptions<U> withLimits(RunnerLimits limits) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }

    public RunnerOptions<U> withConcurrency(int concurrency) {
        return withLimits(limits.withConcurrency(concurrency));
    }

    public RunnerOptions<U> withTimes(TimeLimits<U> times) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }

    public RunnerOptions<U> withFailures(FailureOptions<U> failures) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }

    public RunnerOptions<U> withFailures(FailureHandler<U> handler) {
        return withFailures(failures.withHandler(handler));
    }

    public RunnerOptions<U> withRetry(RetryOptions retry) {
        return withFailures(failures.withRetry(retry));
    }

    public RunnerOptions<U> withListener(RunnerListener<U> listener) {
        return new RunnerOptions<>(guarantee, ordering, limits, times, failures, listener);
    }
}
