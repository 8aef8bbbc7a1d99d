package io.botmesh.mesh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something a mesh node cannot put right by itself. Messages say what to do and never hold a token. */
public abstract sealed class MeshException extends RuntimeException {
    private MeshException(String message) {
        super(message);
    }

    private MeshException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The API did not answer for longer than the node was told to try. What was not posted is still in the outbox. */
    public static final class Unreachable extends MeshException {
        Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The server refused something that no other lane or later time would change. */
    public static final class Refused extends MeshException {
        Refused(String message) {
            super(message);
        }

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The peer does not take an object: it is too large, was damaged on its way, or nobody there takes any. */
    public static final class ObjectRefused extends MeshException {
        ObjectRefused(String message) {
            super(message);
        }
    }

    /** The node was closed before it was done, or broke: then there is a cause. */
    public static final class Closed extends MeshException {
        Closed(String message) {
            super(message);
        }

        Closed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The outbox holds as much as it may; nothing of the message was taken. */
    public static final class Full extends MeshException {
        Full(String message) {
            super(message);
        }
    }

    /** Too much was given without waiting until it is taken, see {@link NodeOptions.Waiting#pending()}; nothing of the message was taken. */
    public static final class TooManyPending extends MeshException {
        TooManyPending(long bytes, long most) {
            super("messages of " + bytes + " bytes are pending, of at most " + most
                    + ": wait until some of them are taken, or use send");
        }
    }

    /** What is stored cannot be read. */
    public static final class Damaged extends MeshException {
        public Damaged(String message) {
            super(message);
        }
    }

    /** The disk does not take what must be safe before anything else may happen; what it holds is as before. */
    public static final class StoreFailed extends MeshException {
        public StoreFailed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store cannot be used any more, or not at all: damaged, closed, in use by another process or taken over by one. */
    public static final class Unusable extends MeshException {
        /** @param message one line that says why, and what to do */
        public Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Files of peers hold mistakes. The message has a line for each: file, line, and what to do. */
    public static final class PeerMistakes extends MeshException {
        private final transient List<String> mistakes;

        PeerMistakes(List<String> mistakes) {
            super(String.join("\n", mistakes));
            this.mistakes = List.copyOf(mistakes);
        }

        /** One line each. */
        public List<String> mistakes() {
            return mistakes;
        }
    }

    /** Nobody tells: the peer cannot answer, or did not in time. */
    public static final class Unanswered extends MeshException {
        Unanswered(String message) {
            super(message);
        }
    }

    /** Somebody else wrote first: another process with this node's key, or another part of this program. */
    public static final class Overtaken extends MeshException {
        Overtaken(String message) {
            super(message);
        }
    }

    /** The peer has lost the message, or what was known of it, or takes none of that length. */
    public static final class Lost extends MeshException {
        Lost(String message) {
            super(message);
        }
    }

    /**
     * Thrown by a handler that leaves what it got to a later process of its node: it is neither done nor failed, and all that follows on its
     * stream waits, too.
     */
    public static final class Left extends MeshException {
        public Left() {
            super("left to a later process");
        }
    }

    /** A request came to a handler that failed for good, or to nobody who wants it. */
    public static final class RequestFailed extends MeshException {
        RequestFailed(String message) {
            super(message);
        }
    }
}
