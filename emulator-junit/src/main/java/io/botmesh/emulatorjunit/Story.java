package io.botmesh.emulatorjunit;

import io.botmesh.emulator.Emulator;
import io.botmesh.world.Happening;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What has happened since we watch, and the waiting for more. */
final class Story implements AutoCloseable {
    /** What is due within that time belongs to a delivery: a long poll, for one, gathers updates for 1 or 2 ms. */
    private static final Duration AT_ONCE = Duration.ofMillis(10);

    private final Emulator emulator;
    private final Watch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Happening> happenings = new ArrayList<>();
    /** Told of news, and nobody has looked since: whoever looks may be the one who is told, and then nobody tells him again. */
    private boolean woken;

    Story(Emulator emulator) {
        this.emulator = emulator;
        watch = emulator.world().watchEverything(this::wake);
        if (emulator.options().clock() instanceof VirtualClock) emulator.world().onEarlierDeadline(this::wake);
    }

    /** All of it so far, oldest first. */
    List<Happening> soFar() {
        lock.lock();
        try {
            take();
            return List.copyOf(happenings);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks again whenever something happens, until it sees something or patience ends. A virtual clock is moved on, but
     * only by what a delivery takes.
     *
     * @return null if it saw nothing
     */
    <T> @Nullable T await(Duration patience, Function<List<Happening>, @Nullable T> look) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                woken = false;
                take();
                var seen = look.apply(happenings);
                if (seen != null) return seen;
                if (deliver()) continue;
                long left = deadline - System.nanoTime();
                if (left <= 0) return null;
                if (!woken) news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What changed around the chats only wakes those who wait. */
    private void take() {
        for (var happening : watch.take()) {
            if (!(happening instanceof Happening.Changed)) happenings.add(happening);
        }
    }

    /** Whether time had to pass for something that is under way. */
    private boolean deliver() {
        if (!(emulator.options().clock() instanceof VirtualClock clock)) return false;
        var due = emulator.world().next();
        if (due == null) return false;
        var wait = Duration.between(clock.instant(), due);
        if (wait.compareTo(AT_ONCE) > 0) return false;
        emulator.advance(wait.isNegative() ? Duration.ZERO : wait);
        return true;
    }

    private void wake() {
        lock.lock();
        try {
            woken = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
