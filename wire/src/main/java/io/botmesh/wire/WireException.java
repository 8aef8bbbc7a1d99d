package io.botmesh.wire;

/**
 * Bytes or text from outside that are refused. Nothing of them was applied.
 *
 * <p>The subtype says what a receiver does next; {@link #reason()} says exactly what was wrong and is what counters
 * and the test vectors use. Instances carry no stack trace: refusing a flood of garbage must stay cheap.
 */
public abstract sealed class WireException extends RuntimeException {
    /** What exactly was wrong. The names are part of the protocol's test vectors. */
    public enum Reason {
        /** The text or the bytes are empty. */
        EMPTY,
        /** The post's first character names no armour: an ordinary post of people. */
        ARMOUR_UNKNOWN,
        /** A character outside the armour's alphabet, or a tail character that is not last. */
        ARMOUR_CHARACTER,
        /** A number of characters that no encoder produces. */
        ARMOUR_LENGTH,
        /** Padding bits other than the armour's, or a tail that holds nothing but padding. */
        ARMOUR_PADDING,
        /** A version of the protocol that this program does not know. */
        VERSION_UNKNOWN,
        /** A reserved flag is set: the packet needs a rule that this program does not know. */
        FLAGS_RESERVED,
        /** The bytes end inside the header. */
        HEADER_TRUNCATED,
        /** The packet number is not in its shortest form or above 2^53 - 1. */
        HEADER_NUMBER,
        /** The checksum of a plain packet does not match: cut short or garbled on the way. */
        CHECKSUM,
        /** The packet is sealed; only the holder of the key can read it. */
        SEALED,
        /** The body is no complete raw DEFLATE stream, or bytes follow it. */
        DEFLATE_BROKEN,
        /** The body inflates to more than its size allows. */
        DEFLATE_BOMB,
        /** The content is no valid protobuf message of the schema. */
        CONTENT_MALFORMED,
        /** The content contradicts itself, for instance a piece without bytes inside a message. */
        CONTENT_INVALID,
        /** More bytes than a packet may have. */
        LIMIT_PACKET,
        /** More frames, pieces or headers than a packet may hold. */
        LIMIT_COUNT,
        /** A name, subject or header longer than allowed. */
        LIMIT_NAME,
        /** A number above 2^53 - 1. */
        LIMIT_NUMBER,
        /** A persisted state (window, reassembly) that no version of this program wrote. */
        STATE_MALFORMED
    }

    private final Reason reason;

    private WireException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What exactly was wrong. */
    public final Reason reason() {
        return reason;
    }

    /** Not a packet at all, such as a post written by a person: ignore it. */
    public static final class Foreign extends WireException {
        Foreign(Reason reason, String message) {
            super(reason, message);
        }
    }

    /** A packet by its looks, but damaged or forged: drop and count it. */
    public static final class Malformed extends WireException {
        Malformed(Reason reason, String message) {
            super(reason, message);
        }
    }

    /** A packet of a newer protocol, or one that needs a key: it may be fine for another program. */
    public static final class Unsupported extends WireException {
        Unsupported(Reason reason, String message) {
            super(reason, message);
        }
    }

    /** A packet that asks for more memory than a receiver grants: drop and count it, its sender misbehaves. */
    public static final class OverLimit extends WireException {
        OverLimit(Reason reason, String message) {
            super(reason, message);
        }
    }
}
