package io.botmesh.runner;

import java.util.ArrayList;
import java.util.List;

/** Applies the {@link KeyRule}s to what arrives. Guarded by the lock of the {@link Crew}. */
final class Admission<U> {
    /** A task that ends without a handler. */
    record Dropped<U>(Task<U> task, DropReason reason) {}

    /** What became of a task that arrived. */
    enum Result {
        QUEUED,
        /** Queued, and must be let go when its key has been quiet. */
        HELD,
        /** Became one with a task in the queue. */
        ABSORBED,
        DROPPED
    }

    private final KeyedQueue<U> queue;
    private final Timer timer;
    private List<Dropped<U>> dropped = new ArrayList<>();

    Admission(KeyedQueue<U> queue, Timer timer) {
        this.queue = queue;
        this.timer = timer;
    }

    Result admit(Task<U> task) {
        if (task.lanes.size() != 1) return queued(task);
        var key = task.lanes.getFirst();
        var rule = task.rule(0);
        return switch (rule.busy()) {
            case COALESCE -> absorbed(task, key, rule) ? Result.ABSORBED : queued(task);
            case DEBOUNCE -> absorbed(task, key, rule) ? Result.ABSORBED : held(task);
            case DROP_OLDEST -> {
                var oldest = queue.waiting(key) < rule.depth() ? null : queue.oldest(key);
                if (oldest != null) {
                    drop(oldest, DropReason.OVERTAKEN);
                    queue.remove(oldest);
                }
                yield queued(task);
            }
            case QUEUE -> {
                if (rule.depth() == Integer.MAX_VALUE || hasRoom(key, rule)) yield queued(task);
                drop(task, DropReason.REJECTED);
                yield Result.DROPPED;
            }
        };
    }

    private boolean hasRoom(Object key, KeyRule<U> rule) {
        return queue.isFree(key) || queue.waiting(key) < rule.depth();
    }

    private Result queued(Task<U> task) {
        queue.add(task);
        return Result.QUEUED;
    }

    private Result held(Task<U> task) {
        task.ahead++;
        task.quietUntil = timer.nanoTime() + task.rule(0).quiet().toNanos();
        queue.add(task);
        return Result.HELD;
    }

    private boolean absorbed(Task<U> task, Object key, KeyRule<U> rule) {
        var place = queue.open(key);
        if (place == null || place.waker != null || !place.conversation.isEmpty() || place.attempt > 1) return false;
        if (place.absorbed >= rule.depth() - 1 && rule.merge() != null) return false;
        place.absorbed++;
        if (place.absorbed < rule.depth())
            place.quietUntil = timer.nanoTime() + rule.quiet().toNanos();
        if (rule.merge() == null) {
            drop(place.content.isEmpty() ? place : place.content.getLast(), DropReason.SUPERSEDED);
            place.content = List.of(task);
        } else {
            if (place.content.isEmpty()) place.content = new ArrayList<>(List.of(place));
            place.content.add(task);
        }
        return true;
    }

    private void drop(Task<U> task, DropReason reason) {
        dropped.add(new Dropped<>(task, reason));
    }

    /** What was dropped since this was asked last. */
    List<Dropped<U>> dropped() {
        if (dropped.isEmpty()) return List.of();
        var gone = dropped;
        dropped = new ArrayList<>();
        return gone;
    }
}
