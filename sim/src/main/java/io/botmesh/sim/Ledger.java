package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who was promised what, and what came of it. Each delivery is held against the promises as it happens: it is one that was
 * made, to whom it was made, in its order, once, and after the one before it has ended; and at the end none is open.
 */
final class Ledger {
    /** How often a handler may fail before its message is put aside. */
    static final int ATTEMPTS = 8;

    enum State {
        /** Handed to the node. Its commit may have happened or not. */
        OFFERED,
        /** Promised. */
        ACCEPTED,
        /** The process died before the promise. */
        FORGOTTEN,
        /** The node would not have it. */
        REFUSED,
        /** The sender was told that it is lost. */
        REPORTED
    }

    /** One way from node to node. */
    record Way(String from, String to, String stream) {}

    private static final class Entry {
        private final long message;
        private final Way way;
        private final long sentAt;
        private State state = State.OFFERED;
        private int place = -1; // in its way
        private boolean delivered;
        private boolean done;
        private boolean
                again; // may come again: a handler failed, or a process died before it had written that one ended
        private int failures;
        private boolean aside;

        Entry(long message, Way way, long sentAt) {
            this.message = message;
            this.way = way;
            this.sentAt = sentAt;
        }
    }

    private record Pair(String from, String to) {}

    /** Pieces that a reader has reported as gone, less the messages that were passed over for it; and packets, which may have held any number of messages. */
    private static final class Missed {
        private long pieces;
        private long packets;
    }

    private static final class Lane {
        private final List<Entry> promised = new ArrayList<>();
        private final Deque<Entry> unfinished = new ArrayDeque<>(); // at a handler, or waiting for the next attempt
        private final Missed missed;
        private int next;

        Lane(Missed missed) {
            this.missed = missed;
        }

        /** Messages of which nothing came, nor anything that would come after them. */
        List<Entry> last() {
            return promised.subList(next, promised.size()).stream()
                    .filter(entry -> entry.state == State.ACCEPTED && !entry.delivered)
                    .toList();
        }
    }

    private final LongSupplier now;
    private final Violations violations;
    private final boolean strict;
    private final boolean losable;
    private final Packing packing;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private final Map<Way, Lane> lanes = new LinkedHashMap<>();
    private final Map<Pair, Missed> missed = new HashMap<>();
    private final Map<String, List<Lane>> lanesTo = new HashMap<>();
    private final List<Long> latencies = new ArrayList<>();
    private final Map<String, List<Entry>> atHandler = new HashMap<>();
    private long accepted;
    private long open;
    private long unended;
    private long refused;
    private long duplicates;
    private long again;
    private long reported;
    private long skipped;
    private long failures;
    private long asides;

    /**
     * @param strict  whether what the ledger finds is a violation; else it only counts
     * @param losable whether the carrier may destroy what only it has; else nothing may be given up
     * @param packing in which packets messages went that nobody can ask for
     */
    Ledger(LongSupplier now, Violations violations, boolean strict, boolean losable, Packing packing) {
        this.now = now;
        this.violations = violations;
        this.strict = strict;
        this.losable = losable;
        this.packing = packing;
    }

    void onOffered(long message, Way way) {
        entries.put(message, new Entry(message, way, now.getAsLong()));
    }

    void onAccepted(long message) {
        Entry entry = entry(message);
        if (entry.state != State.OFFERED) throw new IllegalStateException(message + " is " + entry.state);
        entry.state = State.ACCEPTED;
        Lane lane = lanes.computeIfAbsent(entry.way, this::newLane);
        entry.place = lane.promised.size();
        lane.promised.add(entry);
        accepted++;
        open++;
    }

    private Lane newLane(Way way) {
        var lane = new Lane(missed(way.from, way.to));
        lanesTo.computeIfAbsent(way.to, any -> new ArrayList<>()).add(lane);
        return lane;
    }

    void onForgotten(long message) {
        entry(message).state = State.FORGOTTEN;
    }

    void onRefused() {
        refused++;
    }

    /** The sender was told that a message will not arrive. */
    void onReported(long message) {
        Entry entry = entry(message);
        if (entry.delivered || entry.state != State.ACCEPTED) return;
        entry.state = State.REPORTED;
        reported++;
        open--;
        if (!losable)
            violate("I1", "message " + message + " of " + entry.way + " was given up, and nothing had destroyed it");
    }

    /** A reader says that pieces from that sender are gone. */
    void onMissed(String from, String to, long pieces) {
        missed(from, to).pieces += pieces;
        if (!losable)
            violate("I1", to + " has given up " + pieces + " pieces of " + from + ", and nothing had destroyed them");
    }

    /** A reader that has said so died at once, and its next process says so again. */
    void onMissedUntold(String from, String to, long pieces) {
        missed(from, to).pieces -= pieces;
    }

    /** A reader says that packets from that sender are gone. */
    void onMissedPackets(String from, String to, long packets) {
        missed(from, to).packets += packets;
        if (!losable)
            violate("I1", to + " has given up " + packets + " packets of " + from + ", and nothing had destroyed them");
    }

    /** The same as {@link #onMissedUntold}, of packets. */
    void onMissedPacketsUntold(String from, String to, long packets) {
        missed(from, to).packets -= packets;
    }

    private Missed missed(String from, String to) {
        return missed.computeIfAbsent(new Pair(from, to), any -> new Missed());
    }

    // --- handlers

    /**
     * A message reaches its handler.
     *
     * @param message the number that it carries, null if it carries none that was ever given out
     */
    void onDelivered(String at, @Nullable Long message, Delivery delivery, boolean intact) {
        Entry entry = message == null ? null : entries.get(message);
        if (entry == null) {
            violate("I7", at + " was handed a message that nobody sent, from " + delivery.peer());
            return;
        }
        if (!intact) violate("I7", "message " + message + " arrived changed");
        if (!entry.way.to.equals(at)
                || !entry.way.from.equals(delivery.peer())
                || !entry.way.stream.equals(delivery.stream()))
            violate(
                    "I7",
                    "message " + message + " of " + entry.way + " came to " + at + " as " + delivery.peer()
                            + ", stream '" + delivery.stream() + "'");
        if (entry.state == State.FORGOTTEN) violate("I1", "message " + message + " was delivered, but never stored");
        if (entry.delivered) onAgain(entry, delivery);
        else onFirst(entry);
        begin(entry);
        atHandler.computeIfAbsent(at, any -> new ArrayList<>()).add(entry);
    }

    private void begin(Entry entry) {
        Lane lane = lanes.get(entry.way);
        if (lane == null) return;
        Entry before = lane.unfinished.peekFirst();
        if (before == null) lane.unfinished.add(entry);
        else if (before != entry)
            violate(
                    "I3",
                    "message " + entry.message + " of " + entry.way + " was handed on before " + before.message
                            + " had ended");
    }

    private void onFirst(Entry entry) {
        entry.delivered = true;
        unended++;
        if (entry.state != State.ACCEPTED) return;
        open--;
        latencies.add(now.getAsLong() - entry.sentAt);
        Lane lane = lanes.get(entry.way);
        if (lane == null) return;
        if (entry.place < lane.next) {
            violate("I3", "message " + entry.message + " of " + entry.way + " came after later ones");
        } else if (entry.place > lane.next) {
            jump(lane, entry);
        }
        lane.next = Math.max(lane.next, entry.place + 1);
    }

    private void jump(Lane lane, Entry entry) {
        long gap = 0;
        for (Entry jumped : lane.promised.subList(lane.next, entry.place)) if (jumped.state == State.ACCEPTED) gap++;
        if (gap > lane.missed.pieces) {
            violate("I3", "message " + entry.message + " of " + entry.way + " came before " + gap + " earlier ones");
            return;
        }
        lane.missed.pieces -= gap;
        skipped += gap;
        open -= gap;
    }

    private void onAgain(Entry entry, Delivery delivery) {
        if (delivery.again() && entry.again) {
            again++;
            return;
        }
        duplicates++;
        violate(
                "I2",
                "message " + entry.message + " of " + entry.way + " was delivered twice"
                        + (delivery.again() ? ", though no process had died in its handler" : " and not flagged")
                        + (entry.done ? ", though it was done" : ""));
    }

    /** A handler has ended. */
    void onEnded(String at, long message, boolean failed) {
        Entry entry = entries.get(message);
        if (entry == null) return;
        Lane lane = lanes.get(entry.way);
        if (!failed) {
            if (lane != null) lane.unfinished.remove(entry);
            return;
        }
        entry.failures++;
        failures++;
        entry.again = true;
        leave(at, entry);
    }

    /** The node has put a message aside. */
    void onSetAside(long message) {
        Entry entry = entry(message);
        if (!entry.aside) asides++; // told again after a crash
        entry.aside = true;
        if (entry.failures < ATTEMPTS)
            violate(
                    "I1",
                    "message " + message + " of " + entry.way + " was put aside after " + entry.failures
                            + " failures of its handler");
        Lane lane = lanes.get(entry.way);
        if (lane != null) lane.unfinished.remove(entry);
    }

    /** The node has written that the handler of a message has ended. */
    void onDone(String at, long message) {
        Entry entry = entries.get(message);
        if (entry == null) return;
        if (!entry.done) unended--;
        entry.done = true;
        leave(at, entry);
    }

    private void leave(String at, Entry entry) {
        List<Entry> here = atHandler.get(at);
        if (here != null) here.remove(entry);
    }

    void onKilled(String at) {
        lanesTo.getOrDefault(at, List.of()).forEach(lane -> lane.unfinished.clear());
        List<Entry> here = atHandler.remove(at);
        if (here == null) return;
        for (Entry entry : here) entry.again = true;
    }

    // --- what came of it

    /** When a message was given to its sender. */
    long sentAt(long message) {
        return entry(message).sentAt;
    }

    /** Whether a message was promised and has not reached its handler. */
    boolean awaits(long message) {
        Entry entry = entries.get(message);
        return entry != null && !entry.delivered && entry.state == State.ACCEPTED;
    }

    /** Whether every promise is kept, and every handler has come to its end. */
    boolean complete() {
        return open == 0 && (unended == 0 || !strict);
    }

    /** Whether what is open may be what readers have reported as gone: the last messages of their ways. */
    boolean told() {
        Map<Missed, List<Long>> lost = unheard();
        boolean all = lost.entrySet().stream().allMatch(one -> {
            int explained =
                    packing.explained(one.getValue(), one.getKey().packets).size();
            return one.getValue().size() - explained <= one.getKey().pieces;
        });
        return all && lost.values().stream().mapToLong(List::size).sum() == open && (unended == 0 || !strict);
    }

    /** Messages of which nothing came, nor anything that would come after them. */
    private Map<Missed, List<Long>> unheard() {
        var lost = new HashMap<Missed, List<Long>>();
        for (Lane lane : lanes.values())
            for (Entry entry : lane.last())
                lost.computeIfAbsent(lane.missed, any -> new ArrayList<>()).add(entry.message);
        return lost;
    }

    /** Whether everything has come to a handler, though not every handler to its end. */
    boolean awaitsHandlers() {
        return open == 0;
    }

    /** The full look at the end. */
    void close() {
        long lost = 0;
        long left = 0;
        var explained = new HashSet<Long>();
        unheard().forEach((missed, messages) -> explained.addAll(packing.explained(messages, missed.packets)));
        for (Entry entry : entries.values()) {
            if (entry.delivered && !entry.done && left++ < 3)
                violate("I1", "message " + entry.message + " of " + entry.way + " came to a handler and to no end");
            if (entry.state != State.ACCEPTED || entry.delivered) continue;
            Lane lane = lanes.get(entry.way);
            if (lane != null && entry.place < lane.next) continue; // counted when it was passed over
            boolean gone = explained.contains(entry.message);
            if (lane != null && (gone || lane.missed.pieces > 0)) {
                if (!gone) lane.missed.pieces--;
                skipped++;
                open--;
                continue;
            }
            if (lost++ < 3) violate("I1", "message " + entry.message + " of " + entry.way + " was never delivered");
        }
        if (lost > 3) violate("I1", lost + " messages were never delivered");
    }

    private void violate(String invariant, String what) {
        if (strict) violations.add(invariant, what);
    }

    private Entry entry(long message) {
        Entry entry = entries.get(message);
        if (entry == null) throw new IllegalArgumentException("no message " + message);
        return entry;
    }

    long accepted() {
        return accepted;
    }

    long refused() {
        return refused;
    }

    /** Messages that were promised and are not there. */
    long lost() {
        return open;
    }

    /** Messages that reached a handler twice without saying so. */
    long duplicates() {
        return duplicates;
    }

    /** Messages that came again, and said so. */
    long again() {
        return again;
    }

    /** Messages of which a node said that they are lost, or may be. */
    long accounted() {
        return reported + skipped;
    }

    /** Attempts of handlers that failed. */
    long failures() {
        return failures;
    }

    /** Messages that were put aside. */
    long asides() {
        return asides;
    }

    /** From send to handler, nanoseconds, in the order of arrival. */
    List<Long> latencies() {
        return latencies;
    }
}
