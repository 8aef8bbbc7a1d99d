package io.botmesh.examples;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.Journals;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import java.net.URI;
import java.nio.file.Path;

/** The {@link EchoBot} as a program of its own. */
public final class EchoProgram {
    private EchoProgram() {}

    /**
     * With the token in the environment, and maybe another server than Telegram's; each update is in the folder
     * {@code echo.journal} until it has ended.
     */
    public static void main(String[] args) throws InterruptedException {
        var token = BotToken.parse(System.getenv("BOT_TOKEN"));
        var server = URI.create(System.getenv().getOrDefault("BOT_API", "https://api.telegram.org"));
        var options = BotOptions.of(token).withServer(ApiOptions.defaults().withBase(server));
        try (var journal = Journals.open(Path.of("echo.journal"), token);
                var bot = new Bot(options.withJournal(journal))) {
            new EchoBot().setUp(bot);
            bot.run();
        }
    }
}
