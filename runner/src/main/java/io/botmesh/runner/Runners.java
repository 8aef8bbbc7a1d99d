package io.botmesh.runner;

/** Runners that take updates one by one or batch by batch, as simpler frameworks do. */
public final class Runners {
    private Runners() {}

    /** One update after the other, in the order of arrival, whatever their keys. */
    public static <U> Runner<U> sequential(Source<U> source, Handler<U> handler, RunnerOptions<U> options) {
        return new Runner<>(source, handler, options.withKeys(Keys.all()).withConcurrency(1));
    }

    /**
     * All updates of a poll at once, as far as their keys and the concurrency allow, and the next poll when all of them
     * have ended: at least once, with the whole batch confirmed by that poll.
     *
     * @throws IllegalArgumentException if the options ask for another guarantee than {@link Guarantee.AtLeastOnce}: there a
     *     batch is confirmed before it has ended
     */
    public static <U> Runner<U> batched(Source<U> source, Handler<U> handler, RunnerOptions<U> options) {
        if (!(options.guarantee() instanceof Guarantee.AtLeastOnce<U>))
            throw new IllegalArgumentException(
                    "batches are confirmed when they have ended, so they are for AtLeastOnce, not for "
                            + options.guarantee().getClass().getSimpleName());
        return new Runner<>(new Barrier<>(source), handler, options);
    }
}
