package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Ids that arrived in the last days, as ranges by the hour. Never compared by size with what comes: after an idle week the
 * server goes on from any id. Not thread-safe.
 *
 * <p>Ids ascend, though not always in order, so a busy hour is one range. Where they leave too many gaps all the same, the
 * oldest are forgotten: an update that is handled twice is better than one that is taken for another, or a full disk.
 */
final class KnownIds {
    /**
     * The server keeps an update for one day; an id for another one comes after an idle week at the earliest. The days
     * between are for a clock that is set while no process looks on.
     */
    private static final long WINDOW_HOURS = Duration.ofDays(6).toHours();

    /** Some hundred bytes of memory each. */
    private static final int MOST = 1 << 16;
    /** Each segment begins with all of them, at most some twenty bytes each, and must have room for more than that. */
    private static final int SEGMENT_BYTES_EACH = 64;

    record Range(long first, long last, long hour) {}

    private final int most;
    private TreeMap<Long, Range> ranges = new TreeMap<>();
    private long sweptHour = Long.MIN_VALUE;

    /** @param segmentBytes of the segments that begin with them */
    KnownIds(int segmentBytes) {
        most = Math.clamp(segmentBytes / SEGMENT_BYTES_EACH, 1, MOST);
    }

    /**
     * Forgets what is older than the window.
     *
     * @param jumped by how many hours the clock was set since this was asked last
     * @return whether ranges have got another hour, so that those on disk are out of date
     */
    boolean moveTo(long hour, long jumped) {
        if (hour == sweptHour && jumped == 0) return false;
        boolean changed = false;
        for (var range : ranges.values()) if (moved(range, hour, jumped) != range.hour()) changed = true;
        long oldest = hour - WINDOW_HOURS;
        if (changed) {
            var all = new TreeMap<Long, Range>(); // all of it or, where memory lacks, nothing
            for (var range : ranges.values()) {
                long moved = moved(range, hour, jumped);
                if (moved >= oldest) join(all, new Range(range.first(), range.last(), moved));
            }
            ranges = all;
        } else {
            ranges.values().removeIf(range -> range.hour() < oldest);
        }
        sweptHour = hour;
        return changed;
    }

    /** A clock that was ahead and is not any more must not keep ids for longer. */
    private static long moved(Range range, long hour, long jumped) {
        return Math.min(range.hour() + jumped, hour);
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

    /** The ids at these places, in their own order and not in that of their coming. */
    static long[] ascending(long[] ids, BitSet places) {
        if (places.cardinality() == ids.length && ascend(ids)) return ids;
        var some = places.stream().mapToLong(place -> ids[place]).toArray();
        Arrays.sort(some);
        return some;
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

    /** Of those that follow one another. */
    static void eachRun(long[] ascending, Run run) {
        for (int from = 0, to; from < ascending.length; from = to) {
            to = from + 1;
            while (to < ascending.length && ascending[to] == ascending[to - 1] + 1) to++;
            run.of(ascending[from], ascending[to - 1]);
        }
    }

    static int runs(long[] ascending) {
        int runs = 0;
        for (int i = 0; i < ascending.length; i++) if (i == 0 || ascending[i] != ascending[i - 1] + 1) runs++;
        return runs;
    }

    /** Remembers what is {@link #fresh}. If it throws, {@link #forget} takes back what it has remembered. */
    void admit(long[] ascending, long hour) {
        // First, so that of all ids those that have just come are known.
        if (ranges.size() + runs(ascending) > most) forgetOldest(ranges.size() + runs(ascending) - most);
        eachRun(ascending, (first, last) -> {
            join(ranges, new Range(first, last, hour));
            bound();
        });
    }

    private static void join(NavigableMap<Long, Range> ranges, Range range) {
        long first = range.first();
        long last = range.last();
        var below = ranges.lowerEntry(first);
        var above = ranges.higherEntry(last);
        if (below != null
                && below.getValue().last() == range.first() - 1
                && below.getValue().hour() == range.hour()) first = below.getKey();
        boolean up =
                above != null && above.getKey() - 1 == last && above.getValue().hour() == range.hour();
        if (up) last = above.getValue().last();
        ranges.put(first, new Range(first, last, range.hour()));
        if (up) ranges.remove(above.getKey());
    }

    private void bound() {
        if (ranges.size() > most) forgetOldest(ranges.size() - most);
    }

    /** And some more, so that it is seldom. */
    private void forgetOldest(int least) {
        var oldest = new ArrayList<>(ranges.values());
        oldest.sort(Comparator.comparingLong(Range::hour).thenComparingLong(Range::first));
        int count = Math.min(oldest.size(), Math.max(least, most / 8));
        for (var range : oldest.subList(0, count)) ranges.remove(range.first());
    }

    /** Takes back what was admitted. If it throws, it may be repeated. */
    void forget(long[] ids) {
        for (long id : ids) {
            var entry = ranges.floorEntry(id);
            if (entry == null || entry.getValue().last() < id) continue;
            var range = entry.getValue();
            // The rest first: until then nothing is taken away.
            if (range.last() > id) ranges.put(id + 1, new Range(id + 1, range.last(), range.hour()));
            if (range.first() < id) ranges.put(entry.getKey(), new Range(range.first(), id - 1, range.hour()));
            else ranges.remove(entry.getKey());
        }
    }

    // ---- from disk --------------------------------------------------------------------------------------------------

    /** Those that an earlier process knew, instead of all that is known. */
    void replace(List<Range> all) {
        ranges.clear();
        all.forEach(this::remember);
    }

    /** What an earlier process has admitted, which had forgotten by then whatever it meets here. */
    void remember(Range range) {
        var there = ranges.floorEntry(range.last());
        while (there != null && there.getValue().last() >= range.first()) {
            var old = there.getValue();
            ranges.remove(old.first());
            if (old.last() > range.last())
                ranges.put(range.last() + 1, new Range(range.last() + 1, old.last(), old.hour()));
            if (old.first() < range.first())
                ranges.put(old.first(), new Range(old.first(), range.first() - 1, old.hour()));
            there = ranges.floorEntry(range.last());
        }
        join(ranges, range);
        bound();
    }

    Collection<Range> ranges() {
        return ranges.values();
    }
}
