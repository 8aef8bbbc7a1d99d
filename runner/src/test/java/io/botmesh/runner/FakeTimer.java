package io.botmesh.runner;

import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Time that only passes when a test says so; starts where nanoTime is about to wrap. Actions run on the test's thread. */
final class FakeTimer implements Timer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AlarmQueue alarms = new AlarmQueue();

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
            var entry = alarms.set(pause, action);
            changed.signalAll();
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(AlarmQueue.Entry entry) {
        lock.lock();
        try {
            alarms.cancel(entry);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return alarms.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    void advance(Duration pause) {
        long target;
        lock.lock();
        try {
            target = alarms.passed() + pause.toNanos();
        } finally {
            lock.unlock();
        }
        for (var due = next(target); due != null; due = next(target)) due.run();
    }

    private @Nullable Runnable next(long until) {
        lock.lock();
        try {
            return alarms.next(until);
        } finally {
            lock.unlock();
        }
    }

    /** Lets pass what is missing to the next alarm, and runs that one alone. */
    void fireNext() {
        Runnable action = null;
        lock.lock();
        try {
            if (alarms.size() > 0) action = alarms.next(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
        if (action == null) throw new NoSuchElementException("no alarm is set");
        action.run();
    }

    /** Waits until exactly so many alarms are set. */
    void awaitPending(int count) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (alarms.size() != count) changed.await();
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return alarms.size();
        } finally {
            lock.unlock();
        }
    }
}
