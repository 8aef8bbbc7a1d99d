package io.botmesh.runner;

import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/**
 * Ids that arrived in the last days, as ranges by the hour. Never compared by size with what comes: after an idle week the
 * server goes on from any id. Not thread-safe.
 */
final class KnownIds {
    /**
     * The server keeps an update for one day; an id for another one comes after an idle week at the earliest. The days
     * between are for a clock that is set while no process looks on.
     */
    private static final long WINDOW_HOURS = Duration.ofDays(6).toHours();

    record Range(long first, long last, long hour) {}

    private TreeMap<Long, Range> ranges = new TreeMap<>();
    private long sweptHour = Long.MIN_VALUE;

    /**
     * Forgets what is older than the window.
     *
     * @param jumped by how many hours the clock was set since this was asked last
     * @return whether ranges have got another hour, so that those on disk are out of date
     */
    boolean moveTo(long hour, long jumped) {
        if (hour == sweptHour && jumped == 0) return false;
        boolean changed = false;
        var all = new TreeMap<Long, Range>(); // all of it or, where memory lacks, nothing
        for (var range : ranges.values()) {
            // A clock that was ahead and is not any more must not keep ids for longer.
            long moved = Math.min(range.hour() + jumped, hour);
            if (moved != range.hour()) changed = true;
            if (moved >= hour - WINDOW_HOURS) all.put(range.first(), new Range(range.first(), range.last(), moved));
        }
        ranges = all;
        sweptHour = hour;
        return changed;
    }

    /** The places of what is not known. */
    BitSet fresh(long[] ids) {
        var fresh = new BitSet(ids.length);
        if (ascend(ids) && !touches(ids[0], ids[ids.length - 1])) {
            fresh.set(0, ids.length);
        } else {
            var within = new HashSet<Long>();
            for (int place = 0; place < ids.length; place++)
                if (!touches(ids[place], ids[place]) && within.add(ids[place])) fresh.set(place);
        }
        return fresh;
    }

    /** Remembers those. If it throws, {@link #forget} takes back what it has remembered. */
    void admit(long[] ids, BitSet fresh, long hour) {
        eachRun(ids, fresh, (first, last) -> remember(new Range(first, last, hour)));
    }

    private static boolean ascend(long[] ids) {
        for (int i = 1; i < ids.length; i++) if (ids[i] <= ids[i - 1]) return false;
        return ids.length > 0;
    }

    private boolean touches(long first, long last) {
        var range = ranges.floorEntry(last);
        return range != null && range.getValue().last() >= first;
    }

    interface Run {
        void of(long first, long last);
    }

    /** Of neighbours that follow one another. */
    static void eachRun(long[] ids, BitSet places, Run run) {
        for (int place = places.nextSetBit(0); place >= 0; ) {
            long first = ids[place];
            long last = first;
            place = places.nextSetBit(place + 1);
            for (; place >= 0 && ids[place] == last + 1; place = places.nextSetBit(place + 1)) last++;
            run.of(first, last);
        }
    }

    /** Update ids ascend one by one, so a busy hour is one range. */
    void remember(Range range) {
        var before = ranges.lowerEntry(range.first());
        boolean extend = before != null
                && before.getValue().last() == range.first() - 1
                && before.getValue().hour() == range.hour();
        long first = extend ? before.getKey() : range.first();
        ranges.put(first, new Range(first, range.last(), range.hour()));
    }

    /** Takes back what was admitted. If it throws, it may be repeated. */
    void forget(long[] ids, BitSet fresh) {
        for (int place = fresh.nextSetBit(0); place >= 0; place = fresh.nextSetBit(place + 1)) {
            long id = ids[place];
            var entry = ranges.floorEntry(id);
            if (entry == null || entry.getValue().last() < id) continue;
            var range = entry.getValue();
            // The rest first: until then nothing is taken away.
            if (range.last() > id) ranges.put(id + 1, new Range(id + 1, range.last(), range.hour()));
            if (range.first() < id) ranges.put(entry.getKey(), new Range(range.first(), id - 1, range.hour()));
            else ranges.remove(entry.getKey());
        }
    }

    void replace(List<Range> all) {
        ranges.clear();
        for (var range : all) ranges.put(range.first(), range);
    }

    Collection<Range> ranges() {
        return ranges.values();
    }
}
