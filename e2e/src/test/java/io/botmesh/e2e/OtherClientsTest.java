package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small bots with other clients from npm: each echoes a text and fetches and sends a file. */
@NullUnmarked // fields that JUnit fills
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherClientsTest {
    private static final Path CLIENTS =
            Path.of(System.getProperty("basedir", ".")).resolve("clients");

    @RegisterExtension
    final Programs programs = new Programs();

    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    private TestBot bot;
    private TestPerson ann;

    @BeforeAll
    static void install() throws Exception {
        Npm.install(CLIENTS);
    }

    @BeforeEach
    void setTheScene() {
        bot = telegram.bot("other_bot");
        ann = telegram.person("Ann", "ann");
    }

    private void start(String client, Map<String, String> more) throws Exception {
        var environment = new HashMap<>(more);
        environment.put("BOT_TOKEN", bot.token());
        environment.put("API_ROOT", bot.api().toString());
        programs.node(CLIENTS, client + ".mjs", environment).await("started");
    }

    @ParameterizedTest
    @ValueSource(strings = {"telegraf", "node-telegram-bot-api", "gramio"})
    void itEchoesAndCopiesAFile(String client) throws Exception {
        start(client, Map.of());
        talk();
    }

    @Test
    void aTelegrafWebhook() throws Exception {
        start("telegraf", Map.of("WEBHOOK_PORT", String.valueOf(FreePort.next())));
        talk();
    }

    private void talk() {
        ann.says(bot, "wörld 😀");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("You said: wörld 😀");
        var bytes = new byte[300_000];
        new Random(13).nextBytes(bytes);
        ann.sends(bot, "päper.bin", bytes);
        var copy = ann.awaitReply(bot).media().orElseThrow();
        assertThat(copy.name()).isEqualTo("copy of päper.bin");
        assertThat(copy.bytes()).isEqualTo(bytes);
    }
}
