package io.botmesh.botapi;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The passing of time as a limiter sees it; tests own theirs. */
interface Ticking {
    Ticking SYSTEM = new Ticking() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the caller's loop
        public void await(ReentrantLock lock, Condition condition, long nanos) throws InterruptedException {
            long unused = condition.awaitNanos(nanos);
        }
    };

    /** May wrap, as {@link System#nanoTime()} does. */
    long nanoTime();

    /** Waits until signalled, or interrupted, or so long has passed; the caller holds the lock and checks again. */
    void await(ReentrantLock lock, Condition condition, long nanos) throws InterruptedException;
}
