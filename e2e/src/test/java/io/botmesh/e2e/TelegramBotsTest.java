package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Limits;
import io.botmesh.world.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.longpolling.TelegramBotsLongPollingApplication;
import org.telegram.telegrambots.longpolling.util.DefaultGetUpdatesGenerator;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.updates.DeleteWebhook;
import org.telegram.telegrambots.meta.api.methods.updates.GetWebhookInfo;
import org.telegram.telegrambots.meta.api.methods.updates.SetWebhook;
import org.telegram.telegrambots.meta.api.objects.Update;

/** A TelegramBots application does in each scenario what it would do with Telegram. */
@NullUnmarked // fields that JUnit fills
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TelegramBotsTest {
    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    private final List<TelegramBotsLongPollingApplication> applications = new ArrayList<>();
    private TestBot bot;
    private TestPerson ann;

    @BeforeEach
    void setTheScene() throws Exception {
        bot = telegram.bot("assistant_bot");
        ann = telegram.person("Ann", "ann");
        start();
    }

    @AfterEach
    void stop() throws Exception {
        for (var application : applications) application.close();
    }

    private void start() throws Exception {
        var application = new TelegramBotsLongPollingApplication();
        applications.add(application);
        var url = TelegramBotsProgram.url(telegram.api());
        application.registerBot(
                bot.token(),
                () -> url,
                new DefaultGetUpdatesGenerator(),
                new TelegramBotsProgram(telegram.api(), bot.token()));
    }

    @Test
    void commandsAndEchoes() {
        ann.opens(bot, "deep-link");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Hello, Ann! deep-link");
        var said = ann.says(bot, "wörld 😀 <b>");
        var echo = ann.awaitReply(bot);
        assertThat(echo.text()).isEqualTo("wörld 😀 <b>");
        assertThat(echo.replyTo()).hasValue(said.id());
    }

    @Test
    void chatsAreKeptApart() {
        var bob = telegram.person("Bob");
        for (int i = 0; i < 3; i++) ann.says(bot, "again");
        ann.says(bot, "/seen");
        bob.says(bot, "/seen");
        assertThat(ann.awaitReply(bot, reply -> reply.text().contains("messages"))
                        .text())
                .isEqualTo("4 messages");
        assertThat(bob.awaitReply(bot).text()).isEqualTo("1 messages");
    }

    @Test
    void buttonsUnderAMessage() {
        ann.says(bot, "/menu");
        var menu = ann.awaitReply(bot);
        assertThat(menu.buttons()).containsExactly("Tea", "Coffee");
        ann.presses("Coffee");
        assertThat(ann.awaitCallbackAnswer()).isEqualTo(new CallbackAnswer("One coffee", true, ""));
        var edited = ann.awaitEdit(bot);
        assertThat(edited.id()).isEqualTo(menu.id());
        assertThat(edited.text()).isEqualTo("You get coffee");
        assertThat(edited.json().at("/entities/0/type").stringValue()).isEqualTo("bold");
    }

    @Test
    void aKeyboardThatGoesAfterUse() {
        ann.says(bot, "/colour");
        ann.awaitReply(bot);
        assertThat(ann.keyboard(bot)).containsExactly("Red", "Blue");
        ann.presses("Red");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Painted Red");
        assertThat(ann.keyboard(bot)).isEmpty();
    }

    @Test
    void aFileDownAndUpAgain() throws Exception {
        var bytes = new byte[1_500_000];
        new Random(12).nextBytes(bytes);
        ann.sends(bot, "päper.bin", bytes);
        var copy = ann.awaitReply(bot);
        assertThat(copy.text())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(copy.media().orElseThrow().bytes()).isEqualTo(bytes);
        assertThat(copy.media().orElseThrow().name()).isEqualTo("copy of päper.bin");
    }

    @Test
    void anAlbumOfDocuments() {
        ann.says(bot, "/album");
        var album = ann.awaitAlbum(bot);
        assertThat(album).extracting(MessageView::text).containsExactly("one", "two");
        assertThat(album)
                .extracting(item -> new String(item.media().orElseThrow().bytes(), UTF_8))
                .containsExactly("first", "second");
    }

    @Test
    void editsAndDeletions() {
        ann.says(bot, "/countdown");
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("2");
        var last = ann.awaitEdit(bot);
        ann.awaitDeletion(last);
        ann.awaitReply(bot, reply -> reply.text().equals("Lift-off"));
        assertThat(ann.sees(bot)).extracting(MessageView::text).containsExactly("/countdown", "Lift-off");
    }

    @Test
    void aChannelThatItWritesToAndListensTo() {
        var news = telegram.channel("News").withAdmin(bot).withAdmin(ann);
        ann.says(bot, "/publish " + news.id() + " It rains");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Published in News");
        assertThat(ann.awaitReply(news).text()).isEqualTo("It rains");
        assertThat(ann.awaitEdit(news).text()).isEqualTo("It rains (edited)");
        var post = ann.says(news, "No more");
        var answer = ann.awaitReply(news);
        assertThat(answer.text()).isEqualTo("Read: No more");
        assertThat(answer.replyTo()).hasValue(post.id());
    }

    @Test
    void twoInstancesTakeTurnsAndAreTold() throws Exception {
        start();
        bot.awaitCall(call -> call.method().equals("getUpdates")
                && call.reply() instanceof Reply.Failure failure
                && failure.code() == 409);
        ann.says(bot, "is anybody there?");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("is anybody there?");
    }

    @Test
    void aBotThatIsTooFastLearnsHowLongToWait() {
        telegram.emulator().world().limits(Limits.PAPER);
        ann.says(bot, "/burst 5");
        for (int i = 1; i <= 5; i++) assertThat(ann.awaitReply(bot).text()).isEqualTo("burst " + i);
        assertThat(bot.calls("sendMessage"))
                .anyMatch(call -> call.reply() instanceof Reply.Failure failure && failure.code() == 429);
    }

    /** The bot's own server reads what the library parses, and answers with a call, as the library's users do. */
    @Test
    void aWebhookWhoseAnswerIsACall() throws Exception {
        var hooked = telegram.bot("hooked_bot");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var mapper = new ObjectMapper();
        var secrets = new CopyOnWriteArrayList<String>();
        server.createContext("/hook", exchange -> {
            secrets.add(exchange.getRequestHeaders().getFirst("X-Telegram-Bot-Api-Secret-Token"));
            var update = mapper.readValue(exchange.getRequestBody(), Update.class);
            var answer = SendMessage.builder()
                    .chatId(update.getMessage().getChatId())
                    .text("Hooked: " + update.getMessage().getText())
                    .build();
            var bytes = mapper.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            var client = new OkHttpTelegramClient(hooked.token(), TelegramBotsProgram.url(telegram.api()));
            var set = client.execute(SetWebhook.builder()
                    .url("http://127.0.0.1:" + server.getAddress().getPort() + "/hook")
                    .secretToken("not-a-secret")
                    .build());
            assertThat(set).isTrue();
            ann.says(hooked, "hello");
            assertThat(ann.awaitReply(hooked).text()).isEqualTo("Hooked: hello");
            assertThat(secrets).containsExactly("not-a-secret");
            assertThat(client.execute(new GetWebhookInfo()).getPendingUpdatesCount())
                    .isZero();
            assertThat(client.execute(new DeleteWebhook())).isTrue();
        } finally {
            server.stop(0);
        }
    }
}
