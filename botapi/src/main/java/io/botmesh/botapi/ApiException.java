package io.botmesh.botapi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The server refused the call: it had no effect. Messages name the method, never the token or the URL. */
public abstract sealed class ApiException extends RuntimeException {
    /** Stands for a description that is missing. */
    static final String UNEXPLAINED = "without a word";

    private final String method;
    private final int errorCode;
    private final String description;

    private ApiException(String method, int errorCode, String description) {
        super(method + ": " + errorCode + " " + description);
        this.method = method;
        this.errorCode = errorCode;
        this.description = description;
    }

    /** The call that was refused. */
    public String method() {
        return method;
    }

    /** As the server gave it, such as 400. */
    public int errorCode() {
        return errorCode;
    }

    /** In the server's own words. */
    public String description() {
        return description;
    }

    /** Too many requests (429); the same call may succeed after {@link #retryAfter()}. */
    public static final class FloodWait extends ApiException {
        private final Duration retryAfter;

        FloodWait(String method, String description, Duration retryAfter) {
            super(method, 429, description);
            this.retryAfter = retryAfter;
        }

        /** At least a second. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** Any other refusal; the same call would be refused again until something else changes. */
    public static final class Rejected extends ApiException {
        private final @Nullable Long migrateToChatId;

        Rejected(String method, int errorCode, String description, @Nullable Long migrateToChatId) {
            super(method, errorCode, description);
            this.migrateToChatId = migrateToChatId;
        }

        /** Whether a reason was given; a refusal without one may be that of a proxy on the way. */
        public boolean isExplained() {
            return !description().equals(UNEXPLAINED);
        }

        /** The supergroup that the group has become, or null if that is not the reason. */
        public @Nullable Long migrateToChatId() {
            return migrateToChatId;
        }
    }
}
