package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Admitted;
import io.botmesh.wire.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Documents that were let in and whose bytes are still to come: a few at once, each tried again for a day. Part of {@link NodeCore}. */
final class Fetches {
    private static final int AT_ONCE = 4;
    private static final long PAUSE = 1_000_000_000L;
    private static final long LONGEST_PAUSE = 300 * PAUSE;

    /** Nobody may be there to send it again, and the file server may be away for hours while the file stays. */
    private static final long PATIENCE = 24 * 3_600 * PAUSE;

    /** A document. */
    static final class Fetch {
        final Arrival arrival;
        final Admitted admitted;
        private final Arrival.Attachment attachment;
        private final long patience;
        private int attempts;
        private long since = -1; // of the first failure

        private Fetch(Arrival arrival, Arrival.Attachment attachment, Admitted admitted, long patience) {
            this.arrival = arrival;
            this.attachment = attachment;
            this.admitted = admitted;
            this.patience = patience;
        }
    }

    private final TurnBuilder turn;
    private final Map<Long, Fetch> known = new HashMap<>(); // by update id
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final TreeMap<Long, List<Long>> later = new TreeMap<>(); // by time
    private int running;

    Fetches(TurnBuilder turn) {
        this.turn = turn;
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    boolean contains(long update) {
        return known.containsKey(update);
    }

    /** The document of an update whose row stays in the store until it is here or, after a day, given up. */
    void add(long update, Arrival arrival, Arrival.Attachment attachment, Admitted admitted) {
        add(update, new Fetch(arrival, attachment, admitted, PATIENCE));
    }

    /** A document behind which others wait: it is given up after some minutes. */
    void addInHaste(long update, Arrival arrival, Arrival.Attachment attachment, Admitted admitted) {
        add(update, new Fetch(arrival, attachment, admitted, LONGEST_PAUSE));
    }

    private void add(long update, Fetch fetch) {
        known.put(update, fetch);
        waiting.add(update);
        start();
    }

    private void start() {
        while (running < AT_ONCE && !waiting.isEmpty()) {
            long update = waiting.remove();
            Fetch fetch = known.get(update);
            if (fetch == null) continue;
            running++;
            fetch.attempts++;
            turn.add(new NodeEffect.Fetch(update, fetch.attachment, Limits.MAX_PACKET_BYTES));
        }
    }

    /** Its bytes are here; null if nobody waits for them. */
    @Nullable
    Fetch onFetched(long update, long now) {
        Fetch fetch = known.remove(update);
        if (fetch == null) return null;
        turn.delete(new NodeStore.Key(Kind.UPDATE, update));
        running--;
        onTime(now);
        return fetch;
    }

    /** An attempt failed; true if it is given up. */
    boolean onNotFetched(long update, boolean again, long now) {
        Fetch fetch = known.get(update);
        if (fetch == null) return false;
        running--;
        if (fetch.since < 0) fetch.since = now;
        boolean givenUp = !again || now - fetch.since >= fetch.patience;
        if (givenUp) {
            known.remove(update);
            turn.delete(new NodeStore.Key(Kind.UPDATE, update));
        } else {
            long pause = Math.min(LONGEST_PAUSE, PAUSE << Math.min(10, fetch.attempts));
            later.computeIfAbsent(now + pause, any -> new ArrayList<>()).add(update);
        }
        onTime(now);
        return givenUp;
    }

    void onTime(long now) {
        while (!later.isEmpty() && later.firstKey() <= now)
            waiting.addAll(later.pollFirstEntry().getValue());
        start();
    }

    /** When {@link #onTime} is wanted, in nanoseconds. */
    long wakeAt() {
        return later.isEmpty() ? Long.MAX_VALUE : later.firstKey();
    }
}
