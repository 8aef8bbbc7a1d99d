package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.pengrad.telegrambot.TelegramBot;
import com.pengrad.telegrambot.request.DeleteWebhook;
import com.pengrad.telegrambot.request.GetWebhookInfo;
import com.pengrad.telegrambot.request.SendMessage;
import com.pengrad.telegrambot.request.SetWebhook;
import com.pengrad.telegrambot.utility.BotUtils;
import com.sun.net.httpserver.HttpServer;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Limits;
import io.botmesh.world.Reply;
import java.io.InputStreamReader;
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

/** A bot on java-telegram-bot-api does in each scenario what it would do with Telegram. */
@NullUnmarked // fields that JUnit fills
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PengradTest {
    @StartEmulator(patienceMillis = 20_000)
    Telegram telegram;

    private final List<TelegramBot> clients = new ArrayList<>();
    private final List<Integer> told = new CopyOnWriteArrayList<>();
    private TestBot bot;
    private TestPerson ann;

    @BeforeEach
    void setTheScene() {
        bot = telegram.bot("assistant_bot");
        ann = telegram.person("Ann", "ann");
        start();
    }

    @AfterEach
    void stop() {
        for (var client : clients) {
            client.removeGetUpdatesListener();
            client.shutdown();
        }
    }

    private void start() {
        var client = PengradProgram.client(telegram.api(), bot.token());
        clients.add(client);
        client.setUpdatesListener(new PengradProgram(client), problem -> {
            if (problem.response() != null) told.add(problem.response().errorCode());
        });
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
        // One of both was told so by its library, and both go on.
        ann.says(bot, "is anybody there?");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("is anybody there?");
        assertThat(told).contains(409);
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
        var secrets = new CopyOnWriteArrayList<String>();
        server.createContext("/hook", exchange -> {
            secrets.add(exchange.getRequestHeaders().getFirst("X-Telegram-Bot-Api-Secret-Token"));
            var update = BotUtils.parseUpdate(new InputStreamReader(exchange.getRequestBody(), UTF_8));
            var message = update.message();
            var answer = new SendMessage(message.chat().id().longValue(), "Hooked: " + message.text());
            var bytes = answer.toWebhookResponse().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        var client = PengradProgram.client(telegram.api(), hooked.token());
        try {
            var set = client.execute(new SetWebhook()
                    .url("http://127.0.0.1:" + server.getAddress().getPort() + "/hook")
                    .secretToken("not-a-secret"));
            assertThat(set.isOk()).isTrue();
            ann.says(hooked, "hello");
            assertThat(ann.awaitReply(hooked).text()).isEqualTo("Hooked: hello");
            assertThat(secrets).containsExactly("not-a-secret");
            assertThat(client.execute(new GetWebhookInfo()).webhookInfo().pendingUpdateCount())
                    .isZero();
            assertThat(client.execute(new DeleteWebhook()).isOk()).isTrue();
        } finally {
            server.stop(0);
            client.shutdown();
        }
    }
}
