package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Time that passes when somebody says so. Alarms run on that thread, at their moments, in the order in which they are due, then in that of their setting. */
final class RehearsedTime implements Timer, InstantSource {
    private final ReentrantLock lock = new ReentrantLock();
    private final AlarmQueue alarms = new AlarmQueue();
    private final Instant begin;

    RehearsedTime(Instant begin) {
        this.begin = begin;
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(passed());
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

    private long passed() {
        lock.lock();
        try {
            return alarms.passed();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Alarm after(Duration pause, Runnable action) {
        lock.lock();
        try {
            var entry = alarms.set(pause, action);
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(AlarmQueue.Entry entry) {
        lock.lock();
        try {
            alarms.cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing that was set is due any more. */
    void forget() {
        lock.lock();
        try {
            alarms.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass; {@code between} is called after each alarm. */
    void pass(Duration time, Runnable between) {
        long until = passed() + time.toNanos();
        for (var due = next(until); due != null; due = next(until)) {
            due.run();
            between.run();
        }
    }

    private @Nullable Runnable next(long until) {
        lock.lock();
        try {
            return alarms.next(until);
        } finally {
            lock.unlock();
        }
    }
}
