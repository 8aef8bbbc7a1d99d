package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The webhook server of TelegramBots, in a process of its own: its Jetty is not the emulator's. */
@NullUnmarked // the program, which a test starts
class TelegramBotsWebhookTest extends TalkScenarios {
    private static final Path BUILT =
            Path.of(System.getProperty("basedir", ".")).resolve("webhook-bot/target");

    @RegisterExtension
    final Programs programs = new Programs();

    private Programs.Program program;

    @Override
    void start() throws Exception {
        var libraries = Files.readString(BUILT.resolve("class-path")).strip();
        program = programs.java(
                BUILT.resolve("test-classes") + File.pathSeparator + libraries,
                "io.botmesh.webhookbot.WebhookBot",
                Map.of(
                        "BOT_TOKEN", bot.token(),
                        "API_ROOT", telegram.api().toString(),
                        "WEBHOOK_PORT", String.valueOf(FreePort.next())));
        program.await("started");
    }

    @Test
    void anUpdateThatItFailedAtComesAgain() throws Exception {
        start();
        ann.says(bot, "/fail");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Here I am again");
    }

    @Test
    void itsWebhookGoesWithIt() throws Exception {
        start();
        ann.says(bot, "hello");
        ann.awaitReply(bot);
        assertThat(bot.calls("setWebhook")).last().matches(call -> call.isOk());
        program.stop();
        assertThat(bot.calls("deleteWebhook")).last().matches(call -> call.isOk());
    }
}
