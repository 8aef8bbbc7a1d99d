package io.botmesh.runner;

import org.jspecify.annotations.Nullable;

/** The journal failed. The type says what that did to the data; the message is one line that says what to do. */
public abstract sealed class JournalException extends RuntimeException {
    private JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Nothing of this write was stored; what was stored before is untouched. A full disk, for one. */
    public static final class NotStored extends JournalException {
        public NotStored(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The journal cannot be used at all: damaged, taken by another process, not readable, or from a newer version. */
    public static final class Unusable extends JournalException {
        public Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Another process, or another object in this one, has taken over the journal of this bot: nothing was stored, and
     * nothing will be. Whoever has it now goes on with what is left.
     */
    public static final class TakenOver extends JournalException {
        public TakenOver(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
