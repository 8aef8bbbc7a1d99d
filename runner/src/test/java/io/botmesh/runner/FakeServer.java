package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;

/**
 * {@code getUpdates} with the server's rules for offsets: what lies before one is forgotten, one that it does not know
 * restarts from the oldest, and an empty queue holds the request until something comes.
 */
final class FakeServer implements UpdateSupplier<Long> {
    record Poll(long updateOffset, int limit, Duration timeout) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Long> pending = new ArrayList<>();
    private final List<Poll> polls = new ArrayList<>();
    private long nextId = 1;

    /**
     * Polls this server on a clock that stands still, and an interrupted poll does not stay, so that a last confirmation
     * is always sent, and never taken for heard because the poll before it went out some time ago.
     */
    LongPoll<Long> longPoll() {
        var real = new Deadlines();
        Watchdog.Wait wait =
                (poll, atMost) -> atMost.compareTo(Duration.ofSeconds(1)) >= 0 && real.forEnd(poll, atMost);
        return new LongPoll<>(this, Long::longValue, LongPollOptions.defaults(), () -> 0, wait, Thread::sleep);
    }

    void send(long from, long to) {
        lock.lock();
        try {
            LongStream.rangeClosed(from, to).forEach(pending::add);
            nextId = to + 1;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Long> getUpdates(long updateOffset, int limit, Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            polls.add(new Poll(updateOffset, limit, timeout));
            arrived.signalAll();
            if (updateOffset == nextId || pending.contains(updateOffset)) pending.removeIf(id -> id < updateOffset);
            while (pending.isEmpty() && timeout.isPositive()) arrived.await();
            return List.copyOf(pending.subList(0, Math.min(limit, pending.size())));
        } finally {
            lock.unlock();
        }
    }

    List<Long> pending() {
        lock.lock();
        try {
            return List.copyOf(pending);
        } finally {
            lock.unlock();
        }
    }

    List<Poll> polls() {
        lock.lock();
        try {
            return List.copyOf(polls);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many polls have come in. */
    void awaitPolls(int count) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (polls.size() < count) arrived.await();
        } finally {
            lock.unlock();
        }
    }
}
