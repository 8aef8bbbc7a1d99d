package io.botmesh.store;

import io.botmesh.mesh.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a message from its pieces, one row at a time. */
final class PieceInputStream extends InputStream {
    private final SqliteDatabase database;
    private final Incoming message;
    private long sequence;
    private byte[] piece = new byte[0];
    private int at;
    private long left;

    PieceInputStream(SqliteDatabase database, Incoming message) {
        this.database = database;
        this.message = message;
        sequence = message.firstSequence();
        left = message.length();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) return 0;
        while (at == piece.length) {
            if (sequence > message.lastSequence()) {
                if (left > 0) throw new IOException(message + " lacks its last " + left + " bytes");
                return -1;
            }
            piece = load(sequence++);
            at = 0;
        }
        int read = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, into, from, read);
        at += read;
        left -= read;
        return read;
    }

    private byte[] load(long wanted) throws IOException {
        Optional<byte[]> body = database.call(handle -> handle.createQuery(
                        "select body from inbox_piece where incarnation = :incarnation and stream = :stream"
                                + " and sequence = :sequence")
                .bind("incarnation", message.stream().incarnation())
                .bind("stream", message.stream().stream())
                .bind("sequence", wanted)
                .map((row, context) -> row.getBytes(1))
                .findOne());
        return body.orElseThrow(() -> new IOException(message + " is done, its bytes are gone"));
    }
}
