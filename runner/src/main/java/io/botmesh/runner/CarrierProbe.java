package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Sees whether virtual threads get their turn. If they do not, it says so and has more carriers made, as often as it takes; they go
 * again when they are not needed. The JDK allows that from version 24 on; before, a line in the log is all there is. For one
 * platform thread.
 */
final class CarrierProbe {
    /** A thread that gets no turn for so long waits for handlers that do not pause, or the machine is out of breath. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** As many looks without need until some go again. */
    static final int QUIET = 60;

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");
    /** At least so many at once: a new carrier that meets the next such handler has others made while there is room. */
    private static final int STEP = 16;

    private static final int MOST = 200;

    /** More than the scheduler's queue of this thread has places at first. */
    private static final int PROBES = 128;

    private static final int MOST_PROBES = 1 << 14;

    /** Threads that each put one more into a queue of the scheduler that is likely to be empty. */
    private static final int NUDGES = 8;

    private static final int MOST_NUDGES = 1 << 8;

    private final Duration patience;
    private final int quiet;
    private final Semaphore turns = new Semaphore(0);
    /** Probes that have had no turn yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** The same of those that were started by threads of their own. */
    private final AtomicInteger nudging = new AtomicInteger();

    private int probes = 1;
    private int added;
    private int looks;
    /** Of the looks since carriers came or went. */
    private int leastBusy = Integer.MAX_VALUE;

    private boolean told;

    CarrierProbe(Duration patience, int quiet) {
        this.patience = patience;
        this.quiet = quiet;
    }

    /** Waits until a virtual thread has had its turn, and false if none has within the patience. */
    boolean look() throws InterruptedException {
        if (added > 0) leastBusy = Math.min(leastBusy, value("MountedVirtualThreadCount"));
        turns.drainPermits();
        for (int left = probes - waiting.get(); left > 0; left--) probe(waiting);
        if (!turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            forget();
            if (!hasRoom()) more();
            if (added > 0) nudge();
            return false;
        }
        probes = 1;
        if (added > 0 && ++looks >= quiet) {
            giveBack();
            forget();
        }
        return true;
    }

    private void probe(AtomicInteger waiting) {
        waiting.incrementAndGet();
        Thread.ofVirtual().name("botmesh-probe").start(() -> {
            waiting.decrementAndGet();
            turns.release();
        });
    }

    /** Whether the limit does not keep the scheduler from running more: it only has not looked. */
    private boolean hasRoom() {
        return added > 0 && value("MountedVirtualThreadCount") < value("Parallelism");
    }

    /**
     * The scheduler does not look at its new limit by itself, nor for a task behind others that wait, but when a queue has to grow,
     * or when it was empty. This thread's own has grown already if all this was so before. A thread that has started none yet
     * gets another, if one is free.
     */
    private void nudge() throws InterruptedException {
        probes = Math.clamp(probes * 2L, PROBES, MOST_PROBES);
        for (int i = 0; i < NUDGES && nudging.get() < MOST_NUDGES; i++)
            Thread.ofPlatform()
                    .daemon()
                    .name("botmesh-nudge")
                    .start(() -> probe(nudging))
                    .join();
    }

    /** How many carriers there are beyond those of the beginning; for the thread that looks. */
    int added() {
        return added;
    }

    private void forget() {
        looks = 0;
        leastBusy = Integer.MAX_VALUE;
    }

    private void more() {
        int step = Math.min(Math.max(STEP, added), MOST - added);
        boolean can = step > 0 && change(step);
        if (can) added += step;
        if (can || !told)
            LOG.log(
                    Level.WARNING,
                    "no handler got its turn for {0} s, as others compute without a pause on all processors; {1}. Handlers"
                            + " that compute for long belong to Workers",
                    patience.toSeconds(),
                    can ? "up to " + added + " threads more are there for the rest" : "this JDK cannot help the rest");
        told = true;
    }

    /** Leaves as many as were busy at all looks, and beside them what was there from the beginning. */
    private void giveBack() {
        int back = Math.min(added, added - leastBusy);
        if (back > 0 && change(-back)) added -= back;
    }

    void giveAllBack() {
        if (added > 0 && change(-added)) added = 0;
    }

    /** Whether the JDK has changed the number of carriers. */
    private static boolean change(int by) {
        try {
            int now = value("Parallelism");
            if (now <= 0) return false;
            ManagementFactory.getPlatformMBeanServer()
                    .setAttribute(scheduler(), new Attribute("Parallelism", now + by));
            return true;
        } catch (JMException | RuntimeException unable) {
            return false;
        }
    }

    /** A number that the JDK tells of its scheduler, 0 if it does not. */
    static int value(String name) {
        try {
            return (Integer) ManagementFactory.getPlatformMBeanServer().getAttribute(scheduler(), name);
        } catch (JMException | RuntimeException unable) {
            return 0;
        }
    }

    private static ObjectName scheduler() throws JMException {
        return new ObjectName("jdk.management:type=VirtualThreadScheduler");
    }
}
