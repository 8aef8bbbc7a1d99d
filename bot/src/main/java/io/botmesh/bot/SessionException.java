package io.botmesh.bot;

import org.jspecify.annotations.Nullable;

/** What goes wrong with a session. Nothing was written by the handler that gets it. */
public abstract sealed class SessionException extends RuntimeException {
    private SessionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Somebody else has changed the session since it was loaded. Handling the update again, as a failure handler that
     * retries does, starts from what is stored now.
     */
    public static final class Conflict extends SessionException {
        private final transient SessionKey key;

        public Conflict(SessionKey key) {
            super("session " + key + " was changed by another handler meanwhile", null);
            this.key = key;
        }

        public SessionKey key() {
            return key;
        }
    }

    /** The update has no key for this part, for instance because it happened in no chat. */
    public static final class NoKey extends SessionException {
        NoKey(String message) {
            super(message, null);
        }
    }

    /** What is stored cannot be read: damaged, or written by a newer program. It is left as it is. */
    public static final class Unreadable extends SessionException {
        public Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
