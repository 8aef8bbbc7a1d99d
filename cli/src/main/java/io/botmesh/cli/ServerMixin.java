package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.mesh.MeshException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Bot API server that a command talks to. */
final class ServerMixin {
    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "The Bot API server, such as http://127.0.0.1:8081 (default: Telegram's own).")
    private @Nullable String api;

    /** @throws CommandException if the URL is none */
    ApiOptions options() {
        ApiOptions defaults = ApiOptions.defaults();
        if (api == null) return defaults;
        try {
            return defaults.withBase(URI.create(api));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(
                    "--api takes the address of a server, such as http://127.0.0.1:8081, without token or path", wrong);
        }
    }

    /** Says which server, and what to do about it. */
    CommandException unreachable(MeshException.Unreachable nobody) {
        return CommandException.failed(
                nobody.getMessage() + "; check --api, now " + name() + ", and the network", nobody);
    }

    /** For messages about it. */
    String name() {
        return options().base().toString();
    }
}
