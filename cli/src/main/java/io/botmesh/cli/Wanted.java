package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** So many messages and files, and no more. */
final class Wanted {
    private final @Nullable Integer most;
    private final CountDownLatch enough = new CountDownLatch(1);
    private final Runnable had;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    /** What is done with one message or file. */
    interface Step {
        void take() throws Exception;
    }

    /**
     * @param most null for any number
     * @param had  hears when there were so many
     */
    Wanted(@Nullable Integer most, Runnable had) {
        if (most != null && most < 1) throw CommandException.wrongUse("--count is at least 1, not " + most);
        this.most = most;
        this.had = had;
    }

    /** One more is handled, or as good as. */
    void count() {
        if (done.incrementAndGet() < all()) return;
        enough.countDown();
        had.run();
    }

    private int all() {
        return most == null ? Integer.MAX_VALUE : most;
    }

    /**
     * Takes one more and counts it, if it is one of those that are wanted; one that fails leaves its place to another one.
     *
     * @throws MeshException.Left if it is for the next run
     */
    void take(Step step) throws Exception {
        int all = all();
        if (begun.getAndUpdate(now -> now < all ? now + 1 : now) >= all) throw new MeshException.Left();
        try {
            step.take();
        } catch (Throwable failed) {
            begun.decrementAndGet();
            throw failed;
        }
        count();
    }

    /**
     * Waits until there were so many; not at all for any number.
     *
     * @throws CommandException if that takes longer
     */
    void await(int seconds) throws InterruptedException {
        if (most != null && !enough.await(seconds, TimeUnit.SECONDS))
            throw CommandException.failed(done + " of " + most + " messages and files came within " + seconds + " s");
    }
}
