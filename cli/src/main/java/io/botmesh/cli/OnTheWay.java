package io.botmesh.cli;

import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Messages of a command, each until it is as far as it is to come. Listens to the node that sends them, from before its start. */
final class OnTheWay implements Consumer<NodeEvent> {
    private final int seconds;
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private final Semaphore hand = new Semaphore(1); // whose a message is that is being taken
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicLong news = new AtomicLong(); // of the disk
    private final CompletableFuture<String> stuck = new CompletableFuture<>(); // why

    /** @param seconds how long somebody waits when there is nothing more to give, or no disk that takes it */
    OnTheWay(int seconds) {
        this.seconds = seconds;
    }

    @Override
    public void accept(NodeEvent event) {
        switch (event) {
            case NodeEvent.StoreFails fails -> {
                long now = news.incrementAndGet();
                CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> {
                    if (news.get() == now) stuck.complete(fails.why());
                });
            }
            case NodeEvent.StoreWorks again -> news.incrementAndGet();
            default -> {}
        }
    }

    /** Sends a message; the future says that it is there. */
    interface Send {
        CompletableFuture<Void> line(byte[] bytes) throws InterruptedException;
    }

    /** Gives the node what there is to give. */
    private interface Giving {
        void run() throws Exception;
    }

    /** Sends one message. */
    void add(Node node, Callable<CompletableFuture<Void>> one) throws ExecutionException, InterruptedException {
        give(node, () -> take(one));
    }

    /** Sends each line of standard input. Whoever writes it may keep silent for long: then a node that stops ends the wait. */
    void addLines(Node node, Terminal terminal, Send send) throws ExecutionException, InterruptedException {
        give(node, () -> {
            var lines = new LineInput(
                    new NamedInput("standard input", terminal.in()),
                    NodeOptions.defaults().outbox().messageBytes());
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                byte[] bytes = line;
                take(() -> send.line(bytes));
            }
        });
    }

    /** One more; fails if an earlier one has. */
    private void take(Callable<CompletableFuture<Void>> one) throws Exception {
        hand.acquire();
        try {
            waiting.add(one.call());
            all.incrementAndGet();
        } finally {
            hand.release();
        }
        while (!waiting.isEmpty() && waiting.getFirst().isDone())
            waiting.removeFirst().get();
    }

    private void give(Node node, Giving giving) throws ExecutionException, InterruptedException {
        var given = new CompletableFuture<Void>();
        Thread.ofPlatform().daemon().name("lines").start(() -> {
            try {
                giving.run();
                given.complete(null);
            } catch (ExecutionException failed) {
                given.completeExceptionally(failed.getCause());
            } catch (Exception | Error failed) {
                given.completeExceptionally(failed);
            }
        });
        // What it is being given then it has taken, or takes no more.
        CompletableFuture<Void> closing = stuck.thenAccept(why -> node.close());
        try {
            Alive.await(node, given);
        } catch (CommandException | ExecutionException ended) {
            if (!stuck.isDone()) throw ended;
            hand.acquire();
            throw CommandException.failed(
                    "nothing could be written for " + seconds + " s: " + stuck.join() + "; the first " + all
                            + " messages are taken and go out when this node runs again, give it the others then",
                    ended);
        } finally {
            closing.cancel(false);
        }
    }

    /**
     * Waits for all of them.
     *
     * @param level how far they are to come, for people
     * @return how many they were
     * @throws CommandException if that takes longer
     */
    int await(String level) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try {
            for (var one : waiting) one.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw CommandException.failed(
                    "not all is " + level + " after " + seconds
                            + " s; what is not posted goes out when this node runs again",
                    late);
        }
        return all.get();
    }
}
