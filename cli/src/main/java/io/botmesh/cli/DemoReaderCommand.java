package io.botmesh.cli;

import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeStatistics;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.store.SqliteDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * The reading process of the demo: a quasi-server that adds the counts it gets to a table. A message's id is written with its counts, in one
 * transaction, so that one that comes again adds nothing.
 */
@Command(name = "demo-reader", hidden = true, description = "The reader of the demo; started by the demo itself.")
final class DemoReaderCommand implements Callable<Integer> {
    static final String COUNTS = "counts.db";

    private static final long REPORT_MILLIS = 100;

    /** Counts are small: a stream's messages come together, and what a crash undoes comes again. */
    private static final int RUN = 64;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Parameters(index = "0", paramLabel = "FOLDER", description = "Of the peer files.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Parameters(index = "1", paramLabel = "URL", description = "The Bot API server.")
    private String api = "";

    @Override
    public Integer call() throws Exception {
        Terminal terminal = botmesh.terminal();
        ParentWatch parent = ParentWatch.start(terminal.in());
        try (var counts = SqliteDatabase.open(folder.resolve(COUNTS));
                var mesh = Mesh.of(DemoMesh.view(folder, DemoMesh.READER), URI.create(api));
                var store = JdbcNodeStore.open(folder.resolve(DemoMesh.READER + ".db"), DemoMesh.READER)) {
            CountTable.create(counts);
            var counting = new Counting(counts);
            try (var node = new Node(mesh.setup(store).withOptions(options()))) {
                node.handle(DemoNodeCommand.SUBJECT, counting::take).start();
                terminal.print(line("ready", node, counting));
                var told = new CompletableFuture<Void>();
                Thread.ofVirtual().name("stop").start(() -> awaitStop(parent, told));
                var end = CompletableFuture.anyOf(told, node.stopped());
                while (!ended(end)) terminal.print(line("progress", node, counting));
                terminal.print(line("stopped", node, counting));
            }
        }
        return ExitCodes.OK;
    }

    static NodeOptions options() {
        var defaults = NodeOptions.defaults();
        return defaults.withHandlers(defaults.handlers().withRun(RUN));
    }

    /** Adds messages to the table. */
    static final class Counting {
        private final SqliteDatabase database;
        private final AtomicLong messages;
        private final AtomicLong again = new AtomicLong();

        Counting(SqliteDatabase database) {
            this.database = database;
            messages = new AtomicLong(CountTable.messages(database));
        }

        void take(Message message) {
            var parsed = CountMessage.parse(message.body());
            boolean fresh = database.call(handle ->
                    CountTable.add(handle, message.id(), parsed, message.body().length, DemoNodeCommand.now()));
            (fresh ? messages : again).incrementAndGet();
        }

        /** Messages in the table. */
        long messages() {
            return messages.get();
        }
    }

    private static void awaitStop(ParentWatch parent, CompletableFuture<Void> told) {
        try {
            parent.await("stop");
            told.complete(null);
        } catch (InterruptedException nobodyDoesThis) {
            told.completeExceptionally(nobodyDoesThis);
        }
    }

    private static boolean ended(CompletableFuture<Object> end) throws Exception {
        try {
            end.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        }
    }

    private static String line(String event, Node node, Counting counting)
            throws InterruptedException, ExecutionException {
        NodeStatistics statistics = node.statistics().get();
        var line = new LinkedHashMap<String, Object>();
        line.put("event", event);
        line.put("messages", counting.messages());
        line.put("duplicates", statistics.refusals().getOrDefault("REPLAYED", 0L) + counting.again.get());
        return Json.write(line);
    }
}
