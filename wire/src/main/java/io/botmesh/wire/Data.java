package io.botmesh.wire;

import java.util.List;

/**
 * Consecutive pieces of one stream.
 *
 * @param stream   number that the sender gave the stream, 0 to 2^53 - 1
 * @param sequence number of the first piece; each following one has the next number; a stream starts at 0
 * @param pieces   at least one
 */
public record Data(long stream, long sequence, List<Piece> pieces) implements Frame {
    public Data {
        pieces = List.copyOf(pieces);
        if (stream < 0 || stream > Limits.MAX_NUMBER) throw new IllegalArgumentException("stream: " + stream);
        if (pieces.isEmpty()) throw new IllegalArgumentException("no pieces");
        if (sequence < 0 || sequence > Limits.MAX_NUMBER - pieces.size()) {
            throw new IllegalArgumentException("sequence: " + sequence);
        }
    }

    /** The sequence number after the last piece. */
    public long nextSequence() {
        return sequence + pieces.size();
    }
}
