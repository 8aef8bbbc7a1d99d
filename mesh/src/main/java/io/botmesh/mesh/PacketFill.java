package io.botmesh.mesh;

import io.botmesh.mesh.Backlog.Flow;
import io.botmesh.mesh.Backlog.Queued;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Piece;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fills one packet from the streams of a {@link Backlog}, and keeps which pieces it took. Part of {@link PeerOutbox}. */
final class PacketFill {
    private final Backlog backlog;
    private final LinkSender sender;
    private final String sign;
    private final List<Frame> frames;
    private final long now;
    private final List<Part> parts = new ArrayList<>();

    /**
     * A packet without pieces.
     *
     * @param sign   the sender's name in it
     * @param frames what it begins with
     */
    PacketFill(Backlog backlog, LinkSender sender, String sign, List<Frame> frames, long now) {
        this.backlog = backlog;
        this.sender = sender;
        this.sign = sign;
        this.frames = frames;
        this.now = now;
    }

    /**
     * Takes what fits.
     *
     * @param ready streams that may send, at least one
     */
    Packer.Filled from(List<Flow> ready, boolean document, int capacity) {
        addSmall(List.copyOf(ready.subList(1, ready.size())), capacity, PeerOutbox.share(ready.getFirst()));
        return fill(ready.getFirst(), document, capacity);
    }

    /** The pieces that it took. */
    List<Part> parts() {
        return parts;
    }

    /** Puts streams of which little waits before the one that fills the packet, and leaves it the credit that it wants. */
    private void addSmall(List<Flow> others, int capacity, long share) {
        int used = new Content(sign, frames).toBytes().length;
        int most = Math.min(capacity - Limits.MIN_CAPACITY, capacity / 2);
        for (Flow stream : others) {
            int size = 32;
            long weight = 0;
            for (Queued one : stream.queue) {
                size += one.bytes();
                weight += one.body().length + Limits.PIECE_WEIGHT;
                if (size > most) break;
            }
            if (used + size > most || weight > sender.room(stream.number)) continue;
            if (weight + weight() + share > sender.room()) continue;
            List<Piece> pieces = new ArrayList<>();
            List<Ending> endings = new ArrayList<>();
            long from = sender.next(stream.number);
            for (Queued one : stream.queue) {
                boolean rest = pieces.isEmpty() && stream.packed > 0;
                pieces.add(
                        rest
                                ? Piece.last(Arrays.copyOfRange(one.body(), stream.packed, one.body().length))
                                : Piece.whole(one.subject(), Requests.sealedAt(one.headers(), now), one.body()));
                endings.add(new Ending(one.token(), from + pieces.size() - 1));
            }
            frames.add(new Data(stream.number, from, pieces));
            long exact = 0;
            for (Piece piece : pieces) exact += piece.body().length + Limits.PIECE_WEIGHT;
            parts.add(new Part(stream.number, from, from + pieces.size(), exact, endings));
            used += size;
            backlog.consumed(stream, stream.queue.size(), 0);
        }
    }

    private long weight() {
        return parts.stream().mapToLong(Part::weight).sum();
    }

    /** Fills what is left of the packet from one stream. */
    private Packer.Filled fill(Flow stream, boolean document, int capacity) {
        long room = Math.min(sender.room(stream.number), sender.room() - weight());
        long look = document ? Limits.MAX_CONTENT_BYTES : Limits.MAX_TEXT_CONTENT_BYTES;
        // A large document cuts messages at its frames' ends too, and every cut weighs; so little is not cut there.
        long left = Math.min(look, room - (document ? room / 512 + 64 : 0));
        left = Math.max(left, PeerOutbox.share(stream));
        List<Outgoing> queue = new ArrayList<>();
        int offset = stream.packed;
        for (Queued one : stream.queue) {
            int rest = one.body().length - offset;
            long cost = (long) rest + Limits.PIECE_WEIGHT;
            int take = rest;
            if (cost > left) take = (int) Math.max(0, left - Limits.PIECE_WEIGHT);
            if (take == 0 && cost > left) break; // of one without a body not even the piece has room
            queue.add(new Outgoing(
                    one.subject(),
                    Requests.sealedAt(one.headers(), now),
                    ByteBuffer.wrap(one.body(), offset, take).slice(),
                    one.body().length,
                    offset));
            if (take < rest) break;
            left -= cost;
            offset = 0;
        }
        long from = sender.next(stream.number);
        var filled = stream.packer.fill(new Content(sign, frames), stream.number, from, queue, capacity);
        List<Ending> endings = new ArrayList<>();
        long weight = (long) filled.pieces() * Limits.PIECE_WEIGHT + filled.bytesOfNext();
        var all = stream.queue.iterator();
        for (int i = 0; i < filled.wholeMessages(); i++) {
            endings.add(new Ending(all.next().token(), from + filled.ends()[i]));
            weight += queue.get(i).body().remaining();
        }
        parts.add(new Part(stream.number, from, from + filled.pieces(), weight, endings));
        backlog.consumed(stream, filled.wholeMessages(), (int) filled.bytesOfNext());
        return filled;
    }
}
