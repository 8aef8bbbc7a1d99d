package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who was promised what, and what came of it. Each delivery is held against the promises as it happens: it is one that was
 * made, to whom it was made, in its order, once; and at the end none is open.
 */
final class Ledger {
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
        private final Way way;
        private final long sentAt;
        private State state = State.OFFERED;
        private long place = -1; // in its way
        private boolean delivered;
        private boolean done;
        private boolean interrupted; // a process died that had it in its handler, or had not written that it ended

        Entry(Way way, long sentAt) {
            this.way = way;
            this.sentAt = sentAt;
        }
    }

    private static final class Lane {
        private final List<Long> promised = new ArrayList<>();
        private int next;
        private long missed; // that the reader has reported
    }

    private final LongSupplier now;
    private final Violations violations;
    private final boolean strict;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private final Map<Way, Lane> lanes = new LinkedHashMap<>();
    private final List<Long> latencies = new ArrayList<>();
    private final Map<String, List<Entry>> atHandler = new HashMap<>();
    private long accepted;
    private long open;
    private long refused;
    private long duplicates;
    private long again;
    private long reported;
    private long skipped;

    /**
     * @param strict whether what the ledger finds is a violation; else it only counts
     */
    Ledger(LongSupplier now, Violations violations, boolean strict) {
        this.now = now;
        this.violations = violations;
        this.strict = strict;
    }

    void onOffered(long message, Way way) {
        entries.put(message, new Entry(way, now.getAsLong()));
    }

    void onAccepted(long message) {
        Entry entry = entry(message);
        if (entry.state != State.OFFERED) throw new IllegalStateException(message + " is " + entry.state);
        entry.state = State.ACCEPTED;
        Lane lane = lanes.computeIfAbsent(entry.way, any -> new Lane());
        entry.place = lane.promised.size();
        lane.promised.add(message);
        accepted++;
        open++;
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
    }

    /** A reader says that pieces from that sender are gone. */
    void onMissed(String from, String to, long pieces) {
        for (var lane : lanes.entrySet()) {
            Way way = lane.getKey();
            if (way.from.equals(from) && way.to.equals(to)) lane.getValue().missed += pieces;
        }
    }

    /**
     * A message reaches its handler.
     *
     * @param message the number that it carries, null if it carries none that was ever given out
     */
    void onDelivered(String at, @Nullable Long message, Delivery delivery, boolean intact) {
        Entry entry = message == null ? null : entries.get(message);
        if (entry == null || message == null) {
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
        if (entry.delivered) onAgain(entry, message, delivery);
        else onFirst(entry, message);
        atHandler.computeIfAbsent(at, any -> new ArrayList<>()).add(entry);
    }

    private void onFirst(Entry entry, long message) {
        entry.delivered = true;
        if (entry.state != State.ACCEPTED) return;
        open--;
        latencies.add(now.getAsLong() - entry.sentAt);
        Lane lane = lanes.get(entry.way);
        if (lane == null) return;
        if (entry.place < lane.next) {
            violate("I3", "message " + message + " of " + entry.way + " came after later ones");
        } else if (entry.place > lane.next) {
            long gap = 0;
            for (long i = lane.next; i < entry.place; i++) {
                Entry jumped = entry(lane.promised.get((int) i));
                if (jumped.state == State.ACCEPTED) gap++;
            }
            if (gap > lane.missed) {
                violate("I3", "message " + message + " of " + entry.way + " came before " + gap + " earlier ones");
            } else {
                lane.missed -= gap;
                skipped += gap;
                open -= gap;
            }
        }
        lane.next = Math.max(lane.next, (int) entry.place + 1);
    }

    private void onAgain(Entry entry, long message, Delivery delivery) {
        if (delivery.again() && entry.interrupted) {
            again++;
            return;
        }
        duplicates++;
        violate(
                "I2",
                "message " + message + " of " + entry.way + " was delivered twice"
                        + (delivery.again() ? ", though no process had died in its handler" : " and not flagged")
                        + (entry.done ? ", though it was done" : ""));
    }

    void onDone(String at, long message) {
        Entry entry = entries.get(message);
        if (entry == null) return;
        entry.done = true;
        List<Entry> here = atHandler.get(at);
        if (here != null) here.remove(entry);
    }

    void onKilled(String at) {
        List<Entry> here = atHandler.remove(at);
        if (here == null) return;
        for (Entry entry : here) entry.interrupted = true;
    }

    /** When a message was given to its sender. */
    long sentAt(long message) {
        return entry(message).sentAt;
    }

    /** Whether a message was promised and has not reached its handler. */
    boolean awaits(long message) {
        Entry entry = entries.get(message);
        return entry != null && !entry.delivered && entry.state == State.ACCEPTED;
    }

    /** Whether every promise is kept. */
    boolean complete() {
        return open == 0;
    }

    /** The full look at the end. */
    void close() {
        long lost = 0;
        for (var found : entries.entrySet()) {
            Entry entry = found.getValue();
            if (entry.state != State.ACCEPTED || entry.delivered) continue;
            Lane lane = lanes.get(entry.way);
            if (lane != null && entry.place < lane.next) continue; // counted when it was passed over
            if (lane != null && lane.missed > 0) {
                lane.missed--;
                skipped++;
                open--;
                continue;
            }
            if (lost++ < 3) violate("I1", "message " + found.getKey() + " of " + entry.way + " was never delivered");
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

    /** From send to handler, nanoseconds, in the order of arrival. */
    List<Long> latencies() {
        return latencies;
    }
}
