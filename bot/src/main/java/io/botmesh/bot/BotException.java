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

    /** A handler failed. */
    public static final class HandlerFailed extends BotException {
        private final transient Context context;
        private final Throwable failure;

        HandlerFailed(Context context, Throwable cause) {
            super("update " + context.updateId() + " (" + context.kind() + "): " + cause, cause);
            this.context = context;
            this.failure = cause;
        }

        static HandlerFailed of(Context context, Throwable failure) {
            return failure instanceof HandlerFailed known ? known : new HandlerFailed(context, failure);
        }

        /** What it threw; the cause of this. */
        public Throwable failure() {
            return failure;
        }

        /** The update, as the handler had it. */
        public Context context() {
            return context;
        }
    }
}
