package io.botmesh.e2e;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The bot of {@link WebhookCrashTest}: {@code API TOKEN JOURNAL PORT FILE}. Takes its updates by a webhook, and writes each
 * message it handles as a line to the file.
 */
final class HookedProgram {
    private HookedProgram() {}

    public static void main(String[] args) throws Exception {
        var token = BotToken.parse(args[1]);
        int port = Integer.parseInt(args[3]);
        try (var out = FileChannel.open(Path.of(args[4]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                var api = new BotApi(ApiOptions.defaults().withBase(URI.create(args[0])), token);
                var database = SqliteDatabase.open(Path.of(args[2]));
                var journal = JdbcJournal.ofUpdates(database, token);
                var server = WebhookServer.start(WebhookServerOptions.defaults().withPort(port))) {
            var source = server.bot(api, WebhookOptions.at(URI.create("http://127.0.0.1:" + port + "/hook")));
            try (var runner = new Runner<>(
                    source,
                    delivery -> {
                        var message = Objects.requireNonNull(
                                delivery.update().decode().message());
                        Thread.sleep(message.messageId() % 20);
                        var line = message.chat().id() + " " + message.text() + " " + delivery.attempt() + "\n";
                        out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
                    },
                    RunnerOptions.<RawUpdate>defaults()
                            .withJournal(journal)
                            .withKeys(Keys.sequentialize(RawUpdate::chatId)))) {
                runner.start();
                runner.stopped().get(); // it is killed before
            }
        }
    }
}
