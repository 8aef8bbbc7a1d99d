package io.botmesh.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What each process sends by each lane stays within the server's bucket. What an earlier process sent, or others by the same lane,
 * nobody can know, so a 429 alone shows nothing.
 */
final class Paces {
    /** Of a token, for what is rounded. */
    private static final double SLACK = 0.01;

    private static final class Bucket {
        private double tokens;
        private long at;
    }

    /** A 429 on lanes that nobody else uses and nothing disturbs. */
    void onFloodWait(String from, String peer) {
        violations.add("I9", from + " was refused with 429 at " + peer + ", where nobody else posts and all is well");
    }

    private record Lane(String peer, int lane) {}

    private final Violations violations;
    private final double postsPerSecond;
    private final int burst;
    private final Map<Object, Map<Lane, Bucket>> buckets = new WeakHashMap<>();

    Paces(Violations violations, double postsPerSecond, int burst) {
        this.violations = violations;
        this.postsPerSecond = postsPerSecond;
        this.burst = burst;
    }

    /**
     * A call leaves.
     *
     * @param now when it was decided: what a disk holds up leaves later, and its node cannot know by how much
     */
    void onSend(String from, Object process, String peer, int lane, long now) {
        send(from, buckets.computeIfAbsent(process, any -> new HashMap<>()), new Lane(peer, lane), now);
    }

    /** The server took nothing of it, and said when it will: what it refuses for all alike may go again sooner than the bucket fills. */
    void onTurnedAway(Object process, String peer, int lane) {
        Bucket bucket = buckets.getOrDefault(process, Map.of()).get(new Lane(peer, lane));
        if (bucket != null) bucket.tokens = Math.min(burst, bucket.tokens + 1);
    }

    private void send(String from, Map<Lane, Bucket> its, Lane lane, long now) {
        Bucket bucket = its.get(lane);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = burst;
            bucket.at = now;
            its.put(lane, bucket);
        }
        bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / 1e9 * postsPerSecond) - 1;
        bucket.at = now;
        if (bucket.tokens < -SLACK)
            violations.add(
                    "I9", from + " posts to " + lane.peer + " by lane " + lane.lane + " faster than the server takes");
    }
}
