package io.botmesh.cli;

import io.botmesh.cli.LinkCommand.Until;
import io.botmesh.mesh.Link;
import io.botmesh.mesh.MeshException;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A file to a peer, as an object: what has been handed to the node is in its store, and goes on with its next process. */
final class ObjectSending {
    private static final long TICK_MILLIS = 200;

    private final Botmesh botmesh;
    private final NodePlace place;
    private final String sender;
    private final String peer;
    private final Until until;
    private final Duration patience;
    private final boolean textOnly;

    ObjectSending(
            Botmesh botmesh,
            NodePlace place,
            String sender,
            String peer,
            Until until,
            Duration patience,
            boolean textOnly) {
        this.botmesh = botmesh;
        this.place = place;
        this.sender = sender;
        this.peer = peer;
        this.until = until;
        this.patience = patience;
        this.textOnly = textOnly;
    }

    /** What a file was when it was looked at. */
    private record Seen(long size, FileTime changed) {
        static Seen of(Path file) throws IOException {
            return new Seen(Files.size(file), Files.getLastModifiedTime(file));
        }
    }

    /** Sends the file until the peer has it as far as was asked for. */
    int send(Path file, String name) throws Exception {
        var terminal = botmesh.terminal();
        return place.run(
                terminal,
                sender,
                until.level(),
                options -> options.withTextOnly(textOnly),
                running -> running.handle(">", message -> {
                    throw new IllegalStateException(
                            "'botmesh send' takes no messages; run 'botmesh quasi " + sender + "'");
                }),
                running -> send(running, file, name));
    }

    private int send(Node running, Path file, String name) throws Exception {
        Link link = running.link(peer);
        if (!link.isKnown()) throw CommandException.wrongUse("there is no peer " + peer);
        Seen before = Seen.of(file);
        var sent = new CompletableFuture<Void>();
        Thread putting = Thread.ofVirtual().name("put").start(() -> put(link, name, file, sent));
        try {
            await(running, sent);
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
    private void await(Node running, CompletableFuture<Void> sent) throws Exception {
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
                    if (System.nanoTime() - moved > patience.toNanos()) throw late();
                    progress.show(String.format(
                            Locale.ROOT,
                            "%,d posts and %,d documents sent, %,d bytes wait",
                            now.texts(),
                            now.documents(),
                            waiting));
                }
            }
        } catch (ExecutionException failed) {
            throw told(failed);
        } finally {
            progress.clear();
        }
    }

    private CommandException late() {
        return CommandException.failed("the file is not " + until.name().toLowerCase(Locale.ROOT) + " at " + peer
                + ", and nothing has come of it for " + patience.toSeconds()
                + " s; the same command goes on where this one ends");
    }

    private Exception told(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IllegalArgumentException wrong -> CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
            case MeshException.Unanswered never ->
                CommandException.wrongUse(
                        peer + " cannot write to this node, so nobody learns what it has: take --until posted", never);
            case Exception known -> known;
            case null, default -> failed;
        };
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
            json.put("until", until.name().toLowerCase(Locale.ROOT));
            json.put("posts", done.texts());
            json.put("documents", done.documents());
            json.put("retried_429", done.refused429());
            terminal.print(Json.write(json));
        } catch (CommandException unheard) {
            throw CommandException.failed("the file is sent, but " + unheard.message(), unheard);
        }
    }
}
