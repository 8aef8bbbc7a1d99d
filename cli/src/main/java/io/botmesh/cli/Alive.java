package io.botmesh.cli;

import io.botmesh.mesh.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what only a node that runs can bring. */
final class Alive {
    private Alive() {}

    /**
     * Waits until something is there.
     *
     * @throws ExecutionException with what kept it from coming, or what broke the node
     * @throws CommandException   if the node has stopped otherwise
     */
    static void await(Node node, CompletableFuture<?> there) throws ExecutionException, InterruptedException {
        CompletableFuture.anyOf(there, node.stopped()).get();
        check(there);
    }

    /**
     * The same, but not for ever.
     *
     * @throws TimeoutException if that takes longer
     */
    static void await(Node node, CompletableFuture<?> there, int seconds)
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture.anyOf(there, node.stopped()).get(seconds, TimeUnit.SECONDS);
        check(there);
    }

    private static void check(CompletableFuture<?> there) {
        if (!there.isDone()) throw CommandException.failed("the node has stopped");
    }
}
