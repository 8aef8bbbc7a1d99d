package io.botmesh.cli;

import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.Link;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Sharing;
import io.botmesh.mesh.NodeOptions.Waiting;
import io.botmesh.mesh.NodeStatistics;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.Overflow;
import io.botmesh.store.JdbcNodeStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * One sending process of the demo. Counts its files and sends the counts, a message for each file, more for one with very many
 * words. Killed and started again, it goes on with the message after the last that its store holds.
 */
@Command(name = "demo-node", hidden = true, description = "A node of the demo; started by the demo itself.")
final class DemoNodeCommand implements Callable<Integer> {
    /** What its messages are about. */
    static final String SUBJECT = "counts";

    /** Past this much in the outbox a node counts no further until some of it is posted. */
    private static final long OUTBOX_BYTES = 1 << 20;

    private static final Duration REPORT = Duration.ofMillis(200);

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Parameters(paramLabel = "CONFIG")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path configFile;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = botmesh.terminal();
        ParentWatch parent = ParentWatch.start(terminal.in());
        NodeConfig config = NodeConfig.parse(Files.readString(configFile));
        var view = DemoMesh.view(config.folder(), config.name());
        try (var mesh = Mesh.of(view, URI.create(config.api()));
                var store = JdbcNodeStore.open(config.folder().resolve(config.name() + ".db"), config.name())) {
            // What a killed process has left: it goes out first, again or for the first time.
            long unposted = count(store, Kind.PACKET);
            long pending = bytes(store, Kind.MESSAGE);
            try (var node = new Node(mesh.setup(store).withOptions(options(config))).start()) {
                Link link = node.link(DemoMesh.READER);
                var ready = new LinkedHashMap<String, Object>();
                ready.put("event", "ready");
                ready.put("sent", link.sent());
                ready.put("unposted", unposted);
                ready.put("pending_bytes", pending);
                terminal.print(Json.write(ready));
                var reports = Thread.ofVirtual().name("reports").start(() -> report(terminal, node));
                send(config, link);
                if (config.until() < config.files().size()) parent.await("never");
                node.drain().get();
                reports.interrupt();
                reports.join();
                terminal.print(line("drained", node));
            }
        }
        return ExitCodes.OK;
    }

    static NodeOptions options(NodeConfig config) {
        var defaults = NodeOptions.defaults();
        return defaults.withOutbox(new Waiting(
                        OUTBOX_BYTES, Overflow.BLOCK, defaults.outbox().messageBytes()))
                .withLanes(new Sharing(LaneLimits.PAPER, new LaneShare.Part(config.holders(), config.position())))
                .withTextOnly(config.textOnly());
    }

    private static long count(NodeStore store, Kind kind) {
        var count = new AtomicLong();
        store.each(kind, entry -> count.incrementAndGet());
        return count.get();
    }

    private static long bytes(NodeStore store, Kind kind) {
        var bytes = new AtomicLong();
        store.each(kind, entry -> bytes.addAndGet(entry.value().length));
        return bytes.get();
    }

    private static void send(NodeConfig config, Link link) throws IOException, InterruptedException {
        long held = link.sent();
        var number = new long[1];
        for (Path file : config.files().subList(0, config.until())) {
            try (var in = Files.newInputStream(file)) {
                // The same file gives the same parts, so what an earlier process has sent is known by number.
                WordCount.count(file, in, counts -> {
                    if (number[0]++ < held) return;
                    link.send(SUBJECT, new CountMessage(now(), counts).encode());
                });
            } catch (IOException broken) {
                throw CommandException.failed("cannot read " + file + " (" + IoReason.of(broken) + ")", broken);
            }
        }
    }

    /** Microseconds since 1970. */
    static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void report(Terminal terminal, Node node) {
        try {
            while (true) {
                Thread.sleep(REPORT);
                terminal.print(line("progress", node));
            }
        } catch (InterruptedException done) {
            // The last line is the other thread's.
        } catch (ExecutionException stopped) {
            // The main thread hears of it, too.
        }
    }

    private static String line(String event, Node node) throws InterruptedException, ExecutionException {
        NodeStatistics statistics = node.statistics().get();
        var line = new LinkedHashMap<String, Object>();
        line.put("event", event);
        line.put("sent", node.link(DemoMesh.READER).sent());
        line.put("posts", statistics.texts());
        line.put("documents", statistics.documents());
        if (!Double.isNaN(statistics.fill())) line.put("fill", statistics.fill());
        return Json.write(line);
    }
}
