package io.botmesh.bot;

import io.botmesh.botapi.ApiOptions;
import java.net.URI;

/** A program of its own, as a user writes one: token and server as arguments. */
final class EchoMain {
    private EchoMain() {}

    public static void main(String[] arguments) throws Exception {
        var options =
                BotOptions.of(arguments[0]).withServer(ApiOptions.defaults().withBase(URI.create(arguments[1])));
        try (var bot = new Bot(options)) {
            bot.command("slow", ctx -> {
                ctx.reply("begun");
                Thread.sleep(Long.parseLong(arguments[2]));
                ctx.reply("done");
            });
            bot.run();
        }
    }
}
