package io.botmesh.examples;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;

/** Says back what it hears. */
public final class EchoBot implements BotProgram {
    @Override
    public void setUp(Bot bot) {
        bot.command("start", ctx -> ctx.reply("Hello, " + ctx.from().firstName()));
        bot.on(message().text(), (ctx, text) -> ctx.reply(text));
    }
}
