package io.botmesh.wire;

import java.util.Arrays;
import java.util.List;

/**
 * A message or a part of one; takes one sequence number of its stream. A message is one {@link Position#WHOLE} piece
 * or a run of FIRST, any number of MIDDLE, and LAST.
 *
 * @param position where it stands in its message
 * @param body     the message's bytes or the next part of them; empty in WHOLE pieces only; not copied
 * @param length   bytes of the whole message with WHOLE (the body's) and FIRST (more than the body's), else 0
 * @param subject  what the message is about; empty with MIDDLE and LAST
 * @param headers  of the message; empty with MIDDLE and LAST
 */
@SuppressWarnings("ArrayRecordComponent") // compares by content; a copy per message would be felt
public record Piece(Position position, byte[] body, long length, String subject, List<MessageHeader> headers) {
    /** Where a piece stands in its message. */
    public enum Position {
        WHOLE(0),
        FIRST(1),
        MIDDLE(2),
        LAST(3);

        /** The number on the wire. */
        final int code;

        Position(int code) {
            this.code = code;
        }

        /** Whether a message begins here, so that subject and headers stand here. */
        boolean begins() {
            return this == WHOLE || this == FIRST;
        }
    }

    public Piece {
        headers = List.copyOf(headers);
        String wrong = flaw(position, body.length, length, subject.isEmpty() && headers.isEmpty());
        if (!wrong.isEmpty()) throw new IllegalArgumentException(wrong);
        Utf8.check("subject", subject, Limits.MAX_SUBJECT_BYTES);
        checkHeaders(headers);
    }

    /** A message in one piece. */
    public static Piece whole(String subject, List<MessageHeader> headers, byte[] body) {
        return new Piece(Position.WHOLE, body, body.length, subject, headers);
    }

    /** The beginning of a message of {@code length} bytes. */
    public static Piece first(String subject, List<MessageHeader> headers, byte[] body, long length) {
        return new Piece(Position.FIRST, body, length, subject, headers);
    }

    /** A part inside a message. */
    public static Piece middle(byte[] body) {
        return new Piece(Position.MIDDLE, body, 0, "", List.of());
    }

    /** The end of a message. */
    public static Piece last(byte[] body) {
        return new Piece(Position.LAST, body, 0, "", List.of());
    }

    /** Says what is wrong with a piece, or nothing. */
    static String flaw(Position position, int bodyBytes, long length, boolean bare) {
        return switch (position) {
            case WHOLE -> length == bodyBytes ? "" : "a whole message of " + bodyBytes + " bytes says " + length;
            case FIRST -> {
                if (bodyBytes == 0) yield "a first piece without bytes";
                if (length > Limits.MAX_NUMBER) yield "a message of " + length + " bytes";
                yield length > bodyBytes
                        ? ""
                        : "a first piece of " + bodyBytes + " bytes of a message that says " + length;
            }
            case MIDDLE, LAST -> {
                if (bodyBytes == 0) yield "a later piece without bytes";
                yield length == 0 && bare ? "" : "a later piece with length, subject or headers";
            }
        };
    }

    static void checkHeaders(List<MessageHeader> headers) {
        int bytes = 0;
        for (MessageHeader header : headers) bytes += header.size();
        if (headers.size() > Limits.MAX_HEADERS || bytes > Limits.MAX_HEADERS_BYTES) {
            throw new IllegalArgumentException(headers.size() + " headers of " + bytes + " bytes, at most "
                    + Limits.MAX_HEADERS + " of " + Limits.MAX_HEADERS_BYTES);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Piece that
                && position == that.position
                && length == that.length
                && subject.equals(that.subject)
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * position.hashCode() + subject.hashCode()) + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "Piece[" + position + ", " + body.length + " of " + length + " bytes, subject=" + subject + ", "
                + headers + "]";
    }
}
