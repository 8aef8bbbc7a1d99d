package io.botmesh.botapi;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Time that moves when the test says so; starts where {@code nanoTime} is about to wrap. */
final class FakeTicking implements Ticking {
    private record Wait(Thread thread, ReentrantLock lock, Condition condition, long until) {}

    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller's loop
    public void await(ReentrantLock lock, Condition condition, long nanos) throws InterruptedException {
        var wait = new Wait(Thread.currentThread(), lock, condition, now.get() + nanos);
        waits.add(wait);
        try {
            condition.await();
        } finally {
            waits.remove(wait);
        }
    }

    /** Returns when so many threads wait. */
    void awaitWaiting(int threads) {
        while (waits.size() != threads) Thread.onSpinWait();
    }

    void advance(Duration time) {
        long then = now.addAndGet(time.toNanos());
        for (Wait wait : waits) {
            if (wait.until() - then > 0) continue;
            wait.lock().lock();
            try {
                wait.condition().signal();
            } finally {
                wait.lock().unlock();
            }
        }
    }
}
