package io.botmesh.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which writer posts next and when: one token bucket a lane, the earliest available lane wins. Holds no
 * clock, socket or thread; {@code now} is a {@link System#nanoTime()} and may wrap. Not thread-safe.
 */
final class Lanes {
    /** The lane to use and how long it has still to wait, zero or more nanoseconds. */
    record Choice(int lane, long waitNanos) {}

    private static final Duration FIRST_PROBE = Duration.ofMinutes(1);
    private static final Duration LAST_PROBE = Duration.ofMinutes(30);

    private static final class Lane {
        double tokens;
        long at; // when tokens was last brought up to date
        long notBefore;
        int inFlight;
        int sentCold; // posts sent before the first was answered
        boolean warm;

        @Nullable
        String deadBecause;

        Duration probe = FIRST_PROBE;

        Lane(double tokens, long now, long notBefore) {
            this.tokens = tokens;
            this.at = now;
            this.notBefore = notBefore;
        }
    }

    private final List<Lane> lanes = new ArrayList<>();
    private final double tokensPerNano;
    private final double capacity;
    private final int inFlightLimit;
    private final RandomGenerator jitter;

    Lanes(int count, LaneLimits limits, LaneShare share, RandomGenerator jitter, long now) {
        this.jitter = jitter;
        tokensPerNano = limits.postsPerSecond() / share.holders() / 1e9;
        // One token of the burst stays unused: the server's bucket starts filling when the first post arrives, so a
        // post
        // that was slower on its way than the next one would otherwise find it empty.
        capacity = Math.max(1, (double) (limits.burst() - 1) / share.holders());
        inFlightLimit = Math.max(1, limits.burst() / share.holders());
        double turn = Math.max(0, share.position() - (limits.burst() - 2)) / limits.postsPerSecond();
        long first = share.holders() == 1 ? now : now + (long) (turn * 1e9);
        for (int i = 0; i < count; i++) lanes.add(new Lane(capacity, now, first));
    }

    /** The lane that may post first; null while every lane has its most posts on the way, or is dead. */
    @Nullable
    Choice earliest(long now) {
        Choice best = null;
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            if (lane.inFlight >= inFlightLimit) continue;
            refill(lane, now);
            long wait = Math.max(0, lane.notBefore - now);
            if (lane.tokens < 1) wait = Math.max(wait, (long) Math.ceil((1 - lane.tokens) / tokensPerNano));
            if (best == null || wait < best.waitNanos()) best = new Choice(i, wait);
        }
        return best;
    }

    void onSend(int index, long now) {
        Lane lane = lanes.get(index);
        refill(lane, now);
        lane.tokens--;
        lane.inFlight++;
        if (!lane.warm) lane.sentCold++;
    }

    void onPosted(int index, long now) {
        Lane lane = lanes.get(index);
        lane.inFlight--;
        if (!lane.warm) {
            // The first posts are slow: connections and classes are made. The server's bucket was full until they came.
            lane.warm = true;
            lane.tokens = capacity - lane.sentCold;
            lane.at = now;
        }
        lane.deadBecause = null;
        lane.probe = FIRST_PROBE;
    }

    /** The post did not happen: the server wants this lane to rest. */
    void onFloodWait(int index, Duration retryAfter, long now) {
        Lane lane = lanes.get(index);
        lane.inFlight--;
        lane.tokens = 0;
        lane.at = now + retryAfter.toNanos();
        rest(lane, retryAfter.toNanos() + jitter.nextLong(200_000_000L), now);
    }

    /** No answer, or none that says what happened. */
    void onTrouble(int index, Duration pause, long now) {
        lanes.get(index).inFlight--;
        for (Lane lane : lanes) rest(lane, pause.toNanos(), now); // it is the way to the server, not this lane
    }

    /** The writer may not post here; it is tried again after a minute, then two, up to half an hour. */
    void onDead(int index, String why, long now) {
        Lane lane = lanes.get(index);
        lane.inFlight--;
        lane.deadBecause = why;
        rest(lane, lane.probe.toNanos(), now);
        Duration doubled = lane.probe.multipliedBy(2);
        lane.probe = doubled.compareTo(LAST_PROBE) < 0 ? doubled : LAST_PROBE;
    }

    /** Why nothing can be posted at all, or null while at least one lane lives. */
    @Nullable
    String deadBecause() {
        for (Lane lane : lanes) if (lane.deadBecause == null) return null;
        return lanes.getFirst().deadBecause;
    }

    int dead() {
        return (int) lanes.stream().filter(lane -> lane.deadBecause != null).count();
    }

    /** Posts a second that all living lanes allow together. */
    double postsPerSecond() {
        return (lanes.size() - dead()) * tokensPerNano * 1e9;
    }

    private void refill(Lane lane, long now) {
        long passed = now - lane.at;
        if (passed <= 0) return;
        lane.tokens = Math.min(capacity, lane.tokens + passed * tokensPerNano);
        lane.at = now;
    }

    private static void rest(Lane lane, long nanos, long now) {
        long until = now + nanos;
        if (until - lane.notBefore > 0) lane.notBefore = until;
    }
}
