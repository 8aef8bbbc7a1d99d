package io.botmesh.wire;

import java.util.List;

/**
 * What two ends of a link tell each other about their streams. All of it may be lost, repeated or overtaken: each frame
 * says how things stand, none says what has changed. {@code docs/protocol.md} says who sends what when.
 *
 * <p>Ack, Credit, Nack and Pong speak to an outbox, which they name; Open, Close, Reset and Ping speak of the one that
 * sent the packet. Numbers are 0 to 2^53 - 1, channel ids may be negative.
 */
public sealed interface Control extends Frame {
    /**
     * How far a reader has come. Only what is on its disk counts.
     *
     * @param incarnation whose pieces
     * @param session     random, new when the reader remembers nothing of before
     * @param streams     those with news, or all
     * @param seen        up to where the outbox's posts are known
     */
    record Ack(long incarnation, long session, List<StreamAck> streams, List<Seen> seen) implements Control {
        public Ack {
            streams = List.copyOf(streams);
            seen = List.copyOf(seen);
        }
    }

    /**
     * How far a reader has come with a stream.
     *
     * @param stored every piece below is stored
     * @param beyond stored pieces above, ascending, with a gap before each
     * @param done   every piece below belongs to a message whose handler has ended, or that was given up
     * @param closed everything is done and the stream has ended; then there is nothing else to say
     */
    record StreamAck(long stream, long stored, List<Span> beyond, long done, boolean closed) {
        public StreamAck {
            beyond = List.copyOf(beyond);
            check("stream", stream);
            check("stored", stored);
            check("done", done);
            if (done > stored) throw new IllegalArgumentException("done " + done + " of " + stored);
            if (closed && (stored > 0 || !beyond.isEmpty())) throw new IllegalArgumentException("closed, and more");
            long end = stored;
            for (Span span : beyond) {
                if (span.from() <= end) throw new IllegalArgumentException(span + " after " + end);
                end = span.until();
            }
            check("span", end);
        }

        /** A stream that is over. */
        public static StreamAck closed(long stream) {
            return new StreamAck(stream, 0, List.of(), 0, true);
        }
    }

    /**
     * The outbox's posts in a channel are known up to this one.
     *
     * @param message id of the last one
     */
    record Seen(long channel, long message) {
        public Seen {
            checkChannel(channel);
            check("message", message);
        }
    }

    /**
     * What an outbox may send. Limits count from the beginning and never fall; see {@link LinkSender#room}.
     *
     * @param incarnation whose
     * @param weight      of all streams together, or 0 for no news
     */
    record Credit(long incarnation, long weight, List<StreamCredit> streams, List<LaneGrant> lanes) implements Control {
        public Credit {
            streams = List.copyOf(streams);
            lanes = List.copyOf(lanes);
            check("weight", weight);
        }
    }

    /** What may be sent on a stream, from its beginning. */
    record StreamCredit(long stream, long weight) {
        public StreamCredit {
            check("stream", stream);
            check("weight", weight);
        }
    }

    /**
     * A share of a lane.
     *
     * @param writer              place in the list of writers
     * @param millipostsPerMinute thousandths of a post per minute, 0 for none
     */
    record LaneGrant(int writer, long millipostsPerMinute) {
        public LaneGrant {
            check("writer", writer);
            check("milliposts", millipostsPerMinute);
        }
    }

    /** What a reader misses; some of it may never have been the outbox's. */
    record Nack(long incarnation, List<PostRange> posts, List<PieceRange> pieces) implements Control {
        public Nack {
            posts = List.copyOf(posts);
            pieces = List.copyOf(pieces);
        }
    }

    /** Message ids of a channel. */
    record PostRange(long channel, Span messages) {
        public PostRange {
            checkChannel(channel);
            check("message", messages.until());
        }
    }

    /** Pieces of a stream. */
    record PieceRange(long stream, Span pieces) {
        public PieceRange {
            check("stream", stream);
            check("piece", pieces.until());
        }
    }

    /**
     * What a stream is for.
     *
     * @param name       not empty, at most 256 bytes
     * @param earlier    the stream below this one that had the name before, whose messages come first; 0 if there was none or it was empty
     * @param earlierEnd number after the last piece of that; 0 for none
     */
    record Open(long stream, String name, long earlier, long earlierEnd) implements Control {
        /** Of a stream whose name is new. */
        public Open(long stream, String name) {
            this(stream, name, 0, 0);
        }

        public Open {
            check("stream", stream);
            if (name.isEmpty()) throw new IllegalArgumentException("a stream without name is not opened");
            Utf8.check("name", name, Limits.MAX_SUBJECT_BYTES);
            check("earlierEnd", earlierEnd);
            if (earlierEnd == 0 ? earlier != 0 : earlier < 0 || earlier >= stream)
                throw new IllegalArgumentException("stream " + earlier + " before " + stream + ", of " + earlierEnd);
        }

        /** Whether another stream had this name before. */
        public boolean hasEarlier() {
            return earlierEnd > 0;
        }
    }

    /** The stream ends before piece {@code sequence}. */
    record Close(long stream, long sequence) implements Control {
        public Close {
            check("stream", stream);
            check("sequence", sequence);
        }
    }

    /**
     * Pieces below {@code sequence} that have not come will not.
     *
     * @param weight of all pieces below
     */
    record Reset(long stream, long sequence, long weight) implements Control {
        public Reset {
            check("stream", stream);
            check("sequence", sequence);
            check("weight", weight);
        }
    }

    /** Asks for a {@link Pong} with acks of everything. */
    record Ping(long token) implements Control {
        public Ping {
            check("token", token);
        }
    }

    /** Answers a {@link Ping} of an outbox. */
    record Pong(long incarnation, long token) implements Control {
        public Pong {
            check("token", token);
        }
    }

    private static void check(String what, long number) {
        if (number < 0 || number > Limits.MAX_NUMBER) throw new IllegalArgumentException(what + ": " + number);
    }

    private static void checkChannel(long channel) {
        if (channel < -Limits.MAX_NUMBER || channel > Limits.MAX_NUMBER) {
            throw new IllegalArgumentException("channel: " + channel);
        }
    }
}
