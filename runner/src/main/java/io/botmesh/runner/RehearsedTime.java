package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Time that passes when somebody says so. Alarms run on that thread, at their moments, in the order in which they are due, then in that of their setting. */
final class RehearsedTime implements Timer, InstantSource {
    private record Entry(long due, long number, Runnable action) {}

    /** Near the end of what nanoTime can say, so that whoever compares such numbers does so by their difference. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Entry> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private final Instant begin;
    private long passed;
    private long number;

    RehearsedTime(Instant begin) {
        this.begin = begin;
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(passed());
    }

    @Override
    public long nanoTime() {
        return START + passed();
    }

    private long passed() {
        lock.lock();
        try {
            return passed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Alarm after(Duration pause, Runnable action) {
        lock.lock();
        try {
            long nanos =
                    pause.compareTo(Duration.ofDays(36_500)) < 0 ? Math.max(0, pause.toNanos()) : Long.MAX_VALUE / 2;
            var entry = new Entry(passed + nanos, ++number, action);
            alarms.add(entry);
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Entry entry) {
        lock.lock();
        try {
            alarms.remove(entry);
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
            var first = alarms.peek();
            if (first == null || first.due > until) {
                passed = Math.max(passed, until);
                return null;
            }
            passed = Math.max(passed, first.due);
            alarms.remove();
            return first.action;
        } finally {
            lock.unlock();
        }
    }
}
