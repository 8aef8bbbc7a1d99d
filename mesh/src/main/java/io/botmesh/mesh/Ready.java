package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Limits;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Piece;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is whole and was not handled yet; its body may have to be read back. */
final class Ready {
    /** What a message costs beside its bytes, here and in the store, for whom nobody grants credit. */
    static final long COST = 128;

    final PeerInbox inbox;
    final InStream stream;
    final long first;
    final long last;
    final String subject;
    final List<MessageHeader> headers;
    final int bytes; // of the body
    final long weight; // of all of it, as the sender's credit counts, and its subject and headers
    final Instant postedAt;
    final boolean again;
    final long epoch;
    byte @Nullable [] body;
    int attempts;

    /**
     * @param first its first piece's sequence number
     * @param last  that of its last piece
     * @param again whether an earlier process may have handled it
     * @param epoch of the topic's key that it was sealed to, 0 if it was sealed to us
     */
    Ready(
            PeerInbox inbox,
            InStream stream,
            long first,
            long last,
            Piece whole,
            Instant postedAt,
            boolean again,
            long epoch) {
        this.inbox = inbox;
        this.stream = stream;
        this.first = first;
        this.last = last;
        this.subject = whole.subject();
        this.headers = whole.headers();
        this.bytes = whole.body().length;
        this.weight = weight(whole, last - first + 1);
        this.body = whole.body();
        this.postedAt = postedAt;
        this.again = again;
        this.epoch = epoch;
    }

    /** Messages without a body weigh something too, or any number of them might wait. */
    private static long weight(Piece whole, long pieces) {
        long weight = whole.body().length
                + pieces * Limits.PIECE_WEIGHT
                + whole.subject().length();
        for (MessageHeader header : whole.headers()) weight += header.name().length() + header.value().length;
        return weight;
    }

    NodeStore.Key key() {
        return new NodeStore.Key(Kind.READY, inbox.id, stream.number, last);
    }
}
