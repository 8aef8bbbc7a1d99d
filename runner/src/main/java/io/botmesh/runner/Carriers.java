package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps a process going whose handlers compute without a pause on all processors. A virtual thread that never waits never lets go of
 * its carrier, and with all carriers gone nothing else runs: no poll, no handler, no stop, no page of health. A platform thread
 * sees that none gets its turn, says so, and has one carrier more made, as often as it takes. They go again when they are not
 * needed. The JDK allows that from version 24 on; before, a line in the log is all there is.
 */
final class Carriers {
    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");
    /** A thread that gets no turn for so long waits for handlers that do not pause, or the machine is out of breath. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofSeconds(1);
    /** As many looks without need until one goes again. */
    private static final int QUIET = 60;

    private static final int MOST = 200;

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final List<WeakReference<Runner<?>>> RUNNERS = new ArrayList<>();
    private static boolean watching;

    /** Of the one thread that watches. */
    private int added;

    private int quiet;
    private boolean told;

    private Carriers() {}

    /** Looks on for as long as this runner runs. */
    static void watch(Runner<?> runner) {
        LOCK.lock();
        try {
            RUNNERS.add(new WeakReference<>(runner));
            if (watching) return;
            Thread.ofPlatform().daemon().name("botmesh-carriers").start(() -> new Carriers().run());
            watching = true;
        } finally {
            LOCK.unlock();
        }
    }

    private void run() {
        try {
            while (isWanted()) {
                try {
                    look();
                } catch (RuntimeException | Error tooLittleMemory) {
                    Thread.sleep(LOOK); // a later look may find more
                }
            }
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        } finally {
            if (added > 0) change(-added);
        }
    }

    /** Whether any runner runs; if not, the next one that starts has a thread of its own made. */
    private static boolean isWanted() {
        List<WeakReference<Runner<?>>> known;
        LOCK.lock();
        try {
            known = List.copyOf(RUNNERS);
        } finally {
            LOCK.unlock();
        }
        var over = known.stream().filter(Carriers::isOver).toList(); // not under this lock, for it takes the runner's
        LOCK.lock();
        try {
            RUNNERS.removeAll(over);
            watching = !RUNNERS.isEmpty();
            return watching;
        } finally {
            LOCK.unlock();
        }
    }

    private static boolean isOver(WeakReference<Runner<?>> reference) {
        var runner = reference.get();
        return runner == null || !runner.isRunning();
    }

    private void look() throws InterruptedException {
        var turn = new CountDownLatch(1);
        Thread.ofVirtual().name("botmesh-probe").start(turn::countDown);
        if (!turn.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            quiet = 0;
            more();
            return;
        }
        if (added > 0 && ++quiet >= QUIET) {
            quiet = 0;
            if (change(-1)) added--;
        }
        Thread.sleep(LOOK);
    }

    private void more() throws InterruptedException {
        boolean can = added < MOST && change(1);
        if (can) added++;
        if (can || !told)
            LOG.log(
                    Level.WARNING,
                    "no handler got its turn for {0} s, as others compute without a pause on all processors; {1}. Handlers"
                            + " that compute for long belong to Workers",
                    PATIENCE.toSeconds(),
                    can ? "one thread more is there for the rest" : "this JDK cannot help the rest");
        told = true;
        if (!can) Thread.sleep(LOOK);
    }

    /** Whether the JDK has changed the number of carriers. */
    private static boolean change(int by) {
        try {
            var scheduler = new ObjectName("jdk.management:type=VirtualThreadScheduler");
            var server = ManagementFactory.getPlatformMBeanServer();
            int now = (Integer) server.getAttribute(scheduler, "Parallelism");
            server.setAttribute(scheduler, new Attribute("Parallelism", now + by));
            return true;
        } catch (JMException | RuntimeException unable) {
            return false;
        }
    }
}
