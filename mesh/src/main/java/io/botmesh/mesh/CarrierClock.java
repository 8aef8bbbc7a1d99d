package io.botmesh.mesh;

import java.time.Instant;

/**
 * What the carrier's clock says, which is the one that all nodes share: the dates of posts tell how far it is ahead of ours. They are whole seconds, so
 * ours counts as far as it does not contradict them. Read from any thread.
 */
final class CarrierClock {
    private static final long MILLI = 1_000_000;

    private long least = Long.MIN_VALUE; // milliseconds that it is ahead
    private long most = Long.MAX_VALUE;
    private volatile long ahead;

    /** A post of ours was made between these two times, as our clock has them. */
    void onPosted(Instant date, long called, long now) {
        long atLeast = date.toEpochMilli() - now / MILLI;
        long atMost = date.toEpochMilli() + 999 - called / MILLI;
        boolean agrees = atLeast <= most && atMost >= least; // else one of the clocks was set
        least = agrees ? Math.max(least, atLeast) : atLeast;
        most = agrees ? Math.min(most, atMost) : atMost;
        update();
    }

    /** A post has come, who knows how long after it was made. */
    void onArrived(Instant date, long now) {
        long atLeast = date.toEpochMilli() - now / MILLI;
        if (atLeast <= least) return;
        if (atLeast > most) most = Long.MAX_VALUE;
        least = atLeast;
        update();
    }

    private void update() {
        ahead = Math.clamp(0, least, most);
    }

    /** The present by the carrier's clock. */
    Instant at(long now) {
        return Instant.ofEpochMilli(now / MILLI + ahead);
    }
}
