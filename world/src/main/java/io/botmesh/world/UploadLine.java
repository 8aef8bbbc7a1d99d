package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The line in which uploads of the same size wait: the server lets one through per size and moment, whoever sends it.
 */
final class UploadLine {
    static final long FREE_BYTES = 100_000;
    private static final Duration BUCKET = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final int MOST_SIZES = 10_000;

    private final Map<Long, Instant> lastBySize = new HashMap<>();

    /** When an upload of that size may go on, or null if the line is too long. */
    @Nullable
    Instant admit(long bytes, Instant now) {
        if (bytes <= FREE_BYTES) return now;
        var last = lastBySize.get(bytes);
        if (last != null && last.isAfter(now.plus(LONGEST))) return null;
        var gap = Duration.ofMillis(Math.clamp(bytes / 10_000, 200L, 900L));
        var earliest = now.minus(BUCKET);
        var next = last == null ? earliest : last.plus(gap);
        if (next.isBefore(earliest)) next = earliest;
        lastBySize.put(bytes, next);
        if (lastBySize.size() > MOST_SIZES) lastBySize.values().removeIf(moment -> !moment.isAfter(earliest));
        return next.isAfter(now) ? next : now;
    }
}
