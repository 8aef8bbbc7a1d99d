package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Piece;
import java.util.List;
import java.util.Optional;

/** The rows of one {@link PeerInbox} in the store: pieces that wait for others, and messages that wait for a handler. */
final class InboxRows {
    private final long inbox;
    private final String of;
    private final TurnBuilder turn;

    /**
     * @param of whose messages they are, for errors
     */
    InboxRows(long inbox, String of, TurnBuilder turn) {
        this.inbox = inbox;
        this.of = of;
        this.turn = turn;
    }

    // --- pieces

    private NodeStore.Key key(long stream, long sequence) {
        return new NodeStore.Key(Kind.PIECE, inbox, stream, sequence);
    }

    /**
     * A piece.
     *
     * @param epoch of the key that it was sealed to, 0 for what is of no topic
     */
    record Stored(Piece piece, long epoch) {}

    void put(long stream, long sequence, Piece piece, long epoch) {
        turn.put(key(stream, sequence), bytes(piece, epoch));
    }

    /**
     * A piece that was put.
     *
     * @throws MeshException.Damaged when it is not there
     */
    Stored stored(long stream, long sequence) {
        return turn.read(key(stream, sequence))
                .map(InboxRows::stored)
                .orElseThrow(
                        () -> new MeshException.Damaged("piece " + sequence + " of a message of " + of + " is gone"));
    }

    Piece piece(long stream, long sequence) {
        return stored(stream, sequence).piece;
    }

    void delete(long stream, long from, long until) {
        for (long sequence = from; sequence < until; sequence++) turn.delete(key(stream, sequence));
    }

    /** A piece in a frame of its own; the epoch stands where its number would. */
    private static byte[] bytes(Piece piece, long epoch) {
        return new Content("", List.of(new Data(0, epoch, List.of(piece)))).toBytes();
    }

    private static Stored stored(byte[] bytes) {
        var data = (Data) Content.parse(bytes, false).frames().getFirst();
        return new Stored(data.pieces().getFirst(), data.sequence());
    }

    // --- whole messages

    /** @param stream its name, if the stream may be over before the message is; else empty */
    void put(Ready ready, Piece whole, String stream) {
        turn.put(ready.key(), new MessageRow(ready.first, ready.postedAt, ready.epoch, stream, whole).toBytes());
    }

    void delete(Ready ready) {
        turn.delete(ready.key());
    }

    /** A copy of a message's row, to keep it where nobody hands it out again. */
    Optional<byte[]> row(Ready ready) {
        return turn.read(ready.key());
    }

    /**
     * The body of a message that was let out of memory.
     *
     * @throws MeshException.Damaged when its row is not there
     */
    byte[] body(Ready ready) {
        byte[] row = row(ready).orElseThrow(() -> new MeshException.Damaged("a message of " + of + " is gone"));
        return MessageRow.parse(row).whole().body();
    }
}
