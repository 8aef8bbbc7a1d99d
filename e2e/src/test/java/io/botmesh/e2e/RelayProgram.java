package io.botmesh.e2e;

import io.botmesh.bot.LongPolling;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.HandOver;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Shift;
import io.botmesh.runner.Shutdown;
import io.botmesh.store.FileLease;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One generation of a bot that hands over to the next: writes each message it handles as a line to a file. Arguments: the
 * API, the token, the journal, the file, a name.
 */
final class RelayProgram {
    private RelayProgram() {}

    public static void main(String[] args) throws Exception {
        var token = BotToken.parse(args[1]);
        var journalFile = Path.of(args[2]);
        var name = args[4];
        try (var out = FileChannel.open(Path.of(args[3]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                var api = new BotApi(ApiOptions.defaults().withBase(URI.create(args[0])), token);
                var lease = FileLease.open(journalFile.resolveSibling("relay.lease"));
                var handOver = new HandOver(lease, fence -> shift(api, token, journalFile, out, name, fence))) {
            var hook = Shutdown.runs(handOver::close);
            System.out.println(name + " " + handOver.run());
            hook.close();
        }
    }

    private static Shift shift(BotApi api, BotToken token, Path journalFile, FileChannel out, String name, long fence) {
        System.out.println(name + " polls under " + fence);
        var database = SqliteDatabase.open(journalFile);
        var journal = JdbcJournal.ofUpdates(database, token);
        Retrying.Listener refusals = (failure, failures, pause) -> System.out.println(name + " refused: " + failure);
        try {
            var source = LongPolling.defaults().withListener(refusals).open(api, List.of());
            var runner = new Runner<>(
                    source,
                    delivery -> {
                        var message = Objects.requireNonNull(
                                delivery.update().decode().message());
                        Thread.sleep(message.messageId() % 7);
                        var line = name + " " + message.chat().id() + " " + message.text() + "\n";
                        out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
                    },
                    RunnerOptions.<RawUpdate>defaults()
                            .withJournal(journal)
                            .withKeys(Keys.sequentialize(RawUpdate::chatId)));
            return Shift.of(runner, Duration.ofSeconds(30), () -> {
                journal.close();
                database.close();
            });
        } catch (InterruptedException asked) {
            throw new IllegalStateException(asked);
        }
    }
}
