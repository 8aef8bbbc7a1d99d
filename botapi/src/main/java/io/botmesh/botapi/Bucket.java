package io.botmesh.botapi;

import org.jspecify.annotations.Nullable;

/** Tokens that come back evenly; without a rate there are always enough. Not thread-safe, and holds no clock. */
final class Bucket {
    private static final double SLOWEST = 1.0 / 8;
    private static final double FASTEST = 4;

    private final SendLimits.@Nullable Rate rate;
    private double factor = 1;
    private long missing; // nanoseconds until it is full, as of at
    private long at;

    Bucket(SendLimits.@Nullable Rate rate, long now) {
        this.rate = rate;
        this.at = now;
    }

    /** Nanoseconds until that many tokens are there beside {@code spare} others; more than it holds need a full one. */
    long delay(int tokens, int spare, long now) {
        if (rate == null) return 0;
        int wanted = Math.min(tokens + spare, rate.burst());
        long allowed = (long) ((rate.burst() - wanted) * interval(rate));
        return Math.max(0, missing(now) - allowed);
    }

    void take(int tokens, long now) {
        if (rate == null) return;
        missing = missing(now) + (long) (tokens * interval(rate));
        at = now;
    }

    boolean isFull(long now) {
        return missing(now) == 0;
    }

    /** The server wants less. */
    void slower() {
        factor = Math.max(SLOWEST, factor * 0.7);
    }

    /** The server did not mind, and there was more to send. */
    void faster() {
        factor = Math.min(FASTEST, factor + 0.02);
    }

    double factor() {
        return factor;
    }

    private long missing(long now) {
        return Math.max(0, missing - Math.max(0, now - at));
    }

    private double interval(SendLimits.Rate of) {
        return (double) of.per().toNanos() / of.messages() / factor;
    }
}
