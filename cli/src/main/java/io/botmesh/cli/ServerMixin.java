package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.mesh.MeshException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Bot API server that a command talks to. */
final class ServerMixin {
    private static final int PATIENCE_MILLIS = 2_000;

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
        if (nobody.getCause() instanceof ApiException && isControl())
            return CommandException.failed(
                    "--api is " + api + ", the control API of an emulator; give the address that it prints as Bot API",
                    nobody);
        return CommandException.failed(
                nobody.getMessage() + "; check --api, now " + name() + ", and the network", nobody);
    }

    /** Whether an emulator is controlled there; it may want a secret. */
    private boolean isControl() {
        if (api == null) return false;
        try {
            var asked = (HttpURLConnection)
                    options().base().resolve("/control/bots").toURL().openConnection();
            asked.setConnectTimeout(PATIENCE_MILLIS);
            asked.setReadTimeout(PATIENCE_MILLIS);
            int status = asked.getResponseCode();
            asked.disconnect();
            return List.of(200, 401, 403, 405).contains(status); // Bot API servers say 404
        } catch (IOException unknown) {
            return false;
        }
    }

    /** For messages about it. */
    String name() {
        return options().base().toString();
    }
}
