package io.botmesh.emulator;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that makes time pass for a {@link World}: sleeps until something is due, then does it. */
final class WorldClock implements AutoCloseable {
    /** Longest sleep, because nobody tells us when a clock that is not the system's jumps. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Logger LOG = LoggerFactory.getLogger(WorldClock.class);

    private final Supplier<@Nullable Instant> tick;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Thread thread;
    private boolean earlier;

    /** @param tick does what is due, and says when there is more; null if nothing is pending */
    WorldClock(Supplier<@Nullable Instant> tick, InstantSource clock) {
        this.tick = tick;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("world-clock").unstarted(this::run);
    }

    static WorldClock start(World world, InstantSource clock) {
        var made = new WorldClock(world::tick, clock);
        world.onEarlierDeadline(made::wake);
        made.start();
        return made;
    }

    void start() {
        thread.start();
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
            while (true) awaitDue(pass());
        } catch (InterruptedException asked) {
            // close() wants the thread back
        }
    }

    /** What failed is not due any more, and everything else still wants its time. */
    private @Nullable Instant pass() {
        try {
            return tick.get();
        } catch (RuntimeException | Error broken) {
            LOG.error("something that was due has failed; time goes on", broken);
            return clock.instant();
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
