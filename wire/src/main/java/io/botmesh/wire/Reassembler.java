package io.botmesh.wire;

import java.util.List;

/**
 * Makes messages of the pieces of one stream, which it must get in order and each once. A long message is handed on
 * piece by piece, so that nobody has to hold it in memory. No clock, no I/O, not for several threads at once.
 */
public final class Reassembler {
    /** What a piece means. */
    public sealed interface Event {
        /** A message that came in one piece. */
        record Message(Piece piece) implements Event {}

        /** A message of {@code first.length()} bytes begins with the body of this piece. */
        record Begin(Piece first) implements Event {}

        /** The next part of the message that began. */
        record More(long offset, Piece piece) implements Event {}

        /** The last part of the message that began; it is complete now. */
        record End(long offset, Piece piece) implements Event {}

        /**
         * The sender broke the rules. The message that began, if any, is to be given up; the rest of it is skipped
         * without further events.
         */
        record Broken(Fault fault) implements Event {}
    }

    /** How a sender broke the rules. */
    public enum Fault {
        /** A middle or last piece, and no message has begun. */
        WITHOUT_FIRST,
        /** A message begins inside another one. */
        UNFINISHED,
        /** The pieces hold more bytes than the first one announced. */
        TOO_MANY_BYTES,
        /** The last piece came before all announced bytes. */
        TOO_FEW_BYTES,
        /** The announced length is above what this receiver takes. */
        TOO_LONG
    }

    /**
     * Where between two pieces a reassembler stands, for whoever has to go on after a restart.
     *
     * @param length   bytes of the message that began, or 0 outside of one
     * @param received bytes of it so far
     * @param skipping whether the rest of a broken message is being skipped
     */
    public record State(long length, long received, boolean skipping) {
        /** Between two messages. */
        public static final State IDLE = new State(0, 0, false);

        public State {
            if (length < 0 || received < 0 || (length == 0 ? received > 0 : received == 0 || received >= length)) {
                throw new IllegalArgumentException(received + " of " + length);
            }
            if (skipping && length > 0) throw new IllegalArgumentException("skipping inside a message");
        }
    }

    private static final State SKIPPING = new State(0, 0, true);

    private final long maxLength;
    private State state;

    /** Starts between two messages and refuses those of more than {@code maxLength} bytes. */
    public Reassembler(long maxLength) {
        this(maxLength, State.IDLE);
    }

    /** Goes on from an earlier state. */
    public Reassembler(long maxLength, State state) {
        if (maxLength < 0) throw new IllegalArgumentException("maxLength: " + maxLength);
        this.maxLength = maxLength;
        this.state = state;
    }

    /** Where it stands. */
    public State state() {
        return state;
    }

    /** Takes the next piece. */
    public List<Event> onPiece(Piece piece) {
        return switch (piece.position()) {
            case WHOLE -> begin(piece, new Event.Message(piece), State.IDLE);
            case FIRST -> begin(piece, new Event.Begin(piece), new State(piece.length(), piece.body().length, false));
            case MIDDLE, LAST -> goOn(piece, piece.position() == Piece.Position.LAST);
        };
    }

    private List<Event> begin(Piece piece, Event event, State then) {
        boolean unfinished = state.length > 0;
        boolean tooLong = piece.length() > maxLength;
        state = tooLong && then.length > 0 ? SKIPPING : tooLong ? State.IDLE : then;
        Event last = tooLong ? new Event.Broken(Fault.TOO_LONG) : event;
        return unfinished ? List.of(new Event.Broken(Fault.UNFINISHED), last) : List.of(last);
    }

    private List<Event> goOn(Piece piece, boolean last) {
        if (state.skipping) {
            if (last) state = State.IDLE;
            return List.of();
        }
        if (state.length == 0) return broken(Fault.WITHOUT_FIRST, last);
        long offset = state.received;
        long missing = state.length - offset - piece.body().length;
        if (missing < 0 || (missing == 0 && !last)) return broken(Fault.TOO_MANY_BYTES, last);
        if (missing > 0 && last) return broken(Fault.TOO_FEW_BYTES, true);
        state = last ? State.IDLE : new State(state.length, state.length - missing, false);
        return List.of(last ? new Event.End(offset, piece) : new Event.More(offset, piece));
    }

    private List<Event> broken(Fault fault, boolean last) {
        state = last ? State.IDLE : SKIPPING;
        return List.of(new Event.Broken(fault));
    }
}
