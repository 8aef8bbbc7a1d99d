package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.mesh.QuasiOptions;
import io.botmesh.mesh.QuasiServer;
import io.botmesh.mesh.QuasiStatistics;
import io.botmesh.store.JdbcInbox;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The reading process of the demo: a quasi-server that adds the counts it gets to a table. */
@Command(name = "demo-reader", hidden = true, description = "The reader of the demo; started by the demo itself.")
final class DemoReaderCommand implements Callable<Integer> {
    private static final long REPORT_MILLIS = 100;

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
        ReaderConfig config = ReaderConfig.parse(Files.readString(configFile));
        var options = QuasiOptions.defaults().withChannel(config.channel());
        var api = ApiOptions.defaults().withBase(URI.create(config.api()));
        BotToken token = BotToken.parse(config.token());
        try (var database = SqliteDatabase.open(config.database());
                var bot = new BotApi(api, token);
                var journal = JdbcJournal.ofUpdates(database, token);
                var inbox = new JdbcInbox(database)) {
            CountTable.create(database);
            long before = CountTable.messages(database);
            var handler = inbox.transactional((message, handle) -> CountTable.add(
                    handle, CountMessage.parse(message.body()), message.length(), DemoNodeCommand.now()));
            try (var server = QuasiServer.start(options, bot, journal, inbox, handler)) {
                terminal.print(line("ready", before, server.statistics()));
                var told = new CompletableFuture<Void>();
                Thread.ofVirtual().name("stop").start(() -> awaitStop(parent, told));
                var end = CompletableFuture.anyOf(told, server.stopped());
                while (!ended(end)) terminal.print(line("progress", before, server.statistics()));
                server.stop(Duration.ofSeconds(30));
                terminal.print(line("stopped", before, server.statistics()));
            }
        }
        return ExitCodes.OK;
    }

    private static void awaitStop(ParentWatch parent, CompletableFuture<Void> told) {
        try {
            parent.await("stop");
            told.complete(null);
        } catch (InterruptedException nobodyDoesThis) {
            told.completeExceptionally(nobodyDoesThis);
        }
    }

    private static boolean ended(CompletableFuture<Object> end) throws InterruptedException {
        try {
            end.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        } catch (java.util.concurrent.ExecutionException broken) {
            throw new CompletionException(broken.getCause());
        }
    }

    private static String line(String event, long before, QuasiStatistics statistics) {
        var line = new LinkedHashMap<String, Object>();
        line.put("event", event);
        line.put("messages", before + statistics.messages());
        line.put("duplicates", statistics.duplicates());
        return Json.write(line);
    }
}
