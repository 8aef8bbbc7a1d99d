package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Finds out when a wall clock has been set, by a clock that nobody sets: for a journal, which keeps what it knows for days
 * and must neither forget it because the clock jumps ahead, nor keep it for ever because the clock was ahead. A computer
 * that sleeps for hours looks like one whose clock was set by as much. Thread-safe while {@link #settled} is called by one
 * thread at a time.
 */
public final class ClockJumps {
    private final InstantSource wallClock;
    private final LongSupplier nanoTime;
    private final long firstNanos;
    private volatile Instant first;

    /** From now on; what was done to the clock before is not known. */
    public ClockJumps(InstantSource wallClock, LongSupplier nanoTime) {
        this.wallClock = wallClock;
        this.nanoTime = nanoTime;
        this.firstNanos = nanoTime.getAsLong();
        this.first = wallClock.instant();
    }

    /** By how many whole hours the clock is ahead of where it would be, or behind if negative, unless that is settled. */
    public Duration jump() {
        var expected = first.plusNanos(nanoTime.getAsLong() - firstNanos);
        return Duration.ofHours(Duration.between(expected, wallClock.instant()).toHours());
    }

    /** All that is kept by this clock has been moved by the jump. */
    public void settled(Duration jump) {
        first = first.plus(jump);
    }
}
