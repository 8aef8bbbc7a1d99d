package io.botmesh.bot;

/** What goes wrong in a bot by itself; refusals and failures of calls keep their own types. */
public abstract sealed class BotException extends RuntimeException {
    private BotException(String message) {
        super(message);
    }

    private BotException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A handler asked its update for something that updates of this kind, or this one, do not have. */
    public static final class Missing extends BotException {
        Missing(String message) {
            super(message);
        }
    }

    /** The bot could not start, or cannot go on: trying again is useless until something else changes. */
    public static final class Refused extends BotException {
        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A handler failed; the {@linkplain #getCause() cause} is what it threw. */
    public static final class HandlerFailed extends BotException {
        private final transient Context context;

        HandlerFailed(Context context, Throwable cause) {
            super("update " + context.updateId() + " (" + context.kind() + "): " + cause, cause);
            this.context = context;
        }

        /** The update, as the handler had it. */
        public Context context() {
            return context;
        }
    }
}
