package io.botmesh.runner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The latest ids that the server was told to forget. One that shows such an update again is out of order, and it has been
 * handled; after an idle week the same id may stand for a new one. Not thread-safe.
 */
final class Forgotten {
    private static final int MOST = 1_000;
    private static final Duration LONGEST = Duration.ofDays(1);

    private long @Nullable [] ids;
    private int next;
    private int count;
    private long lastNanos;

    void add(long id, long nowNanos) {
        var known = ids;
        if (known == null) ids = known = new long[MOST];
        known[next] = id;
        next = (next + 1) % MOST;
        if (count < MOST) count++;
        lastNanos = nowNanos;
    }

    boolean contains(long id, long nowNanos) {
        var known = ids;
        if (known == null || nowNanos - lastNanos > LONGEST.toNanos()) return false;
        for (int i = 0; i < count; i++) if (known[i] == id) return true;
        return false;
    }
}
