package io.botmesh.runner;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * A journal that survives nothing but {@link #reopened()}: for tests and simulations of what a crash does.
 *
 * @param <U> the update
 */
public final class MemoryJournal<U> implements Journal<U> {
    private static final Duration WINDOW = Duration.ofDays(2);

    private record Held<U>(int incarnation, U update) {}

    private final ToLongFunction<? super U> updateId;
    private final InstantSource clock;
    private final int incarnation;
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<Long, Held<U>> open;
    /** Id to arrival, oldest first. */
    private final Map<Long, Long> seen;

    private long lastSequence;

    /** An empty journal. */
    public MemoryJournal(ToLongFunction<? super U> updateId, InstantSource clock) {
        this(updateId, clock, 1, new TreeMap<>(), new LinkedHashMap<>(), 0);
    }

    private MemoryJournal(
            ToLongFunction<? super U> updateId,
            InstantSource clock,
            int incarnation,
            NavigableMap<Long, Held<U>> open,
            Map<Long, Long> seen,
            long lastSequence) {
        this.updateId = updateId;
        this.clock = clock;
        this.incarnation = incarnation;
        this.open = open;
        this.seen = seen;
        this.lastSequence = lastSequence;
    }

    /** What the next process would find, if this one died now. */
    public MemoryJournal<U> reopened() {
        lock.lock();
        try {
            return new MemoryJournal<>(
                    updateId, clock, incarnation + 1, new TreeMap<>(open), new LinkedHashMap<>(seen), lastSequence);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry<U>> append(List<U> updates) {
        lock.lock();
        try {
            long now = clock.millis();
            var oldest = seen.values().iterator();
            while (oldest.hasNext() && oldest.next() < now - WINDOW.toMillis()) oldest.remove();
            var entries = new ArrayList<Entry<U>>(updates.size());
            for (var update : updates) {
                if (seen.putIfAbsent(updateId.applyAsLong(update), now) != null) continue;
                open.put(++lastSequence, new Held<>(incarnation, update));
                entries.add(new Entry<>(lastSequence, 1, update));
            }
            return entries;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        lock.lock();
        try {
            return open.tailMap(after, false).entrySet().stream()
                    .limit(limit)
                    .map(entry -> new Entry<>(
                            entry.getKey(),
                            incarnation - entry.getValue().incarnation() + 1,
                            entry.getValue().update()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void done(long sequence) {
        lock.lock();
        try {
            open.remove(sequence);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {}

    @Override
    public long size() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
