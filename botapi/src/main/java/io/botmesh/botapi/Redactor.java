package io.botmesh.botapi;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes a token out of text and exceptions: libraries like to name the URL that failed, and the token is part of it. */
final class Redactor {
    private final String secret;

    Redactor(BotToken token) {
        this.secret = token.secret();
    }

    String text(@Nullable String text) {
        return text == null ? "" : text.replace(secret, "***");
    }

    /** The throwable itself if nothing in it tells the secret, else a copy that does not. */
    @Nullable
    Throwable clean(@Nullable Throwable throwable) {
        if (throwable == null || !tells(throwable, Collections.newSetFromMap(new IdentityHashMap<>())))
            return throwable;
        return copy(throwable, 0);
    }

    private boolean tells(Throwable throwable, Set<Throwable> seen) {
        if (!seen.add(throwable)) return false;
        if (String.valueOf(throwable).contains(secret)
                || String.valueOf(throwable.getMessage()).contains(secret)
                || (throwable.getCause() != null && tells(throwable.getCause(), seen))) return true;
        for (Throwable suppressed : throwable.getSuppressed()) if (tells(suppressed, seen)) return true;
        return false;
    }

    private Throwable copy(Throwable throwable, int depth) {
        var copy = new Redacted(text(throwable.toString()));
        copy.setStackTrace(throwable.getStackTrace());
        if (depth < 20) { // chains that loop end here
            if (throwable.getCause() != null) copy.initCause(copy(throwable.getCause(), depth + 1));
            for (Throwable suppressed : throwable.getSuppressed()) copy.addSuppressed(copy(suppressed, depth + 1));
        }
        return copy;
    }

    /** Stands for an exception whose own text told the secret. */
    @SuppressWarnings("OverrideThrowableToString") // the message begins with the original's class already
    private static final class Redacted extends RuntimeException {
        Redacted(String original) {
            super(original);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
