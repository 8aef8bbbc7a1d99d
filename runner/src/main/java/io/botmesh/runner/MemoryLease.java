package io.botmesh.runner;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lease among the threads of one process, for tests and for runners that take turns. */
public final class MemoryLease implements Lease {
    /** What the leases are about: those of one place exclude each other. */
    public static final class Place {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private @Nullable MemoryLease holder;
        private int waiting;
        private long fence;

        public Place() {}

        /** Whoever holds it has it no more, and does not know yet: as if its time were over. */
        public void runOut() {
            lock.lock();
            try {
                holder = null;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private final Place place;

    public MemoryLease(Place place) {
        this.place = place;
    }

    @Override
    public long acquire() throws InterruptedException {
        place.lock.lockInterruptibly();
        try {
            if (place.holder == this) throw new IllegalStateException("held already");
            place.waiting++;
            try {
                while (place.holder != null) place.changed.await();
            } finally {
                place.waiting--;
            }
            place.holder = this;
            return ++place.fence;
        } finally {
            place.lock.unlock();
        }
    }

    @Override
    public Standing renew() {
        place.lock.lock();
        try {
            if (place.holder != this) return Standing.LOST;
            return place.waiting > 0 ? Standing.WANTED : Standing.HELD;
        } finally {
            place.lock.unlock();
        }
    }

    @Override
    public void release() {
        place.lock.lock();
        try {
            if (place.holder != this) return;
            place.holder = null;
            place.changed.signalAll();
        } finally {
            place.lock.unlock();
        }
    }

    @Override
    public void close() {
        release();
    }
}
