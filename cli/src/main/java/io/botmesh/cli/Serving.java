package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets a node run until a signal, until it has had so many messages, or until it stops by itself. Close it after the node. */
final class Serving implements AutoCloseable {
    /** How long its peers are told that their messages are handled, before it ends. */
    private static final long SETTLE_SECONDS = 5;

    private final CountDownLatch end = new CountDownLatch(1);
    private final StopSignal signal = StopSignal.open(end::countDown);
    private final @Nullable Integer most;
    private final AtomicInteger had = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    private Serving(@Nullable Integer most) {
        this.most = most;
    }

    /** @param most messages, null for any number */
    static Serving until(@Nullable Integer most) {
        if (most != null && most < 1) throw CommandException.wrongUse("--count is at least 1, not " + most);
        return new Serving(most);
    }

    /** One more message is handled, or as good as. */
    void count() {
        if (had.incrementAndGet() >= (most == null ? Integer.MAX_VALUE : most)) end.countDown();
    }

    /** What is done with one message or file. */
    interface Step {
        void take() throws Exception;
    }

    /**
     * Takes one more and counts it, if it is one of those that are wanted; one that fails leaves its place to another one.
     *
     * @throws MeshException.Left if it is for the next run
     */
    void take(Step step) throws Exception {
        int all = most == null ? Integer.MAX_VALUE : most;
        if (begun.getAndUpdate(now -> now < all ? now + 1 : now) >= all) throw new MeshException.Left();
        try {
            step.take();
        } catch (Throwable failed) {
            begun.decrementAndGet();
            throw failed;
        }
        count();
    }

    /** There is nothing to wait for any more. */
    void end() {
        end.countDown();
    }

    /** Waits for the end, and lets peers know what was handled. */
    int await(Node node) throws Exception {
        var unused = node.stopped().whenComplete((done, broken) -> end());
        end.await();
        signal.giveUp();
        try {
            if (node.stopped().isDone()) node.stopped().get();
            else node.settle().get(SETTLE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException broken) {
            throw broken.getCause() instanceof Exception known ? known : broken;
        } catch (TimeoutException busy) {
            // They ask the next process.
        }
        return ExitCodes.OK;
    }

    @Override
    public void close() {
        signal.close();
    }
}
