package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.outdated;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import org.junit.jupiter.api.Test;

class TypedCallbackTest {
    enum Choice {
        YES,
        NO
    }

    @CallbackName("vote")
    record Vote(long poll, Choice choice) {}

    @CallbackName("vote")
    record OldVote(long poll) {}

    @Test
    void aPressedButtonComesBackAsItsRecord(@StartEmulator Telegram telegram) throws Exception {
        var account = telegram.bot("vote_bot");
        var ann = telegram.person("Ann");
        try (var bot = new Bot(
                BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api())))) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "Well?",
                            call -> call.withReplyMarkup(InlineKeyboard.of()
                                    .button("Yes", new Vote(7, Choice.YES))
                                    .button("No", new Vote(7, Choice.NO))
                                    .button("Old", new OldVote(7))
                                    .markup())));
            bot.on(callback(Vote.class), (ctx, vote) -> answer(ctx, vote.choice() + " in " + vote.poll()));
            bot.on(outdated(Vote.class), (ctx, old) -> answer(ctx, "too old"));
            bot.start();

            ann.opens(account);
            ann.awaitReply(account);
            ann.presses("No");
            assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("NO in 7");
            ann.presses("Old");
            assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("too old");
        }
    }

    private static void answer(Context ctx, String text) throws InterruptedException {
        var query = ctx.update().callbackQuery();
        assertThat(query).isNotNull();
        if (query != null) ctx.call(AnswerCallbackQuery.of(query.id()).withText(text));
    }
}
