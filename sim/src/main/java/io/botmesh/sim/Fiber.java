package io.botmesh.sim;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Blocking code of a program. It has a thread of its own, which runs only while the simulation stands and waits for it: so the two are one
 * after the other, in an order that the simulation decides.
 */
final class Fiber {
    /** What is to be run. */
    interface Code {
        void run(Fiber self) throws InterruptedException;
    }

    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private final Thread thread;
    private @Nullable Throwable broken;
    private boolean over;
    private boolean killed;

    Fiber(String name, Code code) {
        thread = Thread.ofVirtual().name(name).unstarted(() -> {
            go.acquireUninterruptibly();
            try {
                if (!killed) code.run(this);
            } catch (InterruptedException dying) {
                // its process is dead
            } catch (Throwable unexpected) {
                broken = unexpected;
            } finally {
                over = true;
                back.release();
            }
        });
        thread.start();
    }

    // --- for the simulation

    boolean isOver() {
        return over;
    }

    /** Lets it go on until it waits, or ends. */
    void resume() {
        if (over) return;
        go.release();
        back.acquireUninterruptibly();
        if (broken != null) throw new IllegalStateException(thread.getName() + " broke", broken);
    }

    /** Its process dies: it waits for nothing any more, and ends. */
    void kill() {
        killed = true;
        while (!over) resume();
    }

    // --- for its own code

    /**
     * Waits until something else than this thread completes the future.
     *
     * @param resume plans that {@link #resume} is called, not at once
     * @throws InterruptedException when the process dies
     */
    <T> T await(CompletableFuture<T> future, Runnable resume) throws InterruptedException {
        var unused = future.handle((result, failure) -> {
            resume.run();
            return true;
        });
        while (!future.isDone()) {
            back.release();
            go.acquireUninterruptibly();
            if (killed) throw new InterruptedException("the process dies");
        }
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) throw known;
            throw new IllegalStateException(failed.getCause());
        }
    }
}
