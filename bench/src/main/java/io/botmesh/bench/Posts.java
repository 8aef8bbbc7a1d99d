package io.botmesh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests of a webhook at a steady rate over connections that stay open. What each took is counted from when it was due, so
 * that one which had to wait for a connection is not faster for that.
 */
final class Posts implements AutoCloseable {
    /** What was answered: how many times 200 and 503, and their sorted nanoseconds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answers(long[] accepted, long[] refused) {
        double share503() {
            return (double) refused.length / (accepted.length + refused.length);
        }
    }

    /** As many as the server that sends updates opens at most, unless it is told otherwise, and some. */
    private static final int CONNECTIONS = 50;

    private final List<Connection> connections = new ArrayList<>();
    private long nextId = Updates.FIRST_ID;

    Posts(int port) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) connections.add(new Connection(port));
    }

    Answers send(int count, int perSecond) throws IOException {
        long first = nextId;
        nextId += count;
        var took = new long[count];
        var statuses = new int[count];
        var next = new AtomicInteger();
        long begun = System.nanoTime();
        var done = new ArrayList<CompletableFuture<Void>>();
        for (var connection : connections) {
            done.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            long due = begun + i * 1_000_000_000L / perSecond;
                            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime())
                                LockSupport.parkNanos(left);
                            statuses[i] = post(connection, first + i);
                            took[i] = System.nanoTime() - due;
                        }
                    },
                    Thread::startVirtualThread));
        }
        try {
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException failed) {
            throw new IOException(failed.getCause());
        }
        return new Answers(of(200, statuses, took), of(503, statuses, took));
    }

    private static int post(Connection connection, long id) {
        var head = "POST " + HookedBot.PATH
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: "
                + HookedBot.SECRET + "\r\nContent-Type: application/json\r\nContent-Length: "
                + Updates.BYTES + "\r\n\r\n";
        var request = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + Updates.BYTES);
        Updates.write(request, head.length(), id, 0);
        try {
            int status = connection.status(request);
            if (status != 200 && status != 503) throw new IOException("answered with " + connection.head());
            return status;
        } catch (IOException failed) {
            throw new CompletionException(failed);
        }
    }

    private static long[] of(int status, int[] statuses, long[] took) {
        var some = new long[took.length];
        int count = 0;
        for (int i = 0; i < took.length; i++) if (statuses[i] == status) some[count++] = took[i];
        var sorted = Arrays.copyOf(some, count);
        Arrays.sort(sorted);
        return sorted;
    }

    @Override
    public void close() throws IOException {
        for (var connection : connections) connection.close();
    }
}
