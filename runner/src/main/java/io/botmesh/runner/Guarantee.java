package io.botmesh.runner;

/**
 * When the source is told that an update needs not come again, which decides what a crash loses or repeats.
 *
 * @param <U> the update
 */
public sealed interface Guarantee<U> {
    /**
     * Confirmed to the server before the first handler sees it: nothing is ever handled twice, and a crash loses all
     * that was queued or running. Costs one more request per batch.
     */
    record AtMostOnce<U>() implements Guarantee<U> {}

    /**
     * Confirmed when it and every update before it has ended. Needs no disk. A crash repeats what had not ended, and what
     * had ended behind something slower. A long poll shows at most 100 updates beyond the oldest unended one, so one slow
     * update holds up all others after that.
     */
    record AtLeastOnce<U>() implements Guarantee<U> {}

    /**
     * Confirmed when it is on disk. A crash repeats only what was running, each {@linkplain Delivery#repeated() flagged};
     * updates beyond the high watermark wait on disk. The journal is for one runner at a time, and stays the caller's to close,
     * after the runner has stopped.
     */
    record Journaled<U>(Journal<U> journal) implements Guarantee<U> {}
}
