package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Updates with a packet that no key here opens yet, kept for a key that may be on its way. Who holds a topic's token can post any number of packets to
 * keys that will never come, so each sender, as far as one can tell, has its share: the oldest of whoever has most give way. Part of {@link Intake}.
 */
final class Unopened {
    static final int MOST = 256;

    /**
     * Whose a packet seems to be.
     *
     * @param secret      name of the admission secret that its tag fits, empty if it has none
     * @param incarnation of the outbox that it claims, 0 if that was never heard: whoever posts much could else make up as many as he likes
     */
    record Whose(String secret, long incarnation) {}

    private record Kept(RawUpdate update, Whose whose) {}

    private final TreeMap<Long, Kept> kept = new TreeMap<>();
    private final Map<Whose, Integer> shares = new HashMap<>();

    /** Keeps one, and says which gives way for it, null if there was room. */
    @Nullable
    RawUpdate keep(RawUpdate update, Whose whose) {
        if (kept.put(update.updateId(), new Kept(update, whose)) == null) shares.merge(whose, 1, Integer::sum);
        if (kept.size() <= MOST) return null;
        int most = shares.values().stream().mapToInt(count -> count).max().orElse(0);
        for (Kept one : kept.values()) {
            if (shares.getOrDefault(one.whose, 0) < most) continue;
            kept.remove(one.update.updateId());
            shares.computeIfPresent(one.whose, (any, count) -> count == 1 ? null : count - 1);
            return one.update;
        }
        return null;
    }

    /** All of them, in order; none is kept after that. */
    List<RawUpdate> takeAll() {
        var all = new ArrayList<RawUpdate>(kept.size());
        for (Kept one : kept.values()) all.add(one.update);
        kept.clear();
        shares.clear();
        return all;
    }
}
