package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static io.botmesh.bot.Filters.outdated;
import static io.botmesh.bot.Rich.bold;
import static io.botmesh.bot.Rich.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What docs/state.md shows. */
final class StateExamples {
    private StateExamples() {}

    record Cart(List<String> items) {
        static Cart empty() {
            return new Cart(List.of());
        }

        Cart plus(String item) {
            var all = new ArrayList<>(items);
            all.add(item);
            return new Cart(all);
        }
    }

    static final SessionPart<Cart> CART = SessionPart.of("cart", Cart.class, Cart::empty);

    static void sessions(Bot bot, SessionStore store) {
        bot.use(new Sessions(store));
        bot.command("add", (ctx, command) -> {
            ctx.session(CART).update(cart -> cart.plus(command.arguments()));
            ctx.reply(ctx.session(CART).value().items().size() + " in your cart");
        });
    }

    static void conversations(Bot bot) {
        bot.use(Conversations.defaults()
                .withCancel(message().command("cancel"), ctx -> ctx.reply("Cancelled."))
                .withTimeout(Duration.ofMinutes(10), ctx -> ctx.reply("Too late, sorry.")));
        bot.command("order", ctx -> {
            String what = ctx.ask("What may it be?", message().text());
            int many = ctx.askUntil("How many?", message().text(), Integer::valueOf, "A number, please.");
            ctx.reply(many + " " + what + ", right away");
        });
    }

    enum Choice {
        YES,
        NO
    }

    @CallbackName("vote")
    record Vote(long poll, Choice choice) {}

    static void keyboards(Bot bot) {
        bot.command(
                "poll",
                ctx -> ctx.reply(
                        "Pizza?",
                        call -> call.withReplyMarkup(InlineKeyboard.of()
                                .button("Yes", new Vote(7, Choice.YES))
                                .button("No", new Vote(7, Choice.NO))
                                .markup())));
        bot.on(callback(Vote.class), (ctx, vote) -> ctx.answerCallbackQuery("Noted: " + vote.choice()));
        bot.on(outdated(Vote.class), (ctx, old) -> ctx.answerCallbackQuery("This button is too old."));
    }

    static void formatting(Bot bot) {
        bot.command(
                "hello",
                ctx -> ctx.reply(Rich.of(
                        "Dear ", bold(ctx.from().firstName()), ", see ", link("https://example.com", "our list"))));
    }
}
