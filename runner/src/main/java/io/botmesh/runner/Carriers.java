package io.botmesh.runner;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a process going whose handlers compute without a pause on all processors. A virtual thread that never waits never lets go of
 * its carrier, and with all carriers gone nothing else runs: no poll, no handler, no stop, no page of health. A platform thread, one
 * for all runners of the process, looks after that for as long as any of them runs, and then until what it had made is needed no more:
 * what follows a stop wants to run beside handlers that have not obeyed it.
 */
final class Carriers {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Carriers PROCESS =
            new Carriers(LOOK, () -> new CarrierProbe(CarrierProbe.PATIENCE, CarrierProbe.QUIET));

    private final ReentrantLock lock = new ReentrantLock();
    private final List<BooleanSupplier> running = new ArrayList<>();
    private final Duration pause;
    private final Supplier<CarrierProbe> probes;
    private @Nullable Thread watcher;

    /**
     * @param pause  between two looks
     * @param probes makes what one thread looks with
     */
    Carriers(Duration pause, Supplier<CarrierProbe> probes) {
        this.pause = pause;
        this.probes = probes;
    }

    /** Looks on for as long as this runner runs. */
    static void watch(Runner<?> runner) {
        var reference = new WeakReference<>(runner);
        PROCESS.watch(() -> {
            var known = reference.get();
            return known != null && known.isRunning();
        });
    }

    /** Looks on for as long as this is true. */
    void watch(BooleanSupplier runs) {
        lock.lock();
        try {
            running.add(runs);
            if (watcher != null) return;
            var thread = Thread.ofPlatform().daemon().name("botmesh-carriers").unstarted(this::run);
            thread.start();
            watcher = thread;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        var probe = probes.get();
        try {
            boolean wanted = true;
            while (wanted) {
                try {
                    // The locks of runners are for a time when threads get their turn: their owner may be one that gets
                    // none.
                    if (!probe.look()) continue;
                    wanted = isWanted(probe.added() > 0);
                    if (wanted) Thread.sleep(pause);
                } catch (RuntimeException | Error tooLittleMemory) {
                    Thread.sleep(pause); // a later look may find more
                }
            }
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        } finally {
            leave();
            probe.giveAllBack();
        }
    }

    /**
     * Whether any runner runs, or there is something to give back yet; if not, the next one that starts has a thread of its own
     * made.
     */
    private boolean isWanted(boolean lent) {
        List<BooleanSupplier> known;
        lock.lock();
        try {
            known = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        var over = known.stream()
                .filter(runs -> !runs.getAsBoolean())
                .toList(); // not under this lock, for it takes the runner's
        lock.lock();
        try {
            running.removeAll(over);
            if (running.isEmpty() && !lent) watcher = null;
            return watcher != null;
        } finally {
            lock.unlock();
        }
    }

    /** However this thread ends, it does not keep the next one away. */
    private void leave() {
        lock.lock();
        try {
            if (Thread.currentThread().equals(watcher)) watcher = null;
        } finally {
            lock.unlock();
        }
    }
}
