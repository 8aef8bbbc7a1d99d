package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.mesh.Initiator;
import io.botmesh.mesh.InitiatorOptions;
import io.botmesh.mesh.InitiatorStatistics;
import io.botmesh.mesh.LaneShare;
import io.botmesh.store.JdbcOutbox;
import io.botmesh.store.SqliteDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * One sending process of the demo. Counts its files and sends the counts, a message for each file, more for one with very many
 * words. Killed and started again, it goes on with the message after the last that its outbox holds.
 */
@Command(name = "demo-node", hidden = true, description = "A node of the demo; started by the demo itself.")
final class DemoNodeCommand implements Callable<Integer> {
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
    public Integer call() throws IOException, InterruptedException {
        Terminal terminal = botmesh.terminal();
        ParentWatch parent = ParentWatch.start(terminal.in());
        NodeConfig config = NodeConfig.parse(Files.readString(configFile));
        var api = ApiOptions.defaults().withBase(URI.create(config.api()));
        var options = InitiatorOptions.of(
                        ChatId.of(config.channel()),
                        config.writers().stream().map(BotToken::parse).toList())
                .withNode(config.name())
                .withShare(new LaneShare.Part(config.holders(), config.position()))
                .withTextOnly(config.textOnly())
                .withOutboxBytes(OUTBOX_BYTES);
        try (var transport = new JettyTransport();
                var database = SqliteDatabase.open(config.outbox());
                var outbox = new JdbcOutbox(database)) {
            // What a killed process has left: it goes out first, again or for the first time.
            int unposted = outbox.unposted().size();
            long pending = outbox.pendingBytes();
            try (var initiator = Initiator.open(options, token -> new BotApi(api, token, transport), outbox)) {
                var ready = new LinkedHashMap<String, Object>();
                ready.put("event", "ready");
                ready.put("sent", initiator.sent());
                ready.put("unposted", unposted);
                ready.put("pending_bytes", pending);
                terminal.print(Json.write(ready));
                var reports = Thread.ofVirtual().name("reports").start(() -> report(terminal, initiator));
                send(config, initiator);
                if (config.until() < config.files().size()) parent.await("never");
                initiator.drain();
                reports.interrupt();
                reports.join();
                terminal.print(line("drained", initiator));
            }
        }
        return ExitCodes.OK;
    }

    private static void send(NodeConfig config, Initiator initiator) throws IOException, InterruptedException {
        long held = initiator.sent();
        var number = new long[1];
        for (Path file : config.files().subList(0, config.until())) {
            try (var in = Files.newInputStream(file)) {
                // The same file gives the same parts, so what an earlier process has sent is known by number.
                WordCount.count(file, in, counts -> {
                    if (number[0]++ < held) return;
                    initiator.send(new CountMessage(now(), counts).encode());
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

    private static void report(Terminal terminal, Initiator initiator) {
        try {
            while (true) {
                Thread.sleep(REPORT);
                terminal.print(line("progress", initiator));
            }
        } catch (InterruptedException done) {
            // The last line is the other thread's.
        }
    }

    private static String line(String event, Initiator initiator) {
        InitiatorStatistics statistics = initiator.statistics();
        var line = new LinkedHashMap<String, Object>();
        line.put("event", event);
        line.put("sent", initiator.sent());
        line.put("posts", statistics.posts());
        line.put("documents", statistics.documents());
        if (!Double.isNaN(statistics.fill())) line.put("fill", statistics.fill());
        return Json.write(line);
    }
}
