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
    private final byte @Nullable [] updates;
    private final boolean closed;
    private final boolean unreadable;

    public TransportException(Happened happened, String message, @Nullable Throwable cause) {
        this(happened, 0, message, cause);
    }

    TransportException(Happened happened, int status, String message, @Nullable Throwable cause) {
        this(happened, status, message, cause, null, false, false);
    }

    /** Made after the close of a client: nothing was sent, nor will be. */
    static TransportException closed(String message, @Nullable Throwable cause) {
        return new TransportException(Happened.NO, 0, message, cause, null, true, false);
    }

    /** What was to be sent cannot be read, such as a file that is gone. */
    static TransportException unreadable(String message, @Nullable Throwable cause) {
        return new TransportException(Happened.NO, 0, message, cause, null, false, true);
    }

    private TransportException(
            Happened happened,
            int status,
            String message,
            @Nullable Throwable cause,
            byte @Nullable [] updates,
            boolean closed,
            boolean unreadable) {
        super(message, cause);
        this.happened = happened;
        this.status = status;
        this.updates = updates;
        this.closed = closed;
        this.unreadable = unreadable;
    }

    /** The same in other words. */
    TransportException told(String message, @Nullable Throwable cause) {
        return new TransportException(happened, status, message, cause, updates, closed, unreadable);
    }

    /** The same with the answer of a poll that has arrived and cannot be split. */
    TransportException with(byte[] answer) {
        return new TransportException(
                happened, status, String.valueOf(getMessage()), getCause(), answer, closed, unreadable);
    }

    public Happened happened() {
        return happened;
    }

    /** Whether the client has been closed: to try again is of no use. */
    public boolean isClosed() {
        return closed;
    }

    /** Whether trying again may bring an answer. */
    boolean mayPass() {
        return !closed && !unreadable;
    }

    /** The HTTP status if an answer began, else 0. */
    public int status() {
        return status;
    }

    /**
     * What of a successful answer to {@code getUpdates} came in place of its first update, although the answer cannot be
     * split: it breaks off, or its brackets do not match. Then the same will come again. Under the id it begins with, or
     * else the one that was asked for, it can be confirmed and set aside, and does not say more
     * ({@link RawUpdate#isNumbered()}). Null if this is about anything else.
     *
     * @param updateOffset the first update that was asked for; 0 or less if that is not known
     */
    public @Nullable RawUpdate brokenUpdate(long updateOffset) {
        return updates == null ? null : UpdateScanner.broken(updates, updateOffset);
    }
}
