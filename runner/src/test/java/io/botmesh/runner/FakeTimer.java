package io.botmesh.runner;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Time that only passes when a test says so; starts where nanoTime is about to wrap. Actions run on the test's thread. */
final class FakeTimer implements Timer {
    private record Entry(long due, long number, Runnable action) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long start = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();
    private final PriorityQueue<Entry> pending =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    /** Nanoseconds since the start. */
    private long passed;

    private long number;

    /** A timer whose pauses are over at once, on threads of their own. */
    static Timer impatient() {
        return new Timer() {
            @Override
            public Alarm after(Duration pause, Runnable action) {
                Thread.ofVirtual().start(action);
                return Alarm.NONE;
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }

    @Override
    public Alarm after(Duration pause, Runnable action) {
        lock.lock();
        try {
            var entry = new Entry(passed + Math.max(0, pause.toNanos()), ++number, action);
            pending.add(entry);
            changed.signalAll();
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Entry entry) {
        lock.lock();
        try {
            pending.remove(entry);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return start + passed;
        } finally {
            lock.unlock();
        }
    }

    void advance(Duration pause) {
        long target;
        lock.lock();
        try {
            target = passed + pause.toNanos();
        } finally {
            lock.unlock();
        }
        while (true) {
            Runnable action;
            lock.lock();
            try {
                var next = pending.peek();
                if (next == null || next.due > target) {
                    passed = target;
                    return;
                }
                passed = Math.max(passed, next.due);
                pending.remove();
                action = next.action;
            } finally {
                lock.unlock();
            }
            action.run();
        }
    }

    /** Lets pass what is missing to the next alarm, and runs that one alone. */
    void fireNext() {
        Runnable action;
        lock.lock();
        try {
            var next = pending.remove();
            passed = Math.max(passed, next.due);
            action = next.action;
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** Waits until exactly so many alarms are set. */
    void awaitPending(int alarms) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pending.size() != alarms) changed.await();
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }
}
