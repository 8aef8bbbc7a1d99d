package io.botmesh.wire;

/**
 * The protocol's bounds on everything that is read from the wire. They are part of the protocol: a sender keeps them,
 * a receiver refuses what exceeds them before it allocates anything for it.
 */
public final class Limits {
    /** Largest number in a packet (packet number, stream, sequence, length): what a JavaScript number holds exactly. */
    public static final long MAX_NUMBER = (1L << 53) - 1;

    /** Largest packet in bytes, below the 20 MiB that a bot can download. */
    public static final int MAX_PACKET_BYTES = 19 << 20;

    /** Bodies up to this many bytes count as text posts and inflate to at most {@link #MAX_TEXT_CONTENT_BYTES}. */
    public static final int TEXT_BODY_BYTES = 8 << 10;

    /** Largest content of a body of at most {@link #TEXT_BODY_BYTES}. */
    public static final int MAX_TEXT_CONTENT_BYTES = 1 << 20;

    /** Largest content of any body. */
    public static final int MAX_CONTENT_BYTES = 32 << 20;

    /** Most frames in a packet, unknown ones included. */
    public static final int MAX_FRAMES = 4096;

    /** Most pieces in a packet. */
    public static final int MAX_PIECES = 1 << 18;

    /** Longest name of a sender in UTF-8 bytes. */
    public static final int MAX_SENDER_BYTES = 128;

    /** Longest subject in UTF-8 bytes. */
    public static final int MAX_SUBJECT_BYTES = 256;

    /** Most headers of one message. */
    public static final int MAX_HEADERS = 32;

    /** Most headers in a packet. */
    public static final int MAX_PACKET_HEADERS = 1 << 18;

    /** Most bytes that the headers of one message take: names in UTF-8 and values together. */
    public static final int MAX_HEADERS_BYTES = 1024;

    /** Most streams, spans, channels, lanes and ranges in the control frames of a packet together. */
    public static final int MAX_CONTROL_ITEMS = 4096;

    /** So deep may groups stand in each other that nobody knows. */
    public static final int MAX_GROUPS = 100;

    /** Streams of an outbox that a reader keeps at a time at least. */
    public static final int STREAMS = 256;

    /** What every piece weighs beside its body, so that a stream of empty messages is not free. */
    public static final int PIECE_WEIGHT = 16;

    /** What may be sent on a stream before its reader has granted anything. */
    public static final long FIRST_STREAM_CREDIT = 256 << 10;

    /** What may be sent on all streams together before their reader has granted anything. */
    public static final long FIRST_PEER_CREDIT = 4 << 20;

    /** Smallest capacity a packer accepts: one piece with the longest subject and headers fits. */
    public static final int MIN_CAPACITY = 2048;

    private Limits() {}

    /** Most content bytes that a body of this many bytes may inflate to. */
    public static int maxContentBytes(int bodyBytes) {
        return bodyBytes <= TEXT_BODY_BYTES ? MAX_TEXT_CONTENT_BYTES : MAX_CONTENT_BYTES;
    }
}
