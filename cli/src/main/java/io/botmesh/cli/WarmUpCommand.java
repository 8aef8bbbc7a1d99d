package io.botmesh.cli;

import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Node;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.store.SqliteDatabase;
import java.net.URI;
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
    public Integer call() throws Exception {
        try (var leftovers = Leftovers.watch(botmesh.terminal())) {
            Path work = leftovers.directory("botmesh-warm-up-");
            exchange(DemoMesh.make(leftovers.add(Emulator.start()), work, 1, 1));
        }
        botmesh.terminal().print(Json.write(Map.of("event", "warm")));
        return ExitCodes.OK;
    }

    private static void exchange(DemoMesh demo) throws Exception {
        Path folder = demo.folder();
        String sender = DemoMesh.node(0);
        var config = new NodeConfig(sender, demo.api(), folder, 1, 0, false, List.of(), 0);
        var told = NodeConfig.parse(Json.write(config.json()));
        var handled = new CountDownLatch(MESSAGES);
        try (var counts = SqliteDatabase.open(folder.resolve(DemoReaderCommand.COUNTS));
                var reading = Mesh.of(DemoMesh.view(folder, DemoMesh.READER), URI.create(demo.api()));
                var kept = JdbcNodeStore.open(folder.resolve(DemoMesh.READER + ".db"), DemoMesh.READER);
                var sending = Mesh.of(DemoMesh.view(folder, sender), URI.create(demo.api()));
                var outbox = JdbcNodeStore.open(folder.resolve(sender + ".db"), sender)) {
            CountTable.create(counts);
            var counting = new DemoReaderCommand.Counting(counts);
            try (var reader = new Node(reading.setup(kept).withOptions(DemoReaderCommand.options()));
                    var node = new Node(sending.setup(outbox).withOptions(DemoNodeCommand.options(told)))) {
                reader.handle(DemoNodeCommand.SUBJECT, message -> {
                            counting.take(message);
                            handled.countDown();
                        })
                        .start();
                node.start();
                for (int i = 0; i < MESSAGES; i++)
                    node.link(DemoMesh.READER)
                            .send(
                                    DemoNodeCommand.SUBJECT,
                                    new CountMessage(DemoNodeCommand.now(), Map.of("word", 1L + i)).encode());
                node.drain().get();
                handled.await();
            }
            CountTable.content(counts);
        }
    }
}
