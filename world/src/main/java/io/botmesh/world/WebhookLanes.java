package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The updates that a webhook has taken from the bot's queue, in lanes: of each lane only the first is sent, and when it
 * fails the lane waits, not the others. Holds no clock.
 */
final class WebhookLanes {
    private static final int LONGEST_DELAY = 60;

    /** An update on its way. */
    static final class Pending {
        private final UpdateQueue.Item item;
        private final Lane lane;
        private Instant wakeAt;
        private int delay = 1;
        private int fails;
        /** Nothing more goes wrong with it this time. */
        boolean struck;
        /** What is to happen to it once it is sent, null for nothing. */
        FaultAction.@Nullable OnDelivery fate;

        private Pending(UpdateQueue.Item item, Lane lane, Instant now) {
            this.item = item;
            this.lane = lane;
            this.wakeAt = now;
        }

        UpdateQueue.Item item() {
            return item;
        }
    }

    private static final class Lane {
        final long id;
        final ArrayDeque<Pending> updates = new ArrayDeque<>();

        Lane(long id) {
            this.id = id;
        }
    }

    private final RandomGenerator random;
    private final Map<Long, Lane> lanes = new HashMap<>();
    /** First updates that are not being sent, by when they may be. */
    private final TreeSet<Pending> waiting =
            new TreeSet<>(Comparator.<Pending, Instant>comparing(pending -> pending.wakeAt)
                    .thenComparingInt(pending -> pending.item.id()));

    private long nextLone = Long.MIN_VALUE;

    WebhookLanes(RandomGenerator random) {
        this.random = random;
    }

    void clear() {
        lanes.clear();
        waiting.clear();
    }

    int size() {
        return lanes.size();
    }

    void add(UpdateQueue.Item item, Instant now) {
        var lane = lanes.computeIfAbsent(item.lane() == 0 ? nextLone++ : item.lane(), Lane::new);
        var pending = new Pending(item, lane, now);
        lane.updates.addLast(pending);
        if (lane.updates.size() == 1) waiting.add(pending);
    }

    /** The update that may be sent next, now or at its time; null if there is none. */
    @Nullable
    Instant nextAt() {
        return waiting.isEmpty() ? null : waiting.first().wakeAt;
    }

    /** Takes what {@link #nextAt} told of. It is on its way until one of the methods below says what became of it. */
    Pending take() {
        var first = waiting.pollFirst();
        if (first == null) throw new IllegalStateException("nothing waits");
        return first;
    }

    /** It is not sent yet, but at that time. */
    void putOff(Pending pending, Instant until) {
        pending.wakeAt = until;
        waiting.add(pending);
    }

    /** The next of its lane is sent first; false if there is none. */
    boolean overtake(Pending pending, Instant now) {
        var updates = pending.lane.updates;
        updates.pollFirst();
        var next = updates.pollFirst();
        updates.addFirst(pending);
        if (next == null) return false;
        updates.addFirst(next);
        next.struck = true;
        next.wakeAt = now;
        waiting.add(next);
        return true;
    }

    /** It arrived, or nobody wants it any more: the next of its lane may go. */
    void drop(Pending pending, Instant now) {
        var updates = pending.lane.updates;
        if (updates.pollFirst() != pending) throw new IllegalStateException("not the first of its lane");
        var next = updates.peekFirst();
        if (next == null) {
            lanes.remove(pending.lane.id);
        } else {
            next.wakeAt = now;
            waiting.add(next);
        }
    }

    /**
     * It did not arrive and is to be sent again: at once the first time, then after twice the time each time, up to one or
     * two minutes.
     *
     * @param retryAfter seconds that the receiver asked for, 0 if it did not
     * @return false if it would be too old by then
     */
    boolean retry(Pending pending, int retryAfter, Instant now) {
        int delay = pending.delay;
        int wait = retryAfter;
        if (retryAfter == 0 && pending.fails > 0) {
            delay = Math.min(random.nextInt(LONGEST_DELAY, 2 * LONGEST_DELAY + 1), delay * 2);
            wait = delay;
        }
        if (now.getEpochSecond() + wait > pending.item.expiresAt()) return false;
        pending.delay = delay;
        pending.fails++;
        pending.wakeAt = now.plus(Duration.ofSeconds(wait));
        waiting.add(pending);
        return true;
    }
}
