package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Limits;
import io.botmesh.world.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A grammY bot with its usual plugins does in each scenario what it would do with Telegram. */
@NullUnmarked // fields that JUnit fills
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrammyScenariosTest {
    private static final Path GRAMMY =
            Path.of(System.getProperty("basedir", ".")).resolve("grammy");

    @RegisterExtension
    final Programs programs = new Programs();

    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    private TestBot bot;
    private TestPerson ann;

    @BeforeAll
    static void install() throws Exception {
        Npm.install(GRAMMY);
    }

    @BeforeEach
    void setTheScene() {
        bot = telegram.bot("assistant_bot");
        ann = telegram.person("Ann", "ann");
    }

    private Programs.Program start(Map<String, String> more) throws IOException {
        var environment = new HashMap<>(
                Map.of("BOT_TOKEN", bot.token(), "API_ROOT", bot.api().toString()));
        environment.putAll(more);
        var program = programs.node(GRAMMY, "assistant.mjs", environment);
        program.await("started");
        return program;
    }

    private Programs.Program start() throws IOException {
        return start(Map.of());
    }

    @Test
    void commandsAndEchoes() throws Exception {
        start();
        ann.opens(bot, "deep-link");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Hello, Ann! deep-link");
        var said = ann.says(bot, "wörld 😀 <b>");
        var echo = ann.awaitReply(bot);
        assertThat(echo.text()).isEqualTo("wörld 😀 <b>");
        assertThat(echo.replyTo()).hasValue(said.id());
    }

    @Test
    void eachChatHasItsSession() throws Exception {
        start();
        var bob = telegram.person("Bob");
        for (int i = 0; i < 3; i++) ann.says(bot, "again");
        bob.says(bot, "once");
        ann.says(bot, "/seen");
        bob.says(bot, "/seen");
        assertThat(ann.awaitReply(bot, reply -> reply.text().contains("messages"))
                        .text())
                .isEqualTo("4 messages");
        assertThat(bob.awaitReply(bot, reply -> reply.text().contains("messages"))
                        .text())
                .isEqualTo("2 messages");
    }

    @Test
    void buttonsUnderAMessage() throws Exception {
        start();
        ann.says(bot, "/menu");
        var menu = ann.awaitReply(bot);
        assertThat(menu.buttons()).containsExactly("Tea", "Coffee", "Why?");
        ann.presses("Coffee");
        assertThat(ann.awaitCallbackAnswer()).isEqualTo(new CallbackAnswer("One coffee", true, ""));
        var edited = ann.awaitEdit(bot);
        assertThat(edited.id()).isEqualTo(menu.id());
        assertThat(edited.text()).isEqualTo("You get coffee");
        assertThat(edited.json().at("/entities/0/type").stringValue()).isEqualTo("bold");
        assertThat(edited.buttons()).isEmpty();
    }

    @Test
    void aKeyboardThatGoesAfterUse() throws Exception {
        start();
        ann.says(bot, "/colour");
        ann.awaitReply(bot);
        assertThat(ann.keyboard(bot)).containsExactly("Red", "Blue");
        ann.presses("Blue");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Painted Blue");
        assertThat(ann.keyboard(bot)).isEmpty();
    }

    /** The plugin for files fetches over TLS and in no other way. */
    @Test
    void aFileDownAndUpAgain(@TempDir Path directory) throws Exception {
        try (var front = TlsFront.start(directory, telegram.api())) {
            var program = start(Map.of(
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

    private void exchangeAFile() throws Exception {
        var bytes = new byte[1_500_000];
        new Random(11).nextBytes(bytes);
        ann.sends(bot, "päper.bin", bytes);
        var copy = ann.awaitReply(bot);
        assertThat(copy.text())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(copy.media()).hasValueSatisfying(file -> {
            assertThat(file.name()).isEqualTo("copy of päper.bin");
            assertThat(file.bytes()).isEqualTo(bytes);
        });
    }

    @Test
    void anAlbumOfDocuments() throws Exception {
        var program = start();
        ann.says(bot, "/album");
        var album = ann.awaitAlbum(bot);
        assertThat(album).extracting(MessageView::text).containsExactly("one", "", "three");
        assertThat(album)
                .extracting(item -> new String(item.media().orElseThrow().bytes(), UTF_8))
                .containsExactly("first", "second", "third");
        var report = program.await("album");
        assertThat(report.get("size").intValue()).isEqualTo(3);
        assertThat(report.get("groups").intValue()).isEqualTo(1);
    }

    @Test
    void editsAndDeletions() throws Exception {
        start();
        ann.says(bot, "/countdown");
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("2");
        var last = ann.awaitEdit(bot);
        assertThat(last.text()).isEqualTo("1");
        ann.awaitDeletion(last);
        assertThat(ann.awaitReply(bot, reply -> reply.text().equals("Lift-off")).id())
                .isGreaterThan(last.id());
        assertThat(ann.sees(bot)).extracting(MessageView::text).containsExactly("/countdown", "Lift-off");
    }

    @Test
    void aChannelThatItWritesToAndListensTo() throws Exception {
        start();
        var news = telegram.channel("News").withAdmin(bot).withAdmin(ann).withMember(ann);
        ann.says(bot, "/publish " + news.id() + " It rains");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Published in News");
        assertThat(ann.awaitReply(news).text()).isEqualTo("It rains");
        assertThat(ann.awaitEdit(news).text()).isEqualTo("It rains (edited)");
        var post = ann.says(news, "No more");
        var answer = ann.awaitReply(news);
        assertThat(answer.text()).isEqualTo("Read: No more");
        assertThat(answer.replyTo()).hasValue(post.id());
        assertThat(bot.calls("pinChatMessage")).singleElement().matches(call -> call.isOk());
    }

    @Test
    void aSecondInstanceEndsTheFirst() throws Exception {
        var first = start();
        ann.says(bot, "is it you?");
        ann.awaitReply(bot);
        var second = start();
        var ended = first.await("ended");
        assertThat(ended.get("code").intValue()).isEqualTo(409);
        assertThat(ended.get("description").stringValue())
                .startsWith("Conflict: terminated by other getUpdates request");
        ann.says(bot, "still there?");
        assertThat(ann.awaitReply(bot, reply -> reply.text().equals("still there?")))
                .isNotNull();
        second.stop();
    }

    @Test
    void aBotThatIsTooFastWaitsAsLongAsItIsTold() throws Exception {
        var program = start();
        telegram.emulator().world().limits(Limits.PAPER);
        ann.says(bot, "/burst 5");
        for (int i = 1; i <= 5; i++) assertThat(ann.awaitReply(bot).text()).isEqualTo("burst " + i);
        var refused = program.await("refused");
        assertThat(refused.get("code").intValue()).isEqualTo(429);
        assertThat(refused.get("description").stringValue()).startsWith("Too Many Requests: retry after ");
        assertThat(refused.at("/parameters/retry_after").intValue()).isPositive();
        program.await("burst");
    }

    @Test
    void chatsRunAtOnceAndEachInOrder() throws Exception {
        var program = start();
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
        int port = FreePort.next();
        var url = "http://127.0.0.1:" + port + "/hook";
        var program = start(Map.of("WEBHOOK_URL", url, "WEBHOOK_SECRET", "not-a-secret"));
        ann.says(bot, "/menu");
        ann.awaitReply(bot);
        ann.presses("Tea");
        assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("One tea");
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("You get tea");
        program.stop();
        assertThat(bot.calls("deleteWebhook")).last().matches(call -> call.isOk());
    }
}
