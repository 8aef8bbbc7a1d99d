package io.botmesh.mesh;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Since when the gaps of a one-way stream have been there, and since when a publisher says that it has posted what they miss. Each is waited for
 * by itself: those that came together are given up together, and one that came later is not given up with an earlier one. Part of
 * {@link PeerInbox}; times are milliseconds, by the number of the piece behind the gap.
 */
final class Gaps {
    /**
     * What was posted earlier may be here a little later. Each process waits for that anew: while there was none, it may have come and wait to
     * be read.
     */
    private static final long OVERTAKING = 120_000;

    private TreeMap<Long, Long> since;
    private TreeMap<Long, Long> posted = new TreeMap<>();

    /** @param since what {@link #since} said before the restart */
    Gaps(SortedMap<Long, Long> since) {
        this.since = new TreeMap<>(since);
    }

    /**
     * Takes note of what is there.
     *
     * @param behind numbers that have a gap before them, in order
     * @param below  every piece below it was posted
     */
    void watch(List<Long> behind, long below, long now) {
        if (behind.isEmpty() && since.isEmpty()) return;
        var there = new TreeMap<Long, Long>();
        var lost = new TreeMap<Long, Long>();
        for (long number : behind) {
            there.put(number, age(since, number, now));
            if (number <= below) lost.put(number, age(posted, number, now));
        }
        since = there;
        posted = lost;
    }

    /** Where something came amid a gap, both halves are as old as it was. */
    private static long age(NavigableMap<Long, Long> known, long number, long now) {
        Map.Entry<Long, Long> before = known.ceilingEntry(number);
        return before == null ? now : before.getValue();
    }

    /** When the first one is given up because it was there for so long; {@link Long#MAX_VALUE} if there is none. */
    long endsAt(long patience) {
        return since.isEmpty() ? Long.MAX_VALUE : since.firstEntry().getValue() + patience;
    }

    /** When it is given up because all that it misses was posted before what has come; {@link Long#MAX_VALUE} for not yet. */
    long lostAt() {
        Long at = since.isEmpty() ? null : posted.get(since.firstKey());
        return at == null ? Long.MAX_VALUE : at + OVERTAKING;
    }

    /** To be stored. */
    SortedMap<Long, Long> since() {
        return since;
    }
}
