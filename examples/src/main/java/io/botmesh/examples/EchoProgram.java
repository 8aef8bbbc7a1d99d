package io.botmesh.examples;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.Journals;
import io.botmesh.botapi.BotToken;
import java.nio.file.Path;

/** The {@link EchoBot} as a program of its own. */
public final class EchoProgram {
    private EchoProgram() {}

    /** With the token in the environment, and each update in the folder {@code echo.journal} until it has ended. */
    public static void main(String[] args) throws InterruptedException {
        var token = BotToken.parse(System.getenv("BOT_TOKEN"));
        try (var journal = Journals.open(Path.of("echo.journal"), token);
                var bot = new Bot(BotOptions.of(token).withJournal(journal))) {
            new EchoBot().setUp(bot);
            bot.run();
        }
    }
}
