package io.botmesh.mesh;

import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Piece;
import java.time.Instant;
import java.util.List;

/**
 * A whole message that is not done, in the store.
 *
 * @param first  number of its first piece; that of its last one stands in the key
 * @param posted in whole seconds
 * @param epoch  of the topic's key that it was sealed to, 0 if it was sealed to us
 * @param stream the name of its stream, if that may be over before the message is; else empty
 */
record MessageRow(long first, Instant posted, long epoch, String stream, Piece whole) {
    private static final int VERSION = 1;

    /** With the name of its stream. */
    private static final int NAMED = 2;

    byte[] toBytes() {
        return Rows.write(stream.isEmpty() ? VERSION : NAMED, out -> {
            out.writeLong(first);
            out.writeLong(posted.getEpochSecond());
            out.writeLong(epoch);
            if (!stream.isEmpty()) out.writeUTF(stream);
            Rows.writeBytes(out, new Content("", List.of(new Data(0, 0, List.of(whole)))).toBytes());
        });
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws MeshException.Damaged when nobody wrote it so
     */
    static MessageRow parse(byte[] bytes) {
        boolean named = bytes.length > 0 && bytes[0] == NAMED;
        return Rows.read(
                "a message",
                named ? NAMED : VERSION,
                bytes,
                in -> new MessageRow(
                        in.readLong(),
                        Instant.ofEpochSecond(in.readLong()),
                        in.readLong(),
                        named ? in.readUTF() : "",
                        piece(Rows.readBytes(in))));
    }

    private static Piece piece(byte[] bytes) {
        var data = (Data) Content.parse(bytes, false).frames().getFirst();
        return data.pieces().getFirst();
    }

    /** A copy that says on which stream it came. */
    MessageRow on(String name) {
        return new MessageRow(first, posted, epoch, name, whole);
    }
}
