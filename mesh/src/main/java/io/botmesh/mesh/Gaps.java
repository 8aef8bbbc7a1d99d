package io.botmesh.mesh;

import io.botmesh.wire.StreamReceiver.Held;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Since when the gaps of a one-way stream have been there. Each is waited for by itself: those that came together are given up together, and one
 * that came later is not given up with an earlier one. Part of {@link PeerInbox}.
 */
final class Gaps {
    private TreeMap<Long, Long> since; // milliseconds, by the number of the piece behind the gap

    /** @param since what {@link #since} said before the restart */
    Gaps(SortedMap<Long, Long> since) {
        this.since = new TreeMap<>(since);
    }

    /**
     * Takes note of what is there.
     *
     * @param held runs of pieces that have a gap before them, in order
     */
    void watch(List<Held> held, long now) {
        if (held.isEmpty() && since.isEmpty()) return;
        var there = new TreeMap<Long, Long>();
        for (Held run : held) {
            // Where something came amid a gap, both halves are as old as it was.
            Map.Entry<Long, Long> before = since.ceilingEntry(run.from());
            there.put(run.from(), before == null ? now : before.getValue());
        }
        since = there;
    }

    /** Since when the first one has been there; negative if there is none. */
    long first() {
        return since.isEmpty() ? -1 : since.firstEntry().getValue();
    }

    /** To be stored. */
    SortedMap<Long, Long> since() {
        return since;
    }
}
