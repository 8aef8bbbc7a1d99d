package io.botmesh.e2e;

import static io.botmesh.bot.Filters.callback;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.AutoAnswer;
import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.InlineKeyboard;
import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import io.botmesh.webhook.WebhookSource;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A {@link Bot} behind a webhook that puts a call into the response, as docs/operations.md has it. */
class WebhookReplyTest {
    @Test
    void aButtonIsAnsweredInTheResponseToItsUpdate(@StartEmulator Telegram telegram) throws Exception {
        var account = telegram.bot("vote_bot");
        var ann = telegram.person("Ann");
        var hook = new AtomicReference<@Nullable WebhookSource>();
        var replied = new LinkedBlockingQueue<Boolean>();
        var options = BotOptions.of(account.token())
                .withServer(ApiOptions.defaults().withBase(account.api()))
                .withAutoAnswer(AutoAnswer.off());
        try (var server = WebhookServer.start(WebhookServerOptions.defaults());
                var bot = new Bot(options.withSource((api, kinds) -> {
                    var source = server.bot(api, WebhookOptions.at(URI.create(server.uri() + "/vote")));
                    hook.set(source);
                    return source;
                }))) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "Well?",
                            call -> call.withReplyMarkup(InlineKeyboard.of()
                                    .button("Yes", "vote:yes")
                                    .markup())));
            bot.on(callback("vote:"), (ctx, choice) -> {
                var query = Objects.requireNonNull(ctx.update().callbackQuery());
                var call = AnswerCallbackQuery.of(query.id()).withText("voted " + choice);
                boolean goes = Objects.requireNonNull(hook.get()).tryReply(ctx.delivery(), call);
                if (!goes) ctx.call(call);
                replied.add(goes);
            });
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            ann.presses("Yes");
            ann.awaitCallbackAnswer("voted yes");
            assertThat(replied).containsExactly(true);
        }
    }
}
