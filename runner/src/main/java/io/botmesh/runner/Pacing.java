package io.botmesh.runner;

import java.time.Duration;

/** How long to wait before the next poll; see {@link LongPollOptions.Pace}. Holds no clock. */
final class Pacing {
    /** Polls that tell the rate: enough for a steady one, few enough to notice a burst within a second. */
    private static final int POLLS = 16;

    private final LongPollOptions.Pace pace;
    private final int[] counts = new int[POLLS];
    private final long[] nanos = new long[POLLS];
    private int next;
    private long sumCounts;
    private long sumNanos;
    /** Of the server's most: there is a backlog. */
    private boolean full;

    Pacing(LongPollOptions.Pace pace) {
        this.pace = pace;
    }

    /** A poll brought so many updates, so long after the one before. */
    void onPoll(int updates, long sinceLastNanos) {
        sumCounts += updates - counts[next];
        sumNanos += sinceLastNanos - nanos[next];
        counts[next] = updates;
        nanos[next] = sinceLastNanos;
        next = (next + 1) % POLLS;
        full = updates >= LongPoll.WINDOW;
    }

    Duration pause() {
        if (pace.aim() == 1 || full || sumCounts == 0) return Duration.ZERO;
        double each = (double) sumNanos / sumCounts;
        double most = pace.most().toNanos();
        if (2 * each > most) return Duration.ZERO;
        return Duration.ofNanos((long) Math.min(most, pace.aim() * each));
    }
}
