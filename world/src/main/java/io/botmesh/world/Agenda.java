package io.botmesh.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is to happen later, and the answers that are ready to leave the world. Time moves only through {@link #now(Instant)}. */
final class Agenda {
    /** Something that happens once, unless it is cancelled. */
    static final class Entry {
        private final Instant at;
        private final long order;
        private final Runnable action;

        private Entry(Instant at, long order, Runnable action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }
    }

    private static final Comparator<Entry> BY_TIME =
            Comparator.<Entry, Instant>comparing(entry -> entry.at).thenComparingLong(entry -> entry.order);

    private final TreeSet<Entry> entries = new TreeSet<>(BY_TIME);
    private List<Runnable> departures = new ArrayList<>();
    private long order;
    private Instant now = Instant.MIN;

    /** The present; it does not run while a call is handled. */
    Instant now() {
        return now;
    }

    /** The present in Unix seconds. */
    long seconds() {
        return now.getEpochSecond();
    }

    /** Moves the present on, never back, and does what was due until then, each thing at its own time. */
    void now(Instant instant) {
        while (!entries.isEmpty() && !entries.first().at.isAfter(instant)) {
            var due = entries.pollFirst();
            if (due == null) break;
            if (due.at.isAfter(now)) now = due.at;
            due.action.run();
        }
        if (instant.isAfter(now)) now = instant;
    }

    Entry at(Instant instant, Runnable action) {
        var entry = new Entry(instant, order++, action);
        entries.add(entry);
        return entry;
    }

    void cancel(@Nullable Entry entry) {
        if (entry != null) entries.remove(entry);
    }

    /** When the next thing is due, null if nothing is. */
    @Nullable
    Instant next() {
        return entries.isEmpty() ? null : entries.first().at;
    }

    /** Something to do once the world's lock is free again. */
    void depart(Runnable departure) {
        departures.add(departure);
    }

    List<Runnable> takeDepartures() {
        if (departures.isEmpty()) return List.of();
        var taken = departures;
        departures = new ArrayList<>();
        return taken;
    }
}
