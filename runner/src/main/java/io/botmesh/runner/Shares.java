package io.botmesh.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much of the memory a key may have when it runs short: so few updates that those of many keys find room. Tells when a
 * key that had its share has little left. The lock is the {@link Crew}'s.
 */
final class Shares<U> {
    /** Updates of a key that wait in memory. Between the default watermarks there is room for a thousand such keys. */
    static final int MOST = 10;

    private final int most;
    /** With so few left more are read back, so that the key does not wait for the disk. */
    private final int few;

    private final KeyedQueue<U> queue;
    private final ReentrantLock lock;
    private final Set<Object> watched = new HashSet<>();
    private Set<Object> hungry = new LinkedHashSet<>();
    private Runnable bell = () -> {};

    Shares(KeyedQueue<U> queue, ReentrantLock lock, int most) {
        this.most = most;
        this.few = most / 2;
        this.queue = queue;
        this.lock = lock;
    }

    /** @param bell rung under the lock when there may be something to read back */
    void onHunger(Runnable bell) {
        this.bell = bell;
    }

    void ring() {
        bell.run();
    }

    /** Whether a key of the task has all that it may have. Those with a rule for busy keys keep to that. Under the lock. */
    boolean isCrowded(Task<U> task) {
        int index = 0;
        for (Object key : task.lanes) {
            var rule = task.rule(index++);
            if (rule.busy() == KeyRule.Busy.QUEUE && rule.depth() == Integer.MAX_VALUE && queue.waiting(key) >= most)
                return true;
        }
        return false;
    }

    /** How many more updates of these keys may come into memory. */
    int left(Collection<?> keys) {
        lock.lock();
        try {
            int waiting = 0;
            for (Object key : keys) waiting = Math.max(waiting, queue.waiting(key));
            return most - waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Tells when one of these keys has little left; false if none has more than that already. */
    boolean watch(Collection<?> keys) {
        lock.lock();
        try {
            boolean watching = false;
            for (Object key : keys) {
                if (queue.waiting(key) <= few) continue;
                watched.add(key);
                watching = true;
            }
            return watching;
        } finally {
            lock.unlock();
        }
    }

    /** So many tasks of the key still wait. Under the lock. */
    void fell(Object key, int waiting) {
        if (watched.isEmpty() || waiting > few || !watched.remove(key)) return;
        hungry.add(key);
        bell.run();
    }

    /** The keys that have little left; each is told once. */
    List<Object> takeHungry() {
        lock.lock();
        try {
            if (hungry.isEmpty()) return List.of();
            var taken = new ArrayList<>(hungry);
            hungry = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    void clear() {
        watched.clear();
        hungry.clear();
    }
}
