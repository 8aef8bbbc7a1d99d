package io.botmesh.runner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A handler ran too long and was asked to end. The cause is what it threw then; null if it has not ended even so. */
public final class TimedOutException extends RuntimeException {
    private final boolean abandoned;

    TimedOutException(Duration limit, boolean abandoned, @Nullable Throwable thrown) {
        super("the handler ran longer than " + limit + (abandoned ? " and did not end when asked to" : ""), thrown);
        this.abandoned = abandoned;
    }

    /** Whether the handler outlived the grace: it still runs, or did for a while. */
    public boolean abandoned() {
        return abandoned;
    }
}
