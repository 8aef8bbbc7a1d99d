package io.botmesh.store;

import io.botmesh.mesh.Incoming;
import io.botmesh.wire.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a message from its pieces, one row at a time. */
final class PieceInputStream extends InputStream {
    private final SqliteDatabase database;
    private final Incoming message;
    private long sequence;
    private byte[] part = new byte[0];
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
        while (at == part.length) {
            if (sequence > message.lastSequence()) {
                if (left > 0) throw new IOException(message + " lacks its last " + left + " bytes");
                return -1;
            }
            part = load(sequence++);
            at = 0;
        }
        int read = Math.min(length, part.length - at);
        System.arraycopy(part, at, into, from, read);
        at += read;
        left -= read;
        return read;
    }

    private byte[] load(long wanted) throws IOException {
        Optional<Piece> piece = database.call(handle -> JdbcInbox.piece(handle, database, message.stream(), wanted));
        return piece.orElseThrow(() -> new IOException(message + " is done, its bytes are gone"))
                .body();
    }
}
