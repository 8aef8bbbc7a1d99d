package io.botmesh.e2e;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.BotSource;
import io.botmesh.bot.InlineKeyboard;
import io.botmesh.bot.LongPolling;
import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ForwardingApi;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a {@link Bot} sends in the responses to its webhook's requests, and what it sends by itself. */
class WebhookReplyTest {
    /** Notes the methods that go out as requests. */
    private static final class Watched extends ForwardingApi {
        final List<String> methods = new CopyOnWriteArrayList<>();

        Watched(Api api) {
            super(api);
        }

        @Override
        public <R> R call(ApiCall<R> call) throws InterruptedException {
            methods.add(call.method());
            return super.call(call);
        }

        @Override
        public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
            methods.add(call.method());
            return super.call(call, deadline);
        }
    }

    private final TestBot account;
    private final TestPerson ann;
    private final BotApi client;
    private final Watched api;
    private final WebhookServer server = WebhookServer.start(WebhookServerOptions.defaults());
    private final BotSource hook =
            (api, kinds) -> server.bot(api, WebhookOptions.at(URI.create(server.uri() + "/vote")));
    private final LinkedBlockingQueue<Boolean> rode = new LinkedBlockingQueue<>();

    WebhookReplyTest(@StartEmulator Telegram telegram) {
        account = telegram.bot("vote_bot");
        ann = telegram.person("Ann");
        client = new BotApi(ApiOptions.defaults().withBase(account.api()), BotToken.parse(account.token()));
        api = new Watched(client);
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    private Bot bot(UnaryOperator<BotOptions> change) {
        return new Bot(change.apply(BotOptions.of(account.token()).withSource(hook)), api);
    }

    /** A bot that shows a button with this data, and the person who has pressed it. */
    private void press(Bot bot) throws InterruptedException {
        var button = InlineKeyboard.of().button("Yes", "vote:yes").markup();
        bot.command("start", ctx -> ctx.reply("Well?", call -> call.withReplyMarkup(button)));
        bot.start();
        ann.opens(account);
        ann.awaitReply(account);
        ann.presses("Yes");
    }

    private void say(Bot bot) throws InterruptedException {
        bot.start();
        ann.says(account, "hi");
    }

    private String reply() {
        return ann.awaitReply(account).text();
    }

    @Test
    void aButtonIsAnsweredInTheResponseToItsUpdate() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(
                    callback("vote:"),
                    (ctx, choice) -> rode.add(ctx.callInResponse(
                            AnswerCallbackQuery.of(ctx.callbackQuery().id()).withText("voted " + choice))));
            press(bot);
            ann.awaitCallbackAnswer("voted yes");
            assertThat(rode.take()).isTrue();
        }
        assertThat(api.methods).doesNotContain("answerCallbackQuery");
    }

    @Test
    void aButtonThatNoHandlerAnswersIsAnsweredInTheResponseUnasked() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(callback("vote:"), (ctx, choice) -> {});
            press(bot);
            assertThat(ann.awaitCallbackAnswer().text()).isEmpty();
        }
        assertThat(api.methods).contains("sendMessage").doesNotContain("answerCallbackQuery");
    }

    /** The response is as far away as the answer that the handler waits for. */
    @Test
    void aButtonBehindWhichAHandlerAsksIsAnsweredByItself() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(
                    callback("vote:"),
                    (ctx, choice) -> ctx.ask("Sure?", message().text()));
            press(bot);
            ann.awaitCallbackAnswer();
            assertThat(reply()).isEqualTo("Sure?");
        }
        assertThat(api.methods).contains("answerCallbackQuery");
    }

    @Test
    void oneCallOfAnUpdateGoesInTheResponseAndAllOthersGoByThemselves() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(callback("vote:"), (ctx, choice) -> {
                rode.add(ctx.callInResponse(SendMessage.of(ctx.chatId(), "last")));
                rode.add(ctx.callInResponse(SendMessage.of(ctx.chatId(), "first")));
            });
            press(bot);
            assertThat(List.of(reply(), reply())).containsExactly("first", "last");
            assertThat(List.of(rode.take(), rode.take())).containsExactly(true, false);
            ann.awaitCallbackAnswer();
        }
        assertThat(api.methods).contains("answerCallbackQuery");
    }

    @Test
    void aFileIsSentByItselfAndLeavesTheResponseToOthers() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(message(), (ctx, hi) -> {
                var file = InputFile.upload("notes.txt", "hi".getBytes(UTF_8));
                rode.add(ctx.callInResponse(SendDocument.of(ctx.chatId(), file)));
                rode.add(ctx.callInResponse(SendMessage.of(ctx.chatId(), "sent")));
            });
            say(bot);
            assertThat(ann.awaitReply(account).media()).isPresent();
            assertThat(reply()).isEqualTo("sent");
            assertThat(List.of(rode.take(), rode.take())).containsExactly(false, true);
        }
    }

    @Test
    void aHandlerThatFailsAfterwardsDoesNotTakeItBack() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.on(message(), (ctx, hi) -> {
                rode.add(ctx.callInResponse(SendMessage.of(ctx.chatId(), "I try")));
                throw new IllegalStateException("on purpose");
            });
            say(bot);
            assertThat(reply()).isEqualTo("I try");
            assertThat(rode.take()).isTrue();
        }
        assertThat(api.methods).doesNotContain("sendMessage");
    }

    /** The context outlives its update, as in a thread that a handler leaves behind. */
    @Test
    void whatComesTooLateForTheResponseIsSentByItself() throws Exception {
        var handled = new LinkedBlockingQueue<UpdateEnd>();
        try (var bot = bot(options -> options)) {
            bot.on(message(), (ctx, hi) -> {
                ctx.callInResponse(SendMessage.of(ctx.chatId(), "in time"));
                handled.add(() -> ctx.callInResponse(SendMessage.of(ctx.chatId(), "late")));
            });
            say(bot);
            assertThat(reply()).isEqualTo("in time");
            assertThat(handled.take().call()).isFalse();
            assertThat(reply()).isEqualTo("late");
        }
    }

    private interface UpdateEnd {
        boolean call() throws InterruptedException;
    }

    @Test
    void withAJournalTheResponseHasGoneAndEverythingIsSentByItself() throws Exception {
        try (var journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
                var bot = bot(options -> options.withJournal(journal))) {
            allIsSentByItself(bot);
        }
    }

    @Test
    void aBotThatPollsSendsEverythingByItself() throws Exception {
        try (var bot = bot(options -> options.withSource(LongPolling.defaults()))) {
            allIsSentByItself(bot);
        }
    }

    private void allIsSentByItself(Bot bot) throws InterruptedException {
        bot.on(
                callback("vote:"),
                (ctx, choice) -> rode.add(ctx.callInResponse(SendMessage.of(ctx.chatId(), "counted"))));
        press(bot);
        assertThat(reply()).isEqualTo("counted");
        ann.awaitCallbackAnswer();
        assertThat(rode.take()).isFalse();
        assertThat(api.methods.stream().filter("sendMessage"::equals)).hasSize(2);
        assertThat(api.methods).contains("answerCallbackQuery");
    }
}
