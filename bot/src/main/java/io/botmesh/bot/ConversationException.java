package io.botmesh.bot;

/**
 * A conversation has ended before its end. What a handler does not catch ends it quietly, as {@link Conversations} says: its
 * update has been handled.
 */
public abstract sealed class ConversationException extends RuntimeException {
    private ConversationException(String message) {
        super(message, null, false, false); // no failure, so no trace
    }

    /** The person wants to stop; the context has moved on to the update that says so. */
    public static final class Cancelled extends ConversationException {
        Cancelled() {
            super("the conversation was cancelled");
        }
    }

    /** Nothing came in time. */
    public static final class TimedOut extends ConversationException {
        TimedOut() {
            super("no answer came in time");
        }
    }
}
