package io.botmesh.runner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which one runs at a time, and only when whoever owns this lets it: until it says that it is ready for its next step, waits, or
 * has ended. What they do is then the same each time, as nothing happens beside it.
 */
final class Baton implements Steps {
    private enum State {
        /** Not started, or woken, or on its way to what it does next: goes on as soon as it can. */
        DUE,
        /** Goes on when it is chosen. */
        READY,
        WAITING,
        ENDED
    }

    private final class Fiber {
        final Thread thread;
        final Semaphore go = new Semaphore(0);
        State state = State.DUE;
        /** Has given the baton away at a wait that is not over; of its own thread. */
        boolean waited;

        @Nullable
        Throwable thrown;

        Fiber(Runnable work) {
            thread = Thread.ofVirtual().name("botmesh-rehearsed").unstarted(() -> {
                go.acquireUninterruptibly();
                try {
                    work.run();
                } catch (Throwable broken) {
                    thrown = broken;
                } finally {
                    state = State.ENDED;
                    back.release();
                }
            });
        }
    }

    /** Those that have not ended, in the order of their start. */
    private final List<Fiber> fibers = new ArrayList<>();

    private final Map<Thread, Fiber> byThread = new ConcurrentHashMap<>();
    private final ArrayDeque<Fiber> due = new ArrayDeque<>();
    /** Has the baton; null for the owner. */
    private volatile @Nullable Fiber current;

    private final Semaphore back = new Semaphore(0);

    // ---- for the owner ----------------------------------------------------------------------------------------------

    /** A thread for this. It does not run yet. */
    void start(Runnable work) {
        var fiber = new Fiber(work);
        fibers.add(fiber);
        byThread.put(fiber.thread, fiber);
        due.add(fiber);
        fiber.thread.start();
    }

    @Override
    public void aside(Runnable what) {
        start(what);
    }

    boolean isOwners() {
        return current == null;
    }

    /** Whether the calling thread has it, and is not the owner. */
    boolean isTurns() {
        var self = current;
        return self != null && Thread.currentThread().equals(self.thread);
    }

    /** Lets all that need not be chosen go on, one after the other. Says whether there was any. */
    boolean settle() {
        boolean any = false;
        for (var fiber = due.poll(); fiber != null; fiber = due.poll()) {
            resume(fiber);
            any = true;
        }
        return any;
    }

    /** How many are ready for their next step. */
    int ready() {
        return (int) fibers.stream().filter(fiber -> fiber.state == State.READY).count();
    }

    /** Lets one of those take its step. */
    void step(int which) {
        resume(fibers.stream()
                .filter(fiber -> fiber.state == State.READY)
                .skip(which)
                .findFirst()
                .orElseThrow());
    }

    private void resume(Fiber fiber) {
        fiber.state = State.DUE;
        current = fiber;
        fiber.go.release();
        back.acquireUninterruptibly();
        current = null;
        if (fiber.state != State.ENDED) return;
        fibers.remove(fiber);
        byThread.remove(fiber.thread);
        if (fiber.thrown instanceof Error error) throw error;
        if (fiber.thrown instanceof RuntimeException exception) throw exception;
    }

    // ---- for the thread that has it ---------------------------------------------------------------------------------

    /** Returns when the calling thread is chosen. */
    void awaitStep() {
        var self = current;
        if (self == null) throw new IllegalStateException("not the thread of a handler");
        self.state = State.READY;
        back.release();
        self.go.acquireUninterruptibly();
    }

    @Override
    public void waits() {
        var self = current;
        if (self == null
                || self.state == State.WAITING
                || !Thread.currentThread().equals(self.thread)) return;
        self.state = State.WAITING;
        self.waited = true;
        back.release();
    }

    @Override
    public void woken(Turn<?> turn) {
        var fiber = turn.thread == null ? null : byThread.get(turn.thread);
        if (fiber == null || fiber.state != State.WAITING) return;
        fiber.state = State.READY; // it goes on with the user's code, so it is chosen
    }

    @Override
    public void goesOn() {
        var self = byThread.get(Thread.currentThread());
        if (self == null || !self.waited) return;
        self.waited = false;
        self.go.acquireUninterruptibly();
    }
}
