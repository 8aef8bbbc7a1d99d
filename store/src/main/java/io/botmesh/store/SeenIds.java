package io.botmesh.store;

import io.botmesh.runner.ClockJumps;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/**
 * The ids of one bot that arrived in the last days, as ranges by the hour. Never compared by size with what comes: after an
 * idle week the server goes on from any id. When the clock is set while this looks on, all ranges are moved with it.
 *
 * <p>Ids ascend, though not always in order, so a busy hour is one row. Where they leave too many gaps all the same, the
 * oldest are forgotten.
 */
final class SeenIds {
    /**
     * The server keeps an update for one day; an id for another one comes after an idle week at the earliest. The days
     * between are for a clock that is set while no process looks on.
     */
    private static final Duration WINDOW = Duration.ofDays(6);

    private static final int MOST = 1 << 16;
    /** Ranges to come before they are counted again. */
    private static final int UNCOUNTED = MOST / 8;

    private static final int PAGE = 1_000;

    private record Range(long firstId, long lastId, long hour) {
        Range at(long otherHour) {
            return new Range(firstId, lastId, otherHour);
        }

        boolean precedes(Range other) {
            return lastId == other.firstId - 1 && hour == other.hour;
        }

        Range and(Range next) {
            return new Range(firstId, next.lastId, hour);
        }
    }

    /** When an append is, to the millisecond, and how far the clock was set since the last one. */
    record Time(Instant now, Duration jump) {
        long hour() {
            return Math.floorDiv(now.getEpochSecond(), 3600);
        }
    }

    private final JournalTables tables;
    private final long botId;
    private final InstantSource clock;
    private final ClockJumps jumps;
    private volatile long purgedHour = Long.MIN_VALUE;
    /** More than there can have been, if a transaction was taken back. Belongs to the database's thread. */
    private int uncounted;

    SeenIds(JournalTables tables, long botId, InstantSource clock, LongSupplier nanoTime) {
        this.tables = tables;
        this.botId = botId;
        this.clock = clock;
        this.jumps = new ClockJumps(clock, nanoTime);
    }

    Time time() {
        return new Time(Instant.ofEpochMilli(clock.millis()), jumps.jump());
    }

    /** What was admitted at that time is on disk. */
    void admitted(Time time) {
        purgedHour = time.hour();
        jumps.settled(time.jump());
    }

    /** Forgets what is older than the window. A clock that was ahead and is not any more must not keep ids for longer. */
    private void forget(Handle handle, Time time) {
        if (time.jump().isZero()) {
            after(handle, time.hour()).forEach(ahead -> write(handle, ahead.at(time.hour())));
        } else {
            after(handle, Long.MIN_VALUE)
                    .forEach(range -> write(
                            handle, range.at(Math.min(range.hour() + time.jump().toHours(), time.hour()))));
        }
        handle.execute("DELETE FROM update_seen WHERE bot_id = ? AND hour < ?", botId, time.hour() - WINDOW.toHours());
    }

    private List<Range> after(Handle handle, long hour) {
        return handle.select(
                        "SELECT first_id, last_id, hour, checksum FROM update_seen WHERE bot_id = ? AND hour > ?",
                        botId,
                        hour)
                .map((row, context) ->
                        checked(new Range(row.getLong(1), row.getLong(2), row.getLong(3)), row.getLong(4)))
                .list();
    }

    /** Leaves out what is known and remembers the rest. Returns places in the batch. */
    List<Integer> admit(Handle handle, long[] ids, Time time) {
        boolean first = purgedHour == Long.MIN_VALUE;
        if (time.hour() != purgedHour || !time.jump().isZero()) forget(handle, time);
        if (first) join(handle);
        if (first || uncounted + ids.length > UNCOUNTED) makeRoom(handle, ids.length);
        var known = seen(
                handle,
                Arrays.stream(ids).min().orElse(0),
                Arrays.stream(ids).max().orElse(0));
        var fresh = new ArrayList<Integer>(ids.length);
        var within = new HashSet<Long>();
        for (int place = 0; place < ids.length; place++) {
            var range = known.floorEntry(ids[place]);
            if (range != null && ids[place] <= range.getValue().lastId()) continue;
            if (within.add(ids[place])) fresh.add(place);
        }
        var sorted = within.stream().mapToLong(Long::longValue).sorted().toArray();
        for (int from = 0, to; from < sorted.length; from = to) {
            to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[to - 1] + 1) to++;
            remember(handle, known, new Range(sorted[from], sorted[to - 1], time.hour()));
            uncounted++;
        }
        return fresh;
    }

    /** The ranges that touch the ids from one to the other or lie beside them, by first id. */
    private NavigableMap<Long, Range> seen(Handle handle, long least, long greatest) {
        var ranges = new TreeMap<Long, Range>();
        read(
                        handle,
                        "bot_id = ? AND first_id <= ? AND "
                                + "first_id >= coalesce((SELECT max(first_id) FROM update_seen WHERE bot_id = ? AND first_id < ?), ?)",
                        botId,
                        greatest == Long.MAX_VALUE ? greatest : greatest + 1,
                        botId,
                        least,
                        least)
                .forEach(range -> ranges.put(range.firstId(), range));
        return ranges;
    }

    private List<Range> read(Handle handle, String where, Object... arguments) {
        return tables.statements()
                .list(
                        handle,
                        row -> checked(new Range(row.getLong(1), row.getLong(2), row.getLong(3)), row.getLong(4)),
                        "SELECT first_id, last_id, hour, checksum FROM update_seen WHERE " + where,
                        arguments);
    }

    private Range checked(Range range, long checksum) {
        if (checksum != checksum(range)) throw tables.damaged();
        return range;
    }

    private long checksum(Range range) {
        return JournalTables.checksum(new byte[0], botId, range.firstId(), range.lastId(), range.hour());
    }

    private void remember(Handle handle, NavigableMap<Long, Range> known, Range range) {
        var below = known.lowerEntry(range.firstId());
        var above = known.higherEntry(range.lastId());
        var grown = range;
        if (below != null && below.getValue().precedes(range))
            grown = below.getValue().and(grown);
        if (above != null && range.precedes(above.getValue())) {
            grown = grown.and(above.getValue());
            known.remove(above.getKey());
            tables.statements()
                    .execute(
                            handle,
                            "DELETE FROM update_seen WHERE bot_id = ? AND first_id = ?",
                            botId,
                            above.getValue().firstId());
        }
        known.put(grown.firstId(), grown);
        write(handle, grown);
    }

    /** Earlier versions joined no row with the one above. */
    private void join(Handle handle) {
        Range joined = null;
        int rows = 0;
        var page = page(handle, Long.MIN_VALUE);
        while (!page.isEmpty()) {
            for (var range : page) {
                if (joined != null && joined.precedes(range)) {
                    joined = joined.and(range);
                    rows++;
                } else {
                    if (joined != null && rows > 1) replace(handle, joined);
                    joined = range;
                    rows = 1;
                }
            }
            page = page(handle, page.getLast().firstId());
        }
        if (joined != null && rows > 1) replace(handle, joined);
    }

    private List<Range> page(Handle handle, long after) {
        return read(handle, "bot_id = ? AND first_id > ? ORDER BY first_id LIMIT ?", botId, after, PAGE);
    }

    private void replace(Handle handle, Range joined) {
        handle.execute(
                "DELETE FROM update_seen WHERE bot_id = ? AND first_id > ? AND first_id <= ?",
                botId,
                joined.firstId(),
                joined.lastId());
        write(handle, joined);
    }

    /** Forgets the oldest where there are too many. */
    private void makeRoom(Handle handle, int coming) {
        long rows = handle.select("SELECT count(*) FROM update_seen WHERE bot_id = ?", botId)
                .mapTo(Long.class)
                .one();
        long surplus = rows + Math.max(UNCOUNTED, coming) - MOST;
        if (surplus > 0)
            handle.execute(
                    "DELETE FROM update_seen WHERE bot_id = ? AND first_id IN (SELECT first_id FROM update_seen "
                            + "WHERE bot_id = ? ORDER BY hour, first_id LIMIT ?)",
                    botId,
                    botId,
                    surplus);
        uncounted = 0;
    }

    private void write(Handle handle, Range range) {
        tables.statements()
                .execute(
                        handle,
                        "INSERT INTO update_seen (bot_id, first_id, last_id, hour, checksum) VALUES (?, ?, ?, ?, ?) "
                                + "ON CONFLICT (bot_id, first_id) DO UPDATE SET last_id = excluded.last_id, "
                                + "hour = excluded.hour, checksum = excluded.checksum",
                        botId,
                        range.firstId(),
                        range.lastId(),
                        range.hour(),
                        checksum(range));
    }
}
