package io.botmesh.cli;

import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Messages of a command, each until it is as far as it is to come. */
final class OnTheWay {
    private final Node node;
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private int all;

    /** @param node that sends them */
    OnTheWay(Node node) {
        this.node = node;
    }

    /** Sends a message; the future says that it is there. */
    interface Send {
        CompletableFuture<Void> line(byte[] bytes) throws InterruptedException;
    }

    /** One more; fails if an earlier one has. */
    void add(CompletableFuture<Void> one) throws ExecutionException, InterruptedException {
        waiting.add(one);
        all++;
        while (!waiting.isEmpty() && waiting.getFirst().isDone())
            waiting.removeFirst().get();
    }

    /** Sends each line of standard input. Whoever writes it may keep silent for long: then a node that stops ends the wait. */
    void addLines(Terminal terminal, Send send) throws ExecutionException, InterruptedException {
        var read = new CompletableFuture<Void>();
        Thread.ofPlatform().daemon().name("lines").start(() -> {
            try {
                readLines(terminal, send);
                read.complete(null);
            } catch (ExecutionException failed) {
                read.completeExceptionally(failed.getCause());
            } catch (Exception | Error failed) {
                read.completeExceptionally(failed);
            }
        });
        Alive.await(node, read);
    }

    private void readLines(Terminal terminal, Send send) throws IOException, ExecutionException, InterruptedException {
        var lines = new LineInput(
                new NamedInput("standard input", terminal.in()),
                NodeOptions.defaults().outbox().messageBytes());
        for (byte[] line = lines.next(); line != null; line = lines.next()) add(send.line(line));
    }

    /**
     * Waits for all of them.
     *
     * @param level how far they are to come, for people
     * @return how many they were
     * @throws CommandException if that takes longer
     */
    int await(int seconds, String level) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try {
            for (var one : waiting) one.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw CommandException.failed(
                    "not all is " + level + " after " + seconds
                            + " s; what is not posted goes out when this node runs again",
                    late);
        }
        return all;
    }
}
