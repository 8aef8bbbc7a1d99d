package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that is a bot. */
final class ApiMixin {
    @Mixin
    private ServerMixin server = new ServerMixin();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            required = true,
            description = "File with the bot token; one a line, # starts a comment.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path tokenFile;

    /** @throws CommandException if the URL is none */
    ApiOptions options() {
        return server.options();
    }

    /** The only token of the file. */
    BotToken token(Terminal terminal) {
        return token(tokenFile, terminal);
    }

    /** All tokens of a file; says so if others could have read them. */
    static List<BotToken> tokens(Path file, Terminal terminal) {
        List<BotToken> tokens = TokenFile.read(file);
        if (TokenFile.openToOthers(file)) terminal.say("botmesh: warning: others can read " + file + "; chmod 600 it");
        return tokens;
    }

    /** The only token of a file. */
    static BotToken token(Path file, Terminal terminal) {
        List<BotToken> tokens = tokens(file, terminal);
        if (tokens.size() > 1)
            throw CommandException.wrongUse(
                    "token file " + file + " holds " + tokens.size() + " tokens; give each bot a file of its own");
        return tokens.getFirst();
    }
}
