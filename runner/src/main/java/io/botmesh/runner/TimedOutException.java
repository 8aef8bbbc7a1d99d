package io.botmesh.runner;

import org.jspecify.annotations.Nullable;

/** A handler ran too long and was asked to end. The cause is what it threw then; null if it has not ended even so. */
public final class TimedOutException extends RuntimeException {
    private final boolean abandoned;

    TimedOutException(TimeLimits<?> limits, boolean abandoned, @Nullable Throwable thrown) {
        super(
                "the handler ran longer than " + limits.most()
                        + (limits.execution() == null ? ", with all further updates kept away until its end" : "")
                        + (abandoned ? ", and did not end when asked to" : ""),
                thrown);
        this.abandoned = abandoned;
    }

    /** Whether the handler outlived the grace: it still runs, or did for a while. */
    public boolean abandoned() {
        return abandoned;
    }
}
