package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for ends that nearly always come long before their deadline. A timer for each of them would cost more than the wait, so one
 * thread sleeps until the first deadline, looks which one it is by then, and sleeps on. It ends when it finds nobody waiting.
 *
 * <p>One waiter at a time.
 */
final class Deadlines implements Watchdog.Wait {
    private record Waiter(Thread thread, long due) {}

    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Waiter waiter;
    private @Nullable Alarm alarm; // the one that counts; an earlier deadline has taken the place of others

    Deadlines() {
        this(System::nanoTime, Thread::sleep);
    }

    Deadlines(LongSupplier nanoTime, Sleeper sleeper) {
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    @Override
    public boolean forEnd(Ending ending, Duration atMost) throws InterruptedException {
        long due = nanoTime.getAsLong() + atMost.toNanos();
        arm(new Waiter(Thread.currentThread(), due));
        try {
            while (!ending.isReached()) {
                if (Thread.interrupted()) throw new InterruptedException();
                if (nanoTime.getAsLong() - due >= 0) return false;
                ending.park();
            }
            return true;
        } finally {
            waiter = null;
        }
    }

    private void arm(Waiter next) {
        lock.lock();
        try {
            waiter = next;
            if (alarm != null && alarm.at - next.due <= 0) return;
            var earlier = new Alarm(next.due);
            Thread.ofVirtual().name("botmesh-deadline").start(earlier);
            alarm = earlier; // it looks under the lock
        } finally {
            lock.unlock();
        }
    }

    private final class Alarm implements Runnable {
        private volatile long at; // changed under the lock once it runs

        Alarm(long at) {
            this.at = at;
        }

        @Override
        @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
        public void run() {
            while (true) {
                try {
                    waitOut();
                    return;
                } catch (RuntimeException | Error tooLittleMemory) {
                    Thread.yield(); // others rely on it, and would wait for ever
                }
            }
        }

        private void waitOut() {
            try {
                long left = at - nanoTime.getAsLong();
                do {
                    if (left > 0) sleeper.sleep(Duration.ofNanos(left));
                    left = left();
                } while (left > 0);
            } catch (InterruptedException never) {
                throw new IllegalStateException(never);
            }
        }

        /** Wakes whoever's time is over; how long the next one has, or 0 if this alarm is not needed any more. */
        private long left() {
            lock.lock();
            try {
                if (!equals(alarm)) return 0;
                Waiter present = waiter;
                if (present != null) {
                    at = present.due;
                    long left = at - nanoTime.getAsLong();
                    if (left > 0) return left;
                    LockSupport.unpark(present.thread);
                }
                alarm = null;
                return 0;
            } finally {
                lock.unlock();
            }
        }
    }
}
