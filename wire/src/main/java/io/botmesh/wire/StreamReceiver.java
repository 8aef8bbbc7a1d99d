package io.botmesh.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Receiving half of a stream: drops what came before, keeps what is early, and says what is in order now. Holds
 * numbers only; whoever runs it stores the pieces when told to. No clock, no I/O, not for several threads at once.
 *
 * <p>After a restart it goes on from what was stored: {@link #next()} and {@link #held()} are its whole state.
 */
public final class StreamReceiver {
    /**
     * How far ahead of a gap a receiver goes. The piece that closes the gap is always accepted.
     *
     * @param pieces numbers from the first missing one on that are accepted, at least 1
     * @param bytes  most bytes of early pieces, zero or more
     */
    public record Window(long pieces, long bytes) {
        public Window {
            if (pieces < 1) throw new IllegalArgumentException("pieces: " + pieces);
            if (bytes < 0) throw new IllegalArgumentException("bytes: " + bytes);
        }

        /** A million pieces and 256 MiB: a dozen full documents that overtook one. */
        public static Window defaults() {
            return new Window(1 << 20, 256L << 20);
        }
    }

    /** What to do about pieces {@code from} (inclusive) to {@code until} (exclusive). */
    public sealed interface Event {
        /** First piece meant. */
        long from();

        /** The piece after the last one meant. */
        long until();

        /** New: store them. */
        record Store(long from, long until) implements Event {}

        /** Known already: drop them. */
        record Duplicate(long from, long until) implements Event {}

        /** Too far ahead, not accepted: drop them, the sender must repeat them. */
        record Outside(long from, long until) implements Event {}

        /** All stored and in order now: hand them on. */
        record Deliver(long from, long until) implements Event {}
    }

    /**
     * Early pieces, all stored, with a gap before them.
     *
     * @param from  first of them
     * @param until the one after the last
     * @param bytes of their bodies together
     */
    public record Held(long from, long until, long bytes) {
        public Held {
            if (from < 0 || until <= from) throw new IllegalArgumentException("from " + from + " until " + until);
            if (bytes < 0) throw new IllegalArgumentException("bytes: " + bytes);
        }
    }

    private final Window window;
    private final TreeMap<Long, Held> early = new TreeMap<>();
    private long next;
    private long earlyBytes;

    /** A stream of which nothing has come yet. */
    public StreamReceiver(Window window) {
        this(window, 0, List.of());
    }

    /**
     * A stream as it was stored. Call {@link #resume()} before the first piece.
     *
     * @param next number of the first piece that was never handed on
     * @param held what is stored from there on, in any order and any cut
     */
    public StreamReceiver(Window window, long next, List<Held> held) {
        if (next < 0) throw new IllegalArgumentException("next: " + next);
        this.window = window;
        this.next = next;
        for (Held stored : held) {
            if (stored.from < next) throw new IllegalArgumentException(stored + " before " + next);
            hold(stored.from, stored.until, stored.bytes);
        }
    }

    /** What was stored but not handed on before the restart, if it is in order. */
    public List<Event> resume() {
        var events = new ArrayList<Event>(1);
        deliver(next, events);
        return events;
    }

    /** Takes the pieces of a frame; events come in the order of their numbers, a delivery last. */
    public List<Event> onData(Data data) {
        return onData(data, 0);
    }

    /** The same, where each piece weighs something beside its body. */
    List<Event> onData(Data data, int pieceWeight) {
        var events = new ArrayList<Event>(2);
        long before = next;
        for (int i = 0; i < data.pieces().size(); i++) {
            take(data.sequence() + i, data.pieces().get(i).body().length + pieceWeight, events);
        }
        deliver(before, events);
        return events;
    }

    /** Goes on at a later piece, for those before it will not come; early ones among them are forgotten. */
    List<Event> skipTo(long sequence) {
        var events = new ArrayList<Event>(1);
        if (sequence <= next) return events;
        next = sequence;
        while (!early.isEmpty() && early.firstKey() < sequence) {
            Held run = early.pollFirstEntry().getValue();
            earlyBytes -= run.bytes;
            next = Math.max(next, run.until);
        }
        deliver(sequence, events);
        return events;
    }

    /** Whether these pieces would wait behind a gap of their own: there is one before them, and no early piece beside them. */
    boolean standsApart(long from, long until) {
        if (from <= next) return false;
        Map.Entry<Long, Held> run = early.floorEntry(until);
        return run == null || run.getValue().until < from;
    }

    /** How many runs of early pieces there are. */
    int runs() {
        return early.size();
    }

    /** Runs that begin before a piece, in order. */
    Collection<Held> runsBelow(long sequence) {
        return early.headMap(sequence).values();
    }

    /** The weight of the run that an early piece belongs to, 0 if it is none. */
    long runWeight(long sequence) {
        Map.Entry<Long, Held> run = early.floorEntry(sequence);
        return run != null && sequence < run.getValue().until ? run.getValue().bytes : 0;
    }

    /** The first early piece; there must be one. */
    long firstEarly() {
        return early.firstKey();
    }

    /** The piece after the last early one; there must be one. */
    long earlyUntil() {
        return early.lastEntry().getValue().until;
    }

    /** Whether a piece has come. */
    boolean knows(long sequence) {
        return sequence < next || holds(sequence);
    }

    /** Takes one piece. */
    public List<Event> onPiece(long sequence, int bytes) {
        if (sequence < 0 || sequence > Limits.MAX_NUMBER) throw new IllegalArgumentException("sequence: " + sequence);
        var events = new ArrayList<Event>(2);
        long before = next;
        take(sequence, bytes, events);
        deliver(before, events);
        return events;
    }

    /** Number of the first piece that is missing: everything below has been handed on. */
    public long next() {
        return next;
    }

    /** Early pieces, in order and joined: what a selective acknowledgement lists. */
    public List<Held> held() {
        return List.copyOf(early.values());
    }

    /** Bytes of the early pieces. */
    public long heldBytes() {
        return earlyBytes;
    }

    private void take(long sequence, int bytes, List<Event> events) {
        if (sequence < next || holds(sequence)) {
            append(events, new Event.Duplicate(sequence, sequence + 1));
        } else if (sequence == next) {
            append(events, new Event.Store(sequence, sequence + 1));
            next++;
            release();
        } else if (sequence - next >= window.pieces || bytes > window.bytes - earlyBytes) {
            append(events, new Event.Outside(sequence, sequence + 1));
        } else {
            append(events, new Event.Store(sequence, sequence + 1));
            hold(sequence, sequence + 1, bytes);
        }
    }

    private boolean holds(long sequence) {
        Map.Entry<Long, Held> run = early.floorEntry(sequence);
        return run != null && sequence < run.getValue().until;
    }

    /** Adds a run that overlaps no other and joins it with its neighbours. */
    private void hold(long from, long until, long bytes) {
        long first = from;
        long after = until;
        long sum = bytes;
        Map.Entry<Long, Held> left = early.lowerEntry(until);
        if (left != null && left.getValue().until > from) {
            throw new IllegalArgumentException("pieces " + from + " to " + until + " are held already");
        }
        if (left != null && left.getValue().until == from) {
            first = left.getValue().from;
            sum += left.getValue().bytes;
        }
        Held right = early.remove(until);
        if (right != null) {
            after = right.until;
            sum += right.bytes;
        }
        early.put(first, new Held(first, after, sum));
        earlyBytes += bytes;
    }

    /** Lets go of the run that the gap before it no longer holds back. */
    private void release() {
        Held run = early.remove(next);
        if (run == null) return;
        next = run.until;
        earlyBytes -= run.bytes;
    }

    private void deliver(long before, List<Event> events) {
        release();
        if (next > before) events.add(new Event.Deliver(before, next));
    }

    /** Joins equal decisions about consecutive pieces. */
    private static void append(List<Event> events, Event event) {
        if (!events.isEmpty()) {
            Event last = events.getLast();
            if (last.getClass() == event.getClass() && last.until() == event.from()) {
                events.set(events.size() - 1, joined(last.from(), event));
                return;
            }
        }
        events.add(event);
    }

    private static Event joined(long from, Event last) {
        return switch (last) {
            case Event.Store store -> new Event.Store(from, store.until);
            case Event.Duplicate duplicate -> new Event.Duplicate(from, duplicate.until);
            case Event.Outside outside -> new Event.Outside(from, outside.until);
            case Event.Deliver deliver -> new Event.Deliver(from, deliver.until);
        };
    }
}
