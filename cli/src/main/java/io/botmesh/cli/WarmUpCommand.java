package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.Initiator;
import io.botmesh.mesh.InitiatorOptions;
import io.botmesh.mesh.QuasiOptions;
import io.botmesh.mesh.QuasiServer;
import io.botmesh.store.JdbcInbox;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.JdbcOutbox;
import io.botmesh.store.SqliteDatabase;
import io.botmesh.world.Admin;
import io.botmesh.world.Right;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/**
 * Sends a few messages from here to here, so that a training run of the JVM sees the classes that the other commands use. The
 * launcher runs it once after a build; only the speed of starts depends on it.
 */
@Command(name = "warm-up", hidden = true, description = "A training run; started by the launcher after a build.")
final class WarmUpCommand implements Callable<Integer> {
    private static final int MESSAGES = 5;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var leftovers = Leftovers.watch(botmesh.terminal())) {
            Path work = leftovers.directory("botmesh-warm-up-");
            var emulator = leftovers.add(Emulator.start());
            var world = emulator.world();
            var reader = world.addBot("warm_up_reader_bot");
            var writer = world.addBot("warm_up_writer_bot");
            var admins = List.of(Admin.of(reader.id()), Admin.of(writer.id(), Right.POST_MESSAGES));
            long channel = world.addChannel("Warm-up", null, admins).id();
            exchange(work, ApiOptions.defaults().withBase(emulator.api()), channel, reader.token(), writer.token());
        }
        botmesh.terminal().print(Json.write(Map.of("event", "warm")));
        return ExitCodes.OK;
    }

    private static void exchange(Path work, ApiOptions api, long channel, String reader, String writer)
            throws InterruptedException {
        BotToken token = BotToken.parse(reader);
        var handled = new CountDownLatch(MESSAGES);
        var options = InitiatorOptions.of(ChatId.of(channel), List.of(BotToken.parse(writer)));
        try (var transport = new JettyTransport();
                var database = SqliteDatabase.open(work.resolve("reader.db"));
                var journal = JdbcJournal.ofUpdates(database, token);
                var inbox = new JdbcInbox(database);
                var sending = SqliteDatabase.open(work.resolve("node.db"));
                var outbox = new JdbcOutbox(sending)) {
            CountTable.create(database);
            var handler = inbox.transactional((message, handle) -> {
                CountTable.add(handle, CountMessage.parse(message.body()), message.length(), DemoNodeCommand.now());
                handled.countDown();
            });
            try (var server = QuasiServer.start(
                            QuasiOptions.defaults().withChannel(channel),
                            new BotApi(api, token, transport),
                            journal,
                            inbox,
                            handler);
                    var initiator = Initiator.open(options, bot -> new BotApi(api, bot, transport), outbox)) {
                for (int i = 0; i < MESSAGES; i++)
                    initiator.send(new CountMessage(DemoNodeCommand.now(), Map.of("word", 1L + i)).encode());
                initiator.drain();
                handled.await();
                server.statistics();
            }
            CountTable.content(database);
        }
    }
}
