package io.botmesh.cli;

import io.botmesh.cli.LinkCommand.Until;
import io.botmesh.mesh.Link;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeStatistics;
import io.botmesh.mesh.Receipt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A file to a peer, as an object: what has been handed to the node is in its store, and goes on with its next process. */
final class ObjectSending {
    private static final long TICK_MILLIS = 200;

    private final Botmesh botmesh;
    private final NodePlace.Source node;
    private final String peer;
    private final Until until;
    private final Duration patience;

    /**
     * To a peer of a node.
     *
     * @param peer     name of the peer, as the node knows it
     * @param patience how long nothing may come of it
     */
    ObjectSending(Botmesh botmesh, NodePlace.Source node, String peer, Until until, Duration patience) {
        this.botmesh = botmesh;
        this.node = node;
        this.peer = peer;
        this.until = until;
        this.patience = patience;
    }

    /** What a file was when it was looked at. */
    private record Seen(long size, FileTime changed) {
        static Seen of(Path file) throws IOException {
            return new Seen(Files.size(file), Files.getLastModifiedTime(file));
        }
    }

    /**
     * Sends the file until the peer has it as far as was asked for.
     *
     * @param handlers of the node, before it starts
     * @param late     what to do when nothing comes of it
     */
    int send(Path file, String name, Consumer<Node> handlers, String late) throws Exception {
        return node.run(handlers, running -> send(running, file, name, late));
    }

    private int send(Node running, Path file, String name, String late) throws Exception {
        Link link = running.link(peer);
        Seen before = Seen.of(file);
        var sent = new CompletableFuture<Void>();
        Thread putting = Thread.ofVirtual().name("put").start(() -> put(link, name, file, sent));
        try {
            await(running, sent, late);
        } finally {
            putting.interrupt();
            putting.join();
        }
        if (!Seen.of(file).equals(before))
            throw CommandException.failed(
                    file + " has changed while it was sent, so the peer refuses it; send it again");
        report(running, file, name, before.size);
        return ExitCodes.OK;
    }

    private void put(Link link, String name, Path file, CompletableFuture<Void> sent) {
        try {
            Receipt receipt = link.put(name, file);
            var unused = until.of(receipt).whenComplete((done, why) -> {
                if (why == null) sent.complete(null);
                else sent.completeExceptionally(why);
            });
        } catch (Exception | Error broken) {
            sent.completeExceptionally(broken);
        }
    }

    /** Waits as long as something comes of it. */
    private void await(Node running, CompletableFuture<Void> sent, String late) throws Exception {
        var progress = new Progress(botmesh.terminal(), Boolean.getBoolean("botmesh.tty"), System::nanoTime);
        long moved = System.nanoTime();
        long before = -1;
        try {
            while (true) {
                try {
                    sent.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException onItsWay) {
                    NodeStatistics now = running.statistics().get();
                    long waiting = now.waitingBytes().getOrDefault(peer, 0L);
                    long moves = now.texts() + now.documents() + now.received();
                    if (moves != before) moved = System.nanoTime();
                    before = moves;
                    if (System.nanoTime() - moved > patience.toNanos())
                        throw CommandException.failed("the file is not " + until.word() + " at " + peer
                                + ", and nothing has come of it for " + patience.toSeconds() + " s; " + late);
                    progress.show(String.format(
                            Locale.ROOT,
                            "%,d posts and %,d documents sent, %,d bytes wait",
                            now.texts(),
                            now.documents(),
                            waiting));
                }
            }
        } finally {
            progress.clear();
        }
    }

    private void report(Node running, Path file, String name, long size) throws Exception {
        NodeStatistics done = running.statistics().get();
        var terminal = botmesh.terminal();
        try {
            if (!botmesh.json()) {
                terminal.print(String.format(
                        Locale.ROOT,
                        "sent %,d bytes to %s in %,d posts and %,d documents",
                        size,
                        peer,
                        done.texts(),
                        done.documents()));
                return;
            }
            var json = new LinkedHashMap<String, Object>();
            json.put("to", peer);
            json.put("name", name);
            json.put("length", size);
            var digest = Digests.sha256();
            try (InputStream in = Files.newInputStream(file)) {
                var buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
            }
            json.put("sha256", Digests.hex(digest));
            json.put("until", until.word());
            json.put("posts", done.texts());
            json.put("documents", done.documents());
            json.put("retried_429", done.refused429());
            terminal.print(Json.write(json));
        } catch (CommandException unheard) {
            throw CommandException.failed("the file is sent, but " + unheard.message(), unheard);
        }
    }
}
