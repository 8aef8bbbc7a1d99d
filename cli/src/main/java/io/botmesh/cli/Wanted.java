package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** So many messages and files, and no more. */
final class Wanted {
    private final @Nullable Integer most;
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
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
        enough.complete(null);
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
     * Waits until a node has had so many; not at all for any number.
     *
     * @throws CommandException if that takes longer
     */
    void await(Node node, int seconds) throws ExecutionException, InterruptedException {
        if (most == null) return;
        try {
            Alive.await(node, enough, seconds);
        } catch (TimeoutException late) {
            throw CommandException.failed(
                    done + " of " + most + " messages and files came within " + seconds + " s", late);
        }
    }
}
