package io.botmesh.store;

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
 * One program of a bot whose programs share a database: writes each message it handles as a line to a file. Arguments: the
 * API, the token, the database, the file, a name, the seconds of the lease.
 */
final class PostgresRelayProgram {
    private final BotApi api;
    private final BotToken token;
    private final String url;
    private final FileChannel out;
    private final String name;
    private final PostgresLease lease;

    private PostgresRelayProgram(
            BotApi api, BotToken token, String url, FileChannel out, String name, PostgresLease lease) {
        this.api = api;
        this.token = token;
        this.url = url;
        this.out = out;
        this.name = name;
        this.lease = lease;
    }

    public static void main(String[] args) throws Exception {
        var token = BotToken.parse(args[1]);
        var options = LeaseOptions.of(token).withTime(Duration.ofSeconds(Long.parseLong(args[5])));
        try (var out = FileChannel.open(Path.of(args[3]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                var api = new BotApi(ApiOptions.defaults().withBase(URI.create(args[0])), token);
                var lease = PostgresLease.open(args[2], "postgres", "", options)) {
            var program = new PostgresRelayProgram(api, token, args[2], out, args[4], lease);
            program.say("waits");
            try (var handOver = new HandOver(lease, program::shift)) {
                program.say(handOver.run().toString());
            }
        }
    }

    private void say(String what) {
        System.out.println(name + " " + what);
    }

    private Shift shift(long fence) {
        say("works under " + fence);
        Retrying.Listener refusals = (failure, failures, pause) -> say("refused: " + failure);
        var database = PostgresDatabase.open(url, "postgres", "");
        try {
            var journal = JdbcJournal.ofUpdates(database, token, lease);
            var runner = new Runner<>(
                    LongPolling.defaults().withListener(refusals).open(api, List.of()),
                    delivery -> {
                        var message = Objects.requireNonNull(
                                delivery.update().decode().message());
                        Thread.sleep(message.messageId() % 7);
                        var line = name + " " + message.chat().id() + " " + message.text() + " " + delivery.attempt();
                        out.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
                    },
                    RunnerOptions.<RawUpdate>defaults()
                            .withJournal(journal)
                            .withKeys(Keys.sequentialize(RawUpdate::chatId)));
            return Shift.of(runner, Duration.ofSeconds(30), () -> {
                try (database) {
                    journal.close();
                }
            });
        } catch (InterruptedException asked) {
            throw new IllegalStateException(asked);
        }
    }
}
