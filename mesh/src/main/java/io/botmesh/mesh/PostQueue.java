package io.botmesh.mesh;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Packets that are made and wait for a lane: those that are to be sent again, and those that no ack will tell of. Part of
 * {@link PeerOutbox}.
 */
final class PostQueue {
    /**
     * A packet that is to be posted.
     *
     * @param packet  its number, -1 if it is another node's
     * @param avoid   lane that should not take it if another can, or {@link Lanes#ANY}
     * @param forward post that stands in for the bytes, or null
     * @param bytes   null if they are to be read from the store
     * @param control whether it holds no pieces: then it is sent once, and nobody asks for it
     * @param onion   where the bytes stand until they are posted, if no ack will tell; or null
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Job(
            long packet,
            int avoid,
            @Nullable PostId forward,
            byte @Nullable [] bytes,
            boolean document,
            boolean control,
            NodeStore.@Nullable Key onion) {
        private Object id() {
            return onion == null ? packet : onion;
        }

        Job avoiding(int lane) {
            return new Job(packet, lane, forward, bytes, document, control, onion);
        }
    }

    /** A lane that did not take a packet, when it is not known which of both is at fault. */
    record Doubt(int lane, String why) {}

    /** A packet that nobody takes is offered again after so long, in nanoseconds. */
    private static final long PARKED = 600_000_000_000L;

    /** From here on a packet that is asked for again is looked for first. */
    private static final int DEEP = 10_000;

    private final Deque<Job> jobs = new ArrayDeque<>();
    private final TreeMap<Long, List<Job>> parked = new TreeMap<>();
    private final Map<Object, Doubt> doubts = new HashMap<>(); // by packet
    private int onions; // here or parked
    private long onionBytes;

    @Nullable
    Job peek() {
        return jobs.peekFirst();
    }

    void remove() {
        count(jobs.removeFirst(), -1);
    }

    void first(Job job) {
        count(job, 1);
        jobs.addFirst(job);
    }

    void last(Job job) {
        count(job, 1);
        jobs.addLast(job);
    }

    private void count(Job job, int more) {
        if (job.onion == null || job.bytes == null) return;
        onions += more;
        onionBytes += more * (long) job.bytes.length;
    }

    /** Packets that no ack will tell of. */
    int onions() {
        return onions;
    }

    /** Bytes of those. */
    long onionBytes() {
        return onionBytes;
    }

    /** A packet that is asked for again; in a long queue it stands once. */
    void repost(Job job) {
        if (jobs.size() < DEEP || jobs.stream().noneMatch(one -> one.packet == job.packet)) jobs.addLast(job);
    }

    int size() {
        return jobs.size();
    }

    /** Whether nothing waits for a lane, or for a later attempt. */
    boolean isEmpty() {
        return jobs.isEmpty() && parked.isEmpty();
    }

    /** Lets all go that no ack will tell of, those that are parked too. */
    List<Job> takeOnions() {
        var all = new ArrayList<Job>();
        for (Job job : jobs) if (job.onion != null) all.add(job);
        for (List<Job> later : parked.values()) for (Job job : later) if (job.onion != null) all.add(job);
        jobs.clear();
        parked.clear();
        onions = 0;
        onionBytes = 0;
        return all;
    }

    // --- packets that are not taken

    void park(Job job, long now) {
        count(job, 1);
        parked.computeIfAbsent(now + PARKED, any -> new ArrayList<>()).add(job.avoiding(Lanes.ANY));
    }

    void onTime(long now) {
        while (!parked.isEmpty() && parked.firstKey() <= now)
            jobs.addAll(parked.pollFirstEntry().getValue());
    }

    /** When {@link #onTime} is wanted, in nanoseconds. */
    long wakeAt() {
        return parked.isEmpty() ? Long.MAX_VALUE : parked.firstKey();
    }

    /** A lane did not take it; true if it is the first that did not. */
    boolean doubt(Job job, int lane, String why) {
        return doubts.putIfAbsent(job.id(), new Doubt(lane, why)) == null;
    }

    /** It was taken, or given up; who did not take it before. */
    @Nullable
    Doubt settle(Job job) {
        return doubts.remove(job.id());
    }
}
