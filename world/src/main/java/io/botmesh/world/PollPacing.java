package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the server slows down a bot that polls in circles and spaces its conflict answers. Holds no clock. */
final class PollPacing {
    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final Duration HASTY = Duration.ofMillis(500);

    /** What is left of a poll's wishes. */
    record Admitted(int limit, int timeoutSeconds) {}

    private int lastOffset = -1;
    private @Nullable Instant lastStart;
    private @Nullable Instant nextConflict;

    /** A poll with the offset of the one before waits longer, and gets less when it comes at once. */
    Admitted admit(int updateOffset, int limit, int timeoutSeconds, Instant now) {
        int admittedLimit = limit;
        int admittedTimeout = timeoutSeconds;
        if (updateOffset == lastOffset && lastStart != null) {
            if (timeoutSeconds < 3 && now.isBefore(lastStart.plus(SLOW))) admittedTimeout = 3;
            if (now.isBefore(lastStart.plus(HASTY))) admittedLimit = 1;
        }
        lastOffset = updateOffset;
        lastStart = now;
        return new Admitted(admittedLimit, admittedTimeout);
    }

    /** When a conflict that arises now is to be answered. */
    Instant conflictAt(Instant now) {
        if (nextConflict == null || !now.isBefore(nextConflict)) {
            nextConflict = now.plus(SLOW);
            return now;
        }
        return now.plus(SLOW);
    }
}
