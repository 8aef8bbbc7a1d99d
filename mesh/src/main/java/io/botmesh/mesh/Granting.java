package io.botmesh.mesh;

import io.botmesh.wire.Control.LaneGrant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a reader's lanes among those who post to it, by what it sees of them: who uses what it was granted wants more, who does not keeps
 * half again of what it used. Nobody has to say what it wants. Part of {@link NodeCore}.
 */
final class Granting {
    /** Grants live for two minutes; who missed one still has the next in time. */
    static final long PERIOD = 50_000_000_000L;

    /** Who was silent for this long is not told. */
    private static final long SILENT = 2 * PERIOD;

    /** A sender that uses this part of its grant is held up by it. */
    private static final double HELD_UP = 0.8;

    private static final class Seen {
        long posts;
        long last;
        double granted; // posts a second
    }

    private final double postsPerSecond; // of all lanes together
    private final LaneGrants grants;
    private final Map<Long, Seen> seen = new HashMap<>();
    private long since;

    Granting(NodeOptions.Sharing lanes, long now) {
        postsPerSecond = lanes.granted() * lanes.limits().postsPerSecond();
        grants = new LaneGrants(lanes.granted(), lanes.limits().postsPerSecond());
        since = now;
    }

    /** A post of this outbox came. */
    void onPost(long incarnation, long now) {
        Seen one = seen.computeIfAbsent(incarnation, any -> new Seen());
        one.posts++;
        one.last = now;
    }

    long wakeAt() {
        return seen.isEmpty() ? Long.MAX_VALUE : since + PERIOD;
    }

    /** What each outbox may post from now on, by incarnation; call it when {@link #wakeAt} has come. */
    Map<Long, List<LaneGrant>> divide(long now) {
        double seconds = Math.max(1, (now - since) / 1e9);
        since = now;
        seen.values().removeIf(one -> now - one.last > SILENT);
        seen.forEach((incarnation, one) -> {
            double used = one.posts / seconds;
            one.posts = 0;
            boolean more = one.granted == 0 || used >= HELD_UP * one.granted;
            grants.onWant(incarnation, more ? postsPerSecond : 1.5 * used, now);
        });
        Map<Long, List<LaneGrant>> divided = new HashMap<>();
        seen.forEach((incarnation, one) -> {
            List<Lanes.Grant> lanes = grants.of(incarnation, now);
            one.granted =
                    lanes.stream().mapToDouble(Lanes.Grant::postsPerSecond).sum();
            divided.put(
                    incarnation,
                    lanes.stream()
                            .map(lane -> new LaneGrant(lane.lane(), Math.round(lane.postsPerSecond() * 60_000)))
                            .toList());
        });
        return divided;
    }
}
