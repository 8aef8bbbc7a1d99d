package io.botmesh.runner;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a worker next: in the order of arrival, but for those who could not give their slot away meanwhile. Nobody has a worker
 * and waits for a slot: all slots may be those of handlers that wait for a worker, and then none of them would ever end. So whoever
 * waits outside is only called when a worker is free, and gets it when he is back in a slot.
 */
final class WorkerQueue {
    private static final class Waiter implements Comparable<Waiter> {
        private static final Comparator<Waiter> ORDER = Comparator.comparingLong(waiter -> waiter.number);

        private final long number;
        private final Condition changed;
        private boolean called;
        private boolean given;

        Waiter(long number, Condition changed) {
            this.number = number;
            this.changed = changed;
        }

        @Override
        public int compareTo(Waiter other) {
            return ORDER.compare(this, other);
        }
    }

    /** May be taken under the lock of a {@link Crew}, so nothing of others is called under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final TreeSet<Waiter> outside = new TreeSet<>();
    private final TreeSet<Waiter> inSlots = new TreeSet<>();
    /** Called, and on their way back into a slot. */
    private int underway;

    private int free;
    private long arrivals;

    WorkerQueue(int count) {
        this.free = count;
    }

    /** Waits for a worker, which is then the caller's until {@link #giveBack}. */
    void take(@Nullable Turn<?> turn) throws Exception {
        Waiter waiter;
        lock.lockInterruptibly();
        try {
            if (free > underway) {
                free--;
                return;
            }
            waiter = new Waiter(arrivals++, lock.newCondition());
        } finally {
            lock.unlock();
        }
        boolean given = false;
        try {
            if (turn == null) awaitGiven(waiter);
            else turn.awaitWorker(() -> awaitCalled(waiter, turn), () -> awaitGiven(waiter));
            given = true;
        } finally {
            if (!given) leave(waiter);
        }
    }

    void giveBack() {
        lock.lock();
        try {
            free++;
            handOut();
        } finally {
            lock.unlock();
        }
    }

    /** Returns at once if its slot could not be given away. */
    private void awaitCalled(Waiter waiter, Turn<?> turn) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!turn.outside) return;
            outside.add(waiter);
            handOut();
            while (!waiter.called) waiter.changed.await();
        } finally {
            lock.unlock();
        }
    }

    private void awaitGiven(Waiter waiter) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            notUnderway(waiter);
            inSlots.add(waiter);
            handOut();
            while (!waiter.given) waiter.changed.await();
        } finally {
            lock.unlock();
        }
    }

    /** It has been interrupted. */
    private void leave(Waiter waiter) {
        lock.lock();
        try {
            notUnderway(waiter);
            outside.remove(waiter);
            inSlots.remove(waiter);
            if (waiter.given) free++;
            handOut();
        } finally {
            lock.unlock();
        }
    }

    private void notUnderway(Waiter waiter) {
        if (waiter.called) underway--;
        waiter.called = false;
    }

    private void handOut() {
        while (free > 0 && !inSlots.isEmpty()) {
            var next = inSlots.removeFirst();
            free--;
            next.given = true;
            next.changed.signal();
            // Or those outside would wait for as long as others come who have to stay in their slots.
            if (underway == 0 && !outside.isEmpty() && outside.first().compareTo(next) < 0) call();
        }
        while (underway < free && !outside.isEmpty()) call();
    }

    private void call() {
        var next = outside.removeFirst();
        next.called = true;
        underway++;
        next.changed.signal();
    }
}
