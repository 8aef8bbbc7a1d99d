package io.botmesh.seal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A packet that is refused before anything of its content was used. The subtype says what to do about it,
 * {@link #reason()} what exactly was wrong; counters and the test vectors use the reason. Instances carry no stack
 * trace: refusing a flood must stay cheap. What an authentic packet's content may be refused for is
 * {@link io.botmesh.wire.WireException}.
 */
public abstract sealed class SealException extends RuntimeException {
    /** What exactly was wrong. The names are part of the protocol's test vectors. */
    public enum Reason {
        /** A plain packet where sealed ones are wanted. */
        NOT_SEALED,
        /** A sealed packet where plain ones were asked for. */
        NOT_PLAIN,
        /** Sealed to a key that this reader does not have, or no longer. */
        RECIPIENT_UNKNOWN,
        /** The admission tag fits no secret that this reader gave out. */
        ADMISSION_TAG,
        /** Admitted by a secret that was given to another sender than the one who signed. */
        ADMISSION_SENDER,
        /** A document that is not the one its caption announced. */
        ANNOUNCEMENT,
        /** The sender's quota is used up. */
        QUOTA,
        /** No admission tag, and the small budget that all strangers share is used up. */
        QUOTA_STRANGERS,
        /** This packet has come before. */
        REPLAYED,
        /** Below the replay window: nobody knows any more whether it has come before. */
        TOO_OLD,
        /** More outboxes of one sender, or of all, than a reader keeps windows for. */
        LIMIT_INCARNATIONS,
        /** Shorter than any sealed body. */
        SEAL_TRUNCATED,
        /** The seal does not open: altered, cut, or made for another key. */
        SEAL_BROKEN,
        /** The mark that ends the content is missing. */
        PADDING,
        /** The signature is not the sender's over this header, recipient and content. */
        SIGNATURE
    }

    private final Reason reason;

    private SealException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What exactly was wrong. */
    public final Reason reason() {
        return reason;
    }

    /** For another reader, as it seems: leave it alone. */
    public static final class Foreign extends SealException {
        Foreign(Reason reason, String message) {
            super(reason, message);
        }
    }

    /** Altered, or made by somebody who is not who he says: drop and count it. */
    public static final class Forged extends SealException {
        Forged(Reason reason, String message) {
            super(reason, message);
        }
    }

    /** A copy of an earlier packet, as far as is known: drop and count it. */
    public static final class Repeated extends SealException {
        private final @Nullable NodeKey reusedBy;

        Repeated(Reason reason, String message) {
            this(reason, message, null);
        }

        Repeated(Reason reason, String message, @Nullable NodeKey reusedBy) {
            super(reason, message);
            this.reusedBy = reusedBy;
        }

        /**
         * Who gave the number of an earlier packet to another one: its state is older than what it has sent. Empty for a copy, and where nobody
         * remembers the earlier packet's bytes.
         */
        public Optional<NodeKey> reusedBy() {
            return Optional.ofNullable(reusedBy);
        }
    }

    /** More than this sender may send: drop and count it. It may be fine; a resend later may be let in. */
    public static final class Throttled extends SealException {
        Throttled(Reason reason, String message) {
            super(reason, message);
        }
    }
}
