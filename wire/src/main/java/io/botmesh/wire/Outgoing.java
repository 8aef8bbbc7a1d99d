package io.botmesh.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message that waits to be packed, whole or what is left of it.
 *
 * @param subject what it is about; may be empty
 * @param headers beside the body
 * @param body    from byte {@code offset} on; may end before the message does if the rest is not loaded yet, but is
 *                never empty unless the message is; position and limit stay as they are
 * @param length  bytes of the whole message
 * @param offset  bytes of it that earlier packets carry
 */
public record Outgoing(String subject, List<MessageHeader> headers, ByteBuffer body, long length, long offset) {
    public Outgoing {
        headers = List.copyOf(headers);
        Utf8.check("subject", subject, Limits.MAX_SUBJECT_BYTES);
        Piece.checkHeaders(headers);
        if (length < 0 || length > Limits.MAX_NUMBER) throw new IllegalArgumentException("length: " + length);
        if (offset < 0 || (offset > 0 && offset >= length)) throw new IllegalArgumentException("offset: " + offset);
        if (body.remaining() > length - offset || (length > 0 && !body.hasRemaining())) {
            throw new IllegalArgumentException("body of " + body.remaining() + " bytes at " + offset + " of " + length);
        }
    }

    /** A whole message. */
    public static Outgoing of(String subject, List<MessageHeader> headers, byte[] body) {
        return new Outgoing(subject, headers, ByteBuffer.wrap(body), body.length, 0);
    }

    /** Whether earlier packets carry the beginning. */
    public boolean started() {
        return offset > 0;
    }

    /** What is left after this many bytes more; there must be something left in the body. */
    public Outgoing advanced(long bytes) {
        if (bytes < 0 || bytes >= body.remaining()) {
            throw new IllegalArgumentException("advance by " + bytes + " of " + body.remaining());
        }
        return new Outgoing(
                subject,
                headers,
                body.slice(body.position() + (int) bytes, body.remaining() - (int) bytes),
                length,
                offset + bytes);
    }
}
