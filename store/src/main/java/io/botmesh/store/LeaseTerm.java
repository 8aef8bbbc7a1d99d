package io.botmesh.store;

import io.botmesh.runner.Lease.Standing;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a holder may believe of a right that ends by the clock of a server. Counts from when a request was sent that the
 * server granted, so it is never longer than the server's own count, and believes in half of it only: the other half is for
 * ending what is under way. Times are those of a monotonic clock in nanoseconds. No I/O, no thread.
 */
final class LeaseTerm {
    private final long half;
    private final long refresh;
    private final ReentrantLock lock = new ReentrantLock();
    private long sent;
    private boolean wanted;
    private boolean lost;

    /**
     * @param time how long the server grants it for
     * @param sent when the request that it granted was sent
     */
    LeaseTerm(Duration time, long sent) {
        this.half = time.toNanos() / 2;
        this.refresh = time.toNanos() / 5;
        this.sent = sent;
    }

    /** The server has prolonged it. */
    void onRenewed(long sent) {
        lock.lock();
        try {
            if (sent - this.sent < half) this.sent = sent;
            else lost = true; // too late: what was under way is being ended
        } finally {
            lock.unlock();
        }
    }

    /** The server has said whether somebody else asks for it. */
    void onWanted(boolean wanted) {
        lock.lock();
        try {
            this.wanted = wanted;
        } finally {
            lock.unlock();
        }
    }

    /** The server knows another holder, or none. */
    void onRefused() {
        lock.lock();
        try {
            lost = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is time to ask the server for more. */
    boolean isDue(long now) {
        lock.lock();
        try {
            return now - sent >= refresh;
        } finally {
            lock.unlock();
        }
    }

    /** Once lost, it stays lost. */
    Standing standing(long now) {
        lock.lock();
        try {
            lost |= now - sent >= half;
            return lost ? Standing.LOST : wanted ? Standing.WANTED : Standing.HELD;
        } finally {
            lock.unlock();
        }
    }
}
