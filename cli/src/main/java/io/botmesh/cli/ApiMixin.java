package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.mesh.MeshException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to a Bot API server. */
final class ApiMixin {
    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "The Bot API server, such as http://127.0.0.1:8081 (default: Telegram's own).")
    private @Nullable String api;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            required = true,
            description = "File with the bot token; one a line, # starts a comment.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path tokenFile;

    /** @throws CommandException if the URL is none */
    ApiOptions options() {
        return options(api);
    }

    /**
     * The options for a server.
     *
     * @param api null for Telegram's own
     * @throws CommandException if the URL is none
     */
    static ApiOptions options(@Nullable String api) {
        ApiOptions defaults = ApiOptions.defaults();
        if (api == null) return defaults;
        try {
            return defaults.withBase(URI.create(api));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(
                    "--api takes the address of a server, such as http://127.0.0.1:8081, without token or path", wrong);
        }
    }

    /** All tokens of the file; says so if others could have read them. */
    List<BotToken> tokens(Terminal terminal) {
        List<BotToken> tokens = TokenFile.read(tokenFile);
        if (TokenFile.openToOthers(tokenFile))
            terminal.say("botmesh: warning: others can read " + tokenFile + "; chmod 600 it");
        return tokens;
    }

    /** The only token of the file. */
    BotToken token(Terminal terminal) {
        List<BotToken> tokens = tokens(terminal);
        if (tokens.size() > 1)
            throw CommandException.wrongUse(
                    "token file " + tokenFile + " holds " + tokens.size() + " tokens; a reader takes exactly one");
        return tokens.getFirst();
    }

    /** Says which server, and what to do about it. */
    CommandException unreachable(MeshException.Unreachable nobody) {
        return CommandException.failed(
                nobody.getMessage() + "; check --api, now " + server() + ", and the network", nobody);
    }

    /** For messages about it. */
    String server() {
        return options().base().toString();
    }
}
