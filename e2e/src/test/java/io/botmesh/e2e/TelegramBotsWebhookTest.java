package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.CallbackAnswer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The webhook server of TelegramBots, in a process of its own: its Jetty is not the emulator's. */
@NullUnmarked // fields that JUnit fills
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TelegramBotsWebhookTest {
    private static final Path BUILT =
            Path.of(System.getProperty("basedir", ".")).resolve("webhook-bot/target");

    @RegisterExtension
    final Programs programs = new Programs();

    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    private TestBot bot;
    private TestPerson ann;
    private Programs.Program program;

    @BeforeEach
    void setTheScene() throws Exception {
        bot = telegram.bot("hooked_bot");
        ann = telegram.person("Ann", "ann");
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
    void commandsByACallAndEchoesInTheResponse() {
        ann.opens(bot, "deep-link");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Hello, Ann! deep-link");
        var said = ann.says(bot, "wörld 😀 <b>");
        var echo = ann.awaitReply(bot);
        assertThat(echo.text()).isEqualTo("wörld 😀 <b>");
        assertThat(echo.replyTo()).hasValue(said.id());
    }

    @Test
    void buttonsUnderAMessage() {
        ann.says(bot, "/menu");
        var menu = ann.awaitReply(bot);
        assertThat(menu.buttons()).containsExactly("Tea", "Coffee");
        ann.presses("Coffee");
        assertThat(ann.awaitCallbackAnswer()).isEqualTo(new CallbackAnswer("One coffee", true, ""));
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("You get coffee");
    }

    @Test
    void anUpdateThatItFailedAtComesAgain() {
        ann.says(bot, "/fail");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Here I am again");
    }

    @Test
    void itsWebhookGoesWithIt() throws Exception {
        ann.says(bot, "hello");
        ann.awaitReply(bot);
        assertThat(bot.calls("setWebhook")).last().matches(call -> call.isOk());
        program.stop();
        assertThat(bot.calls("deleteWebhook")).last().matches(call -> call.isOk());
    }
}
