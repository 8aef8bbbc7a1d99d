package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;

/** The program that the guide begins with. */
public final class Echo implements BotProgram {
    @Override
    public void setUp(Bot bot) {
        bot.command("start", ctx -> ctx.reply("Hello, " + ctx.from().firstName()));
        bot.on(message().text(), (ctx, text) -> ctx.reply(text));
    }
}
