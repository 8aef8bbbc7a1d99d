package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * A journal that survives nothing but {@link #reopened()}: for tests and simulations of what a crash does.
 *
 * @param <U> the update
 */
public final class MemoryJournal<U> implements Journal<U> {
    /** An id that the server gives anew comes after an idle week at the earliest. */
    private static final Duration WINDOW = Duration.ofDays(6);

    /** An entry; {@code open} while an attempt has begun of which no end is known. */
    private record Held<U>(boolean repeated, int attempts, int vanished, boolean open, Instant arrived, U update) {
        Held<U> afterAttempt(int attempts, boolean open) {
            return new Held<>(repeated, attempts, vanished, open, arrived, update);
        }

        Held<U> at(Instant arrived) {
            return new Held<>(repeated, attempts, vanished, open, arrived, update);
        }

        /** As the next process finds it. */
        Held<U> left() {
            return new Held<>(true, attempts, vanished + (open ? 1 : 0), false, arrived, update);
        }

        Entry<U> entry(long sequence) {
            return new Entry<>(sequence, attempts, vanished, repeated, arrived, update);
        }
    }

    private final ToLongFunction<? super U> updateId;
    private InstantSource clock;
    private LongSupplier nanoTime;
    private ClockJumps jumps;
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<Long, Held<U>> open = new TreeMap<>();
    private final NavigableMap<Long, DeadLetters.Letter<U>> dead = new TreeMap<>();
    /** Id to arrival, oldest first. */
    private final Map<Long, Long> seen = new LinkedHashMap<>();

    private long lastSequence;
    private long lastArrival;
    private LongConsumer replays = sequence -> {};

    /** An empty journal. */
    public MemoryJournal(ToLongFunction<? super U> updateId, InstantSource clock) {
        this(updateId, clock, System::nanoTime);
    }

    MemoryJournal(ToLongFunction<? super U> updateId, InstantSource clock, LongSupplier nanoTime) {
        this.updateId = updateId;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.jumps = new ClockJumps(clock, nanoTime);
    }

    /** From now on this time counts; what is known arrived now. */
    void follow(InstantSource clock, LongSupplier nanoTime) {
        lock.lock();
        try {
            this.clock = clock;
            this.nanoTime = nanoTime;
            jumps = new ClockJumps(clock, nanoTime);
            lastArrival = clock.millis();
            seen.replaceAll((id, arrival) -> lastArrival);
            var now = Instant.ofEpochMilli(lastArrival);
            open.replaceAll((sequence, held) -> held.at(now));
        } finally {
            lock.unlock();
        }
    }

    /** What the next process would find, if this one died now. */
    public MemoryJournal<U> reopened() {
        lock.lock();
        try {
            var next = new MemoryJournal<U>(updateId, clock, nanoTime);
            open.forEach((sequence, held) -> next.open.put(sequence, held.left()));
            next.dead.putAll(dead);
            next.seen.putAll(seen);
            next.lastSequence = lastSequence;
            next.lastArrival = lastArrival;
            return next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry<U>> append(List<U> updates) {
        lock.lock();
        try {
            long now = clock.millis();
            var jump = jumps.jump();
            // A clock that was ahead in an earlier process must not keep ids for longer.
            if (now < lastArrival || !jump.isZero())
                seen.replaceAll((id, arrival) -> Math.min(arrival + jump.toMillis(), now));
            jumps.settled(jump);
            lastArrival = now;
            var oldest = seen.values().iterator();
            while (oldest.hasNext() && oldest.next() < now - WINDOW.toMillis()) oldest.remove();
            var arrived = Instant.ofEpochMilli(now);
            var entries = new ArrayList<Entry<U>>(updates.size());
            for (var update : updates) {
                if (seen.putIfAbsent(updateId.applyAsLong(update), now) != null) continue;
                entries.add(hold(new Held<>(false, 0, 0, false, arrived, update)));
            }
            return entries;
        } finally {
            lock.unlock();
        }
    }

    private Entry<U> hold(Held<U> held) {
        open.put(++lastSequence, held);
        return held.entry(lastSequence);
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        lock.lock();
        try {
            return open.tailMap(after, false).entrySet().stream()
                    .limit(limit)
                    .map(entry -> entry.getValue().entry(entry.getKey()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry<U>> undone(List<Long> sequences) {
        lock.lock();
        try {
            var entries = new ArrayList<Entry<U>>(sequences.size());
            for (long sequence : sequences) {
                var held = open.get(sequence);
                if (held != null) entries.add(held.entry(sequence));
            }
            return entries;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void began(long sequence, int attempt) {
        attempted(sequence, attempt, true);
    }

    @Override
    public void failed(long sequence, int attempts) {
        attempted(sequence, attempts, false);
    }

    private void attempted(long sequence, int attempts, boolean goesOn) {
        lock.lock();
        try {
            open.computeIfPresent(sequence, (same, held) -> held.afterAttempt(attempts, goesOn));
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
    public void dead(long sequence, int attempts, DeadLetters.Cause cause) {
        lock.lock();
        try {
            var held = open.remove(sequence);
            if (held == null) return;
            var at = Instant.ofEpochMilli(clock.millis());
            dead.put(sequence, new DeadLetters.Letter<>(sequence, held.update(), cause, at, attempts));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public DeadLetters<U> deadLetters() {
        return new Dead();
    }

    @Override
    public void onReplay(LongConsumer listener) {
        lock.lock();
        try {
            replays = listener;
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

    private final class Dead implements DeadLetters<U> {
        @Override
        public List<Letter<U>> list(long after, int limit) {
            lock.lock();
            try {
                return dead.tailMap(after, false).values().stream().limit(limit).toList();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public long count() {
            lock.lock();
            try {
                return dead.size();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean replay(long sequence) {
            lock.lock();
            try {
                var letter = dead.remove(sequence);
                if (letter == null) return false;
                var update = Objects.requireNonNull(letter.update());
                // Under the lock, because nobody may see what comes later before this is told.
                var now = Instant.ofEpochMilli(clock.millis());
                replays.accept(hold(new Held<>(true, 0, 0, false, now, update)).sequence());
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean discard(long sequence) {
            lock.lock();
            try {
                return dead.remove(sequence) != null;
            } finally {
                lock.unlock();
            }
        }
    }
}
