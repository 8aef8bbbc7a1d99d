package io.botmesh.world;

import java.time.Duration;

/** A bucket that refills evenly; times are nanoseconds of any clock that does not run backwards. */
final class TokenBucket {
    private final long interval;
    private final int burst;
    private long fullAt = Long.MIN_VALUE;

    TokenBucket(Limits.Rate rate) {
        interval = rate.per().toNanos() / rate.messages();
        burst = rate.burst();
    }

    /** How long until that many tokens are there, zero if they are; more than the bucket holds need a full one. */
    Duration wait(int tokens, long now) {
        long missing = Math.max(fullAt, now) - now - (long) (burst - Math.min(tokens, burst)) * interval;
        return Duration.ofNanos(Math.max(0, missing));
    }

    /** Whole tokens that are there. */
    int free(long now) {
        long missing = Math.max(fullAt, now) - now;
        return (int) Math.max(0, burst - (missing + interval - 1) / interval);
    }

    /** Tokens in a full bucket. */
    int most() {
        return burst;
    }

    void take(int tokens, long now) {
        fullAt = Math.max(fullAt, now) + tokens * interval;
    }
}
