package io.botmesh.runner;

/**
 * How much a {@link Runner} takes on.
 *
 * @param concurrency   most handlers running at once, at least 1, held from the first poll on; default 500
 * @param pollLimit     most updates per poll, 1 to 100; default 100
 * @param lowWatermark  polling, or reading back from the journal, goes on when no more than this many updates wait in
 *                      memory; default 10,000
 * @param highWatermark polling, or admission from the journal, pauses when this many updates wait in memory; one poll's
 *                      worth may come on top; default 20,000
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
