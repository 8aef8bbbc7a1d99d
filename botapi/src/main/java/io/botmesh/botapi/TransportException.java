package io.botmesh.botapi;

import org.jspecify.annotations.Nullable;

/** No usable answer: no connection, a deadline, a 5xx, or bytes that are no answer. Ask {@link #happened()}. */
public final class TransportException extends RuntimeException {
    /** Whether the server may have acted. */
    public enum Happened {
        /** Nothing was sent: repeating is safe. */
        NO,
        /** Some of the request may have arrived: repeating may do it twice. */
        UNKNOWN
    }

    private final Happened happened;
    private final int status;

    public TransportException(Happened happened, String message, @Nullable Throwable cause) {
        this(happened, 0, message, cause);
    }

    TransportException(Happened happened, int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.happened = happened;
        this.status = status;
    }

    public Happened happened() {
        return happened;
    }

    /** The HTTP status if an answer began, else 0. */
    public int status() {
        return status;
    }
}
