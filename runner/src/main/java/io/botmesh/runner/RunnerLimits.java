package io.botmesh.runner;

/**
 * How much a {@link Runner} takes on.
 *
 * @param concurrency   most handlers running at once, at least 1, held from the first poll on; default 500
 * @param pollLimit     most updates per poll, 1 to 100; default 100
 * @param lowWatermark  polling goes on when no more than this many updates wait in memory; with a journal, the room beyond
 *                      is shared out: a key of which ten updates wait gets no more of it, and its later updates stay on
 *                      disk; default 10,000
 * @param highWatermark polling, or admission from the journal, pauses when this many updates wait in memory, and as many
 *                      handlers may give their slot away while they wait for something ({@link Delivery#withoutSlot}); one poll's
 *                      worth may come on top. With a journal, 20 above the low one for each handler at once keeps all of
 *                      them busy whatever waits on disk; default 20,000
 * @param spill         most updates that wait in the journal beyond those in memory before polling pauses; default 1,000,000
 */
public record RunnerLimits(int concurrency, int pollLimit, int lowWatermark, int highWatermark, long spill) {
    public RunnerLimits {
        if (concurrency < 1) throw new IllegalArgumentException("concurrency: " + concurrency);
        if (pollLimit < 1 || pollLimit > 100) throw new IllegalArgumentException("pollLimit: " + pollLimit);
        if (lowWatermark < 0) throw new IllegalArgumentException("lowWatermark: " + lowWatermark);
        if (highWatermark <= lowWatermark)
            throw new IllegalArgumentException("highWatermark " + highWatermark + " is not above " + lowWatermark);
        if (spill < 1) throw new IllegalArgumentException("spill: " + spill);
    }

    /** As a concurrency: as many handlers as there are updates in memory that may run. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public static RunnerLimits defaults() {
        return new RunnerLimits(500, 100, 10_000, 20_000, 1_000_000);
    }

    /** When so few updates wait, what is on disk is read on: a quarter of what is shared out is free. */
    int roomAgain() {
        return highWatermark - Math.max(1, (highWatermark - lowWatermark) / 4);
    }

    public RunnerLimits withConcurrency(int concurrency) {
        return new RunnerLimits(concurrency, pollLimit, lowWatermark, highWatermark, spill);
    }

    public RunnerLimits withPollLimit(int pollLimit) {
        return new RunnerLimits(concurrency, pollLimit, lowWatermark, highWatermark, spill);
    }

    public RunnerLimits withWatermarks(int lowWatermark, int highWatermark) {
        return new RunnerLimits(concurrency, pollLimit, lowWatermark, highWatermark, spill);
    }

    public RunnerLimits withSpill(long spill) {
        return new RunnerLimits(concurrency, pollLimit, lowWatermark, highWatermark, spill);
    }
}
