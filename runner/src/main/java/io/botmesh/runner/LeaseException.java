package io.botmesh.runner;

import org.jspecify.annotations.Nullable;

/** Whether a {@link Lease} is held cannot be found out: the place where it is kept does not answer. */
public final class LeaseException extends RuntimeException {
    public LeaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
