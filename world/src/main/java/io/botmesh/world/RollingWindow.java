package io.botmesh.world;

import java.time.Duration;
import java.util.ArrayDeque;

/** At most so many in any span; times are nanoseconds of any clock that does not run backwards. */
final class RollingWindow {
    private final int most;
    private final long span;
    private final ArrayDeque<Long> taken = new ArrayDeque<>();

    RollingWindow(Limits.Window window) {
        most = window.messages();
        span = window.span().toNanos();
    }

    /** How long until that many more fit; more than the window holds need an empty one. */
    Duration wait(int count, long now) {
        while (!taken.isEmpty() && taken.getFirst() + span <= now) taken.removeFirst();
        int tooMany = taken.size() + Math.min(count, most) - most;
        if (tooMany <= 0) return Duration.ZERO;
        int index = 0;
        for (long at : taken) if (++index == tooMany) return Duration.ofNanos(at + span - now);
        return Duration.ofNanos(taken.getLast() + span - now);
    }

    /** How many more fit. */
    int free(long now) {
        int free = most;
        for (long at : taken) if (at + span > now) free--;
        return Math.max(0, free);
    }

    int most() {
        return most;
    }

    void take(int count, long now) {
        for (int i = 0; i < count; i++) taken.addLast(now);
    }
}
