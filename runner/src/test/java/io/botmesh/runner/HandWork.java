package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A crew whose handlers have no threads and whose time stands still: a test takes the next task that was started, and ends it.
 */
abstract class HandWork<U> implements Crew.Attempt<U> {
    /** No time passes. */
    static final Timer STOPPED = new Timer() {
        @Override
        public Alarm after(Duration pause, Runnable action) {
            return Alarm.NONE;
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    };

    private static final int THREADS = 8;

    /** Threads that were started and have not looked for a task; the crew starts them under its own lock. */
    private final AtomicInteger started = new AtomicInteger();
    /** Not the crew's, whose own would never be missed then: for takes alone, so that what starts is seen once. */
    private final ReentrantLock taking = new ReentrantLock();

    private final List<ArrayDeque<Turn<U>>> taken =
            Stream.generate(() -> new ArrayDeque<Turn<U>>()).limit(THREADS).toList();
    final Crew<U> crew;

    /** @param share updates of a key that wait in memory when it runs short */
    HandWork(RunnerLimits limits, int share) {
        crew = new Crew<>(limits, 0, TimeLimits.defaults(), false, STOPPED, work -> started.incrementAndGet(), share);
        crew.serve(this);
    }

    /** A thread that was started takes a task; null if there is none. */
    final @Nullable Turn<U> take(int thread) {
        taking.lock();
        try {
            if (started.get() == 0) return null;
            started.decrementAndGet();
            var turn = crew.take();
            if (turn != null) taken.get(thread).add(turn);
            return turn;
        } finally {
            taking.unlock();
        }
    }

    /** Ends the task that this thread took first, and goes on with the next; null if there is none. */
    final @Nullable Turn<U> end(int thread) {
        var turn = taken.get(thread).poll();
        if (turn == null) return null;
        var next = crew.end(turn, true);
        if (next != null) taken.get(thread).add(next);
        return turn;
    }

    /** Lets all threads end what they have, and those that were started what there is. Says whether there was anything. */
    final boolean work() {
        boolean any = false;
        for (int thread = 0; thread < THREADS; thread++) while (end(thread) != null) any = true;
        while (started.get() > 0) {
            if (take(0) == null) continue;
            any = true;
            while (end(0) != null) {}
        }
        return any;
    }

    @Override
    public final boolean expired(Turn<U> turn) {
        return false;
    }

    @Override
    public final void dropped(Task<U> task, DropReason reason) {}

    @Override
    public final void parks(Turn<U> turn) {}

    @Override
    public final boolean takes(Parked<U> parked, Task<U> task) {
        return false;
    }

    @Override
    public final void timedOut(Turn<U> turn, Duration ran) {}

    @Override
    public final Crew.Outcome abandoned(Turn<U> turn, boolean decides) {
        return new Crew.Outcome.Ended();
    }
}
