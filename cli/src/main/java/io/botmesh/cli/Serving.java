package io.botmesh.cli;

import io.botmesh.mesh.Node;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Lets a node run until a signal, until it has had so many messages, or until it stops by itself. Close it after the node. */
final class Serving implements AutoCloseable {
    /** How long its peers are told that their messages are handled, before it ends. */
    private static final long SETTLE_SECONDS = 5;

    private final CountDownLatch end = new CountDownLatch(1);
    private final Wanted wanted;
    private final StopSignal signal;

    private Serving(@Nullable Integer most) {
        wanted = new Wanted(most, end::countDown); // its mistakes first
        signal = StopSignal.open(end::countDown);
    }

    /** @param most messages, null for any number */
    static Serving until(@Nullable Integer most) {
        return new Serving(most);
    }

    /** As {@link StopSignal#guard}. */
    int guard(Terminal terminal, Callable<Integer> rest) throws Exception {
        return signal.guard(terminal, rest);
    }

    /** One more message is handled, or as good as. */
    void count() {
        wanted.count();
    }

    /** As {@link Wanted#take}. */
    void take(Wanted.Step step) throws Exception {
        wanted.take(step);
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
        settle(node);
        return ExitCodes.OK;
    }

    /** Lets peers know what was handled, or says why the node has stopped. */
    static void settle(Node node) throws Exception {
        try {
            if (node.stopped().isDone()) node.stopped().get();
            else node.settle().get(SETTLE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException broken) {
            throw broken.getCause() instanceof Exception known ? known : broken;
        } catch (TimeoutException busy) {
            // They ask the next process.
        }
    }

    @Override
    public void close() {
        signal.close();
    }
}
