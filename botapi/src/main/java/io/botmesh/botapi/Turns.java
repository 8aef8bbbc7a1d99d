package io.botmesh.botapi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Traffic} with threads that wait in it. There is no thread of its own: one of those that wait, the watcher,
 * also watches the clock for the others.
 */
final class Turns {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(365);

    private final Ticking time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Traffic traffic;
    private final Map<Ticket, Condition> waiters = new LinkedHashMap<>();
    private @Nullable Ticket watcher;
    private long watchedUntil;
    private long floodWaits;
    private long repeats;

    Turns(LimitOptions options, Ticking time) {
        this.time = time;
        traffic = new Traffic(options, time.nanoTime());
    }

    long after(Duration deadline) {
        Duration limited = deadline.compareTo(LONGEST_DEADLINE) < 0 ? deadline : LONGEST_DEADLINE;
        return time.nanoTime() + limited.toNanos();
    }

    long left(long until) {
        return until - time.nanoTime();
    }

    Ticket enter(Route route, boolean broadcast) {
        lock.lock();
        try {
            long now = time.nanoTime();
            Ticket ticket = traffic.enter(route, broadcast, now);
            release(now);
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    boolean isGranted(Ticket ticket) {
        lock.lock();
        try {
            return ticket.granted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when the call may go out; or, when that will not be in time, takes it out of the line.
     *
     * @return negative if it may go out, else the nanoseconds that it would still be held back at least
     */
    long awaitTurn(Ticket ticket, long until, Duration longestWait) throws InterruptedException {
        lock.lock();
        try {
            Condition mine = lock.newCondition();
            waiters.put(ticket, mine);
            while (true) {
                long now = time.nanoTime();
                release(now);
                if (ticket.granted) return -1;
                long heldBack = traffic.heldBack(ticket, now);
                long left = until - now;
                if (left <= 0 || heldBack >= left || heldBack > longestWait.toNanos()) {
                    traffic.leave(ticket, now);
                    return heldBack;
                }
                long pause = left;
                if (watcher == null || watcher.equals(ticket)) {
                    watcher = ticket;
                    pause = Math.min(left, traffic.nextDue(now));
                    watchedUntil = now + pause;
                }
                time.await(lock, mine, pause);
            }
        } finally {
            waiters.remove(ticket);
            if (ticket.equals(watcher)) watcher = null;
            release(time.nanoTime());
            lock.unlock();
        }
    }

    void onFloodWait(Ticket ticket, Duration retryAfter) {
        lock.lock();
        try {
            long now = time.nanoTime();
            floodWaits++;
            traffic.onFloodWait(ticket, retryAfter, now);
            // Those for whom this is too long need not wait to find out.
            for (var waiter : waiters.entrySet())
                if (traffic.heldBack(waiter.getKey(), now) > 0)
                    waiter.getValue().signal();
            release(now);
        } finally {
            lock.unlock();
        }
    }

    void onTrouble(Ticket ticket, Duration pause) {
        lock.lock();
        try {
            long now = time.nanoTime();
            repeats++;
            traffic.onTrouble(ticket, pause, now);
            release(now);
        } finally {
            lock.unlock();
        }
    }

    void end(Ticket ticket, Traffic.End end, @Nullable ChatType type) {
        lock.lock();
        try {
            long now = time.nanoTime();
            traffic.onEnd(ticket, end, type, now);
            release(now);
        } finally {
            lock.unlock();
        }
    }

    /** Whatever it was doing, it is over. */
    void abandon(Ticket ticket) {
        lock.lock();
        try {
            long now = time.nanoTime();
            if (ticket.granted) traffic.onEnd(ticket, Traffic.End.UNKNOWN, null, now);
            else traffic.leave(ticket, now);
            release(now);
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those whose turn it is, and sees to it that somebody watches the clock. */
    private void release(long now) {
        for (Ticket ticket : traffic.release(now)) {
            Condition waiter = waiters.get(ticket);
            if (waiter != null) waiter.signal();
        }
        if (waiters.isEmpty()) return;
        if (watcher == null) {
            waiters.values().iterator().next().signal();
        } else {
            long due = traffic.nextDue(now);
            Condition watching = waiters.get(watcher);
            if (watching != null && due < watchedUntil - now) watching.signal();
        }
    }

    LimitStats stats() {
        lock.lock();
        try {
            return traffic.stats(time.nanoTime(), floodWaits, repeats);
        } finally {
            lock.unlock();
        }
    }
}
