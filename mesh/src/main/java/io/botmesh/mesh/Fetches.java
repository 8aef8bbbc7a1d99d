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

/** Documents that were let in and whose bytes are still to come: a few at once, each tried several times. Part of {@link NodeCore}. */
final class Fetches {
    private static final int AT_ONCE = 4;
    private static final int ATTEMPTS = 8;
    private static final long PAUSE = 1_000_000_000L;

    /** A document. */
    static final class Fetch {
        final Arrival arrival;
        final Admitted admitted;
        private final Arrival.Attachment attachment;
        private int attempts;

        private Fetch(Arrival arrival, Arrival.Attachment attachment, Admitted admitted) {
            this.arrival = arrival;
            this.attachment = attachment;
            this.admitted = admitted;
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

    boolean contains(long update) {
        return known.containsKey(update);
    }

    /** The document of an update whose row stays in the store until it is here or given up. */
    void add(long update, Arrival arrival, Arrival.Attachment attachment, Admitted admitted) {
        known.put(update, new Fetch(arrival, attachment, admitted));
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
        boolean givenUp = !again || fetch.attempts >= ATTEMPTS;
        if (givenUp) {
            known.remove(update);
            turn.delete(new NodeStore.Key(Kind.UPDATE, update));
        } else {
            long pause = PAUSE << Math.min(10, fetch.attempts);
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
