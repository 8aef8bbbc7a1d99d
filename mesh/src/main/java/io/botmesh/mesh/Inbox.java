package io.botmesh.mesh;

import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Reassembler;
import io.botmesh.wire.StreamReceiver;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What a receiver must remember across a crash: how far each stream has come, pieces that wait for earlier ones or for
 * the rest of their message, and messages that are whole but not done. An implementation on disk has everything safe when
 * {@link #store} returns. Thread-safe; calls about one stream come one at a time.
 */
public interface Inbox extends AutoCloseable {
    /** Names a stream among all that a receiver hears. */
    record StreamId(long incarnation, long stream) {}

    /**
     * A message that is whole.
     *
     * @param first first piece's sequence number
     * @param last  last piece's sequence number
     */
    record Whole(long first, long last, String subject, long length) {
        /** The message as a handler gets it. */
        public Incoming message(Inbox inbox, StreamId stream, String sender) {
            return new Incoming(inbox, stream, first, last, sender, subject, length);
        }
    }

    /** A piece that is to be kept. */
    record Kept(long sequence, Piece piece) {}

    /** Pieces {@code from} (inclusive) to {@code until} (exclusive). */
    record Range(long from, long until) {}

    /**
     * A message that is being put together.
     *
     * @param first   its first piece
     * @param subject what it is about
     * @param state   how far it has come
     */
    record Assembly(long first, String subject, Reassembler.State state) {
        /** Between two messages. */
        public static final Assembly NONE = new Assembly(0, "", Reassembler.State.IDLE);
    }

    /**
     * A stream with messages to be handled.
     *
     * @param channel where it is posted
     */
    record Waiting(StreamId stream, long channel) {}

    /**
     * One packet's effect on a stream, taken as a whole or not at all.
     *
     * @param channel      where it was posted
     * @param sender       name of the sending node
     * @param pieces       new ones, to be kept
     * @param nextSequence every piece below has now arrived and been put into messages
     * @param assembly     the message that is being put together now
     * @param whole        messages that are whole now, in order
     * @param dropped      kept pieces, old or of this change, that will never be part of a message
     * @param gapSince     since when the piece {@code nextSequence} has been missed, in epoch seconds; 0 when nothing is
     */
    record Change(
            StreamId stream,
            long channel,
            String sender,
            List<Kept> pieces,
            long nextSequence,
            Assembly assembly,
            List<Whole> whole,
            List<Range> dropped,
            long gapSince) {}

    /**
     * A stream as it is known.
     *
     * @param nextSequence every piece below has arrived and been put into messages; 0 for a stream never heard
     * @param early        kept pieces above, in any cut
     * @param assembly     the message that is being put together
     * @param ready        messages that are whole and not done, in order
     * @param gapSince     since when the piece {@code nextSequence} has been missed, in epoch seconds; 0 when nothing is
     */
    record Known(
            long nextSequence,
            List<StreamReceiver.Held> early,
            Assembly assembly,
            List<Incoming> ready,
            long gapSince) {}

    Known known(StreamId stream);

    void store(Change change);

    /**
     * One packet's effect on all its streams, and on what is known of their link, taken as a whole or not at all.
     *
     * @param incarnation the outbox that sent it
     * @param link        state of the link, which the inbox does not look into; see {@link LinkReceiver.State#toBytes}
     */
    void store(long incarnation, List<Change> changes, byte[] link);

    /** The state of the link to an outbox as it was last stored; empty if it never was. */
    Optional<byte[]> link(long incarnation);

    /** A piece that is kept. */
    Piece piece(StreamId stream, long sequence);

    /** Streams that have messages to be handled: where a new process starts. */
    List<Waiting> waiting();

    /**
     * The message was handled, and its bytes may go. Returns at once; is durable soon, and before {@link #flush} returns.
     * Twice does no harm. A mark that could not be stored fails the next call that stores anything.
     */
    void done(Incoming message);

    /** The handler failed for good: the message and its bytes are kept, but it is not handed out again. */
    void setAside(Incoming message, String why);

    /** Returns when every mark is durable. */
    void flush();

    /** The bytes of a message that is not done. */
    InputStream body(Incoming message);

    /**
     * Forgets pieces of messages that will hardly ever be whole: those of streams with nothing ready and nothing heard
     * for this many seconds. Should such a stream go on, it does so with its next whole message.
     *
     * @return how many pieces were forgotten
     */
    int forget(long silentSeconds);

    @Override
    void close();
}
