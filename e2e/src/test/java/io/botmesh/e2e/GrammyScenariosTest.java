package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.world.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A grammY bot with its usual plugins does in each scenario what it would do with Telegram. */
@NullUnmarked // the program, which a test starts, and what JUnit fills
class GrammyScenariosTest extends AssistantScenarios {
    private static final Path GRAMMY =
            Path.of(System.getProperty("basedir", ".")).resolve("grammy");

    @RegisterExtension
    final Programs programs = new Programs();

    @TempDir
    Path directory;

    /** The one that was started last. */
    private Programs.Program program;

    @BeforeAll
    static void install() throws Exception {
        Npm.install(GRAMMY);
    }

    private void start(Map<String, String> more) throws IOException {
        var environment = new HashMap<>(
                Map.of("BOT_TOKEN", bot.token(), "API_ROOT", bot.api().toString()));
        environment.putAll(more);
        program = programs.node(GRAMMY, "assistant.mjs", environment);
        program.await("started");
    }

    @Override
    void start() throws IOException {
        start(Map.of());
    }

    /** The plugin for files fetches over TLS and in no other way. */
    @Test
    @Override
    void aFileDownAndUpAgain() throws Exception {
        try (var front = TlsFront.start(directory, telegram.api())) {
            start(Map.of(
                    "API_ROOT",
                    front.uri().toString(),
                    "NODE_EXTRA_CA_CERTS",
                    front.certificate().toString()));
            exchangeAFile();
            program.stop();
        }
    }

    @Test
    void aFileOfALocalServer(@StartEmulator(profile = Profile.LOCAL, patienceMillis = 20_000) Telegram local)
            throws Exception {
        bot = local.bot("assistant_bot");
        ann = local.person("Ann");
        start();
        exchangeAFile();
    }

    @Test
    @Override
    void anAlbumOfDocuments() throws Exception {
        receiveAnAlbum();
        var report = program.await("album");
        assertThat(report.get("size").intValue()).isEqualTo(3);
        assertThat(report.get("groups").intValue()).isEqualTo(1);
    }

    @Test
    void aSecondInstanceEndsTheFirst() throws Exception {
        start();
        var first = program;
        ann.says(bot, "is it you?");
        ann.awaitReply(bot);
        start();
        var ended = first.await("ended");
        assertThat(ended.get("code").intValue()).isEqualTo(409);
        assertThat(ended.get("description").stringValue())
                .startsWith("Conflict: terminated by other getUpdates request");
        ann.says(bot, "still there?");
        assertThat(ann.awaitReply(bot, reply -> reply.text().equals("still there?")))
                .isNotNull();
        program.stop();
    }

    @Test
    @Override
    void aBotThatIsTooFastWaitsAsLongAsItIsTold() throws Exception {
        receiveABurst();
        var refused = program.await("refused");
        assertThat(refused.get("code").intValue()).isEqualTo(429);
        assertThat(refused.get("description").stringValue()).startsWith("Too Many Requests: retry after ");
        assertThat(refused.at("/parameters/retry_after").intValue()).isPositive();
        program.await("burst");
    }

    @Test
    void chatsRunAtOnceAndEachInOrder() throws Exception {
        start();
        var bob = telegram.person("Bob");
        ann.says(bot, "/wait");
        ann.says(bot, "after");
        program.await("waiting");
        bob.says(bot, "/go");
        assertThat(bob.awaitReply(bot).text()).isEqualTo("gone");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("waited");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("after");
    }

    @Test
    void aWebhookWithASecret() throws Exception {
        var url = "http://127.0.0.1:" + FreePort.next() + "/hook";
        start(Map.of("WEBHOOK_URL", url, "WEBHOOK_SECRET", "not-a-secret"));
        ann.says(bot, "/menu");
        ann.awaitReply(bot);
        ann.presses("Tea");
        assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("One tea");
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("You get tea");
        program.stop();
        assertThat(bot.calls("deleteWebhook")).last().matches(call -> call.isOk());
    }
}
