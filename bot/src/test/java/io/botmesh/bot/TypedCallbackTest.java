package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.outdated;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.AnswerCallbackQuery;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class TypedCallbackTest extends WithEmulator {
    enum Choice {
        YES,
        NO
    }

    @CallbackName("vote")
    record Vote(long poll, Choice choice) {}

    /** What an earlier version of the program had in its buttons. */
    private static final String OLD_VOTE = "vote.old:O";

    static final class Drinks {
        record Order(boolean large) {}
    }

    static final class Meals {
        record Order(String dish, int many) {}
    }

    private void shows(Bot bot, InlineKeyboard buttons) {
        bot.command("start", ctx -> ctx.reply("Well?", call -> call.withReplyMarkup(buttons.markup())));
    }

    private void presses(String label, String answer) {
        ann.presses(label);
        assertThat(ann.awaitCallbackAnswer().text()).isEqualTo(answer);
    }

    @Test
    void aPressedButtonComesBackAsItsRecord() throws Exception {
        try (var bot = new Bot(options())) {
            shows(
                    bot,
                    InlineKeyboard.of()
                            .button("Yes", new Vote(7, Choice.YES))
                            .button("No", new Vote(7, Choice.NO))
                            .button("Old", OLD_VOTE));
            bot.on(callback(Vote.class), (ctx, vote) -> answer(ctx, vote.choice() + " in " + vote.poll()));
            bot.on(outdated(Vote.class), (ctx, old) -> answer(ctx, "too old"));
            bot.start();

            ann.opens(account);
            ann.awaitReply(account);
            presses("No", "NO in 7");
            presses("Old", "too old");
        }
    }

    /** Each in a class of its own, and nobody thought of the other. */
    @Test
    void buttonsOfTwoRecordsOfOneNameEachComeBackAsTheirs() throws Exception {
        try (var bot = new Bot(options())) {
            shows(
                    bot,
                    InlineKeyboard.of()
                            .button("Tea", new Drinks.Order(true))
                            .button("Soup", new Meals.Order("soup", 2))
                            .button("Old", "Order.old:O"));
            bot.on(callback(Drinks.Order.class), (ctx, drink) -> answer(ctx, "" + drink));
            bot.on(outdated(Drinks.Order.class), (ctx, old) -> answer(ctx, "too old"));
            bot.on(callback(Meals.Order.class), (ctx, meal) -> answer(ctx, "" + meal));
            bot.start();

            ann.opens(account);
            ann.awaitReply(account);
            presses("Tea", "Order[large=true]");
            presses("Soup", "Order[dish=soup, many=2]");
            presses("Old", "too old");
        }
    }

    private static void answer(Context ctx, String text) throws InterruptedException {
        var query = ctx.update().callbackQuery();
        assertThat(query).isNotNull();
        if (query != null) ctx.call(AnswerCallbackQuery.of(query.id()).withText(text));
    }
}
