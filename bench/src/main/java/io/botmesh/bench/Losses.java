package io.botmesh.bench;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Kills a bot while it is at work, starts it again, and counts what neither process has handled. */
final class Losses {
    private static final long HANDLER_MILLIS = 1_000;
    /** For those that never work at so many at once. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How long nothing has to be said until nothing more is to be expected. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Updates that come after the second start. */
    private static final int MORE = 100;

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private Losses() {}

    static Figure.Row measure(List<Peer> peers, int inFlight) throws IOException, InterruptedException {
        int waiting = 10 * inFlight;
        // One server: whatever is left of one peer's updates would be an error.
        try (var server = Child.startOn(Consumers.SERVER_CPU, UpdateServer.class)) {
            var port = server.answer();
            var seen = new StringBuilder();
            for (var peer : peers) {
                if (!seen.isEmpty()) seen.append("; ");
                seen.append(lost(peer, port, server, waiting, inFlight));
            }
            return new Figure.Row(
                    String.format(
                            Locale.ROOT,
                            "killed with %,d handlers at work, or after 2 s, while %,d updates come; started again: lost, and handled "
                                    + "twice; %s",
                            inFlight,
                            waiting,
                            peers.stream().map(Peer::name).collect(Collectors.joining("; "))),
                    "the first two lose 0",
                    seen.toString());
        }
    }

    private static String lost(Peer peer, String port, Child server, int waiting, int inFlight)
            throws IOException, InterruptedException {
        server.ask("more " + waiting);
        var first = new Heard();
        try (var child = peer.start().start(port, "slow", HANDLER_MILLIS)) {
            var ear = first.to(child);
            long limit = System.nanoTime() + LIMIT_NANOS;
            while (first.begun.isEmpty()) pause(limit, peer);
            long patience = System.nanoTime() + PATIENCE_NANOS * inFlight / 500;
            while (first.begun.size() < inFlight && System.nanoTime() < patience) pause(limit, peer);
            child.kill();
            ear.join(); // what it had said
        }
        var second = new Heard();
        try (var child = peer.start().start(port, "slow", 0)) {
            var ear = second.to(child);
            // So that each has something to say, and it is seen that it has started.
            server.ask("more " + MORE);
            long limit = System.nanoTime() + LIMIT_NANOS;
            while (second.begun.isEmpty()
                    || server.askNumber("left") > 0
                    || System.nanoTime() - second.last < QUIET_NANOS) pause(limit, peer);
            child.kill();
            ear.join();
        }
        var handled = new HashSet<>(first.done);
        handled.addAll(second.done);
        int twice = first.done.size() + second.done.size() - handled.size();
        return String.format(Locale.ROOT, "%,d, %,d", waiting + MORE - handled.size(), twice);
    }

    private static void pause(long limit, Peer peer) throws IOException {
        if (System.nanoTime() > limit) throw new IOException(peer.name() + " does not come to an end");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }

    /** What a process has said. */
    private static final class Heard {
        final Set<String> begun = ConcurrentHashMap.newKeySet();
        final Set<String> done = ConcurrentHashMap.newKeySet();
        volatile long last = System.nanoTime();

        Thread to(Child child) {
            return Thread.startVirtualThread(() -> {
                try {
                    for (var line = child.line(); line != null; line = child.line()) {
                        last = System.nanoTime();
                        var words = line.split(" ", -1);
                        switch (words[0]) {
                            case "begun" -> begun.add(words[1]);
                            case "done" -> done.add(words[1]);
                            default -> System.err.println(line);
                        }
                    }
                } catch (IOException ended) {
                    // It was killed.
                }
            });
        }
    }
}
