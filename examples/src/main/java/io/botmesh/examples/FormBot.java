package io.botmesh.examples;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.Conversations;
import io.botmesh.bot.InlineKeyboard;
import java.time.LocalDate;

/** A table in a restaurant, by a conversation: with a journal it goes on where it was even if the program dies in it. */
public final class FormBot implements BotProgram {
    /** What the buttons say. */
    record Confirm(boolean yes) {}

    @Override
    public void setUp(Bot bot) {
        var cancel = message().command("cancel");
        bot.use(Conversations.defaults().withCancel(cancel, ctx -> ctx.reply("Then not.")));
        bot.awaits(callback(Confirm.class));
        bot.command("book", ctx -> {
            String name = ctx.ask("On which name?", message().text());
            int guests = ctx.askUntil("How many guests?", message().text(), FormBot::guests, "A number from 1 to 12.");
            var day = ctx.askUntil("Which day?", message().text(), LocalDate::parse, "Like 2030-12-31, please.");
            var confirm = ctx.ask(
                    name + ", " + guests + " guests, " + day + "?",
                    question -> question.withReplyMarkup(InlineKeyboard.of()
                            .button("Yes", new Confirm(true))
                            .button("No", new Confirm(false))
                            .markup()),
                    callback(Confirm.class));
            ctx.reply(confirm.yes() ? "Your table is booked." : "Then not.");
        });
    }

    private static int guests(String text) {
        int guests = Integer.parseInt(text);
        if (guests < 1 || guests > 12) throw new IllegalArgumentException("guests: " + guests);
        return guests;
    }
}
