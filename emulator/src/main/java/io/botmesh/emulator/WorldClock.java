package io.botmesh.emulator;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The thread that makes time pass for a {@link World}: sleeps until something is due, then does it. */
final class WorldClock implements AutoCloseable {
    /** Longest sleep, because nobody tells us when a clock that is not the system's jumps. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final World world;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Thread thread;
    private boolean earlier;

    private WorldClock(World world, InstantSource clock) {
        this.world = world;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("world-clock").unstarted(this::run);
    }

    static WorldClock start(World world, InstantSource clock) {
        var started = new WorldClock(world, clock);
        world.onEarlierDeadline(started::wake);
        started.thread.start();
        return started;
    }

    /** Something became due earlier than the world said last time. */
    void wake() {
        lock.lock();
        try {
            earlier = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) awaitDue(world.tick());
        } catch (InterruptedException asked) {
            // close() wants the thread back
        }
    }

    private void awaitDue(@Nullable Instant due) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = due == null ? Long.MAX_VALUE : nanosUntil(due);
            // With a virtual clock nothing becomes due while we sleep, so there is no point in waking up.
            boolean still = clock instanceof VirtualClock && left > 0;
            while (!earlier && left > 0) {
                if (due == null || still) {
                    woken.await();
                } else {
                    woken.awaitNanos(Math.min(left, LONGEST_NANOS));
                    left = nanosUntil(due);
                }
            }
            earlier = false;
        } finally {
            lock.unlock();
        }
    }

    private long nanosUntil(Instant due) {
        var left = Duration.between(clock.instant(), due);
        return left.compareTo(Duration.ofDays(1)) > 0 ? Long.MAX_VALUE : left.toNanos();
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException hurry) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
