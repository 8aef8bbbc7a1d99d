package io.botmesh.e2e;

import io.botmesh.emulatorjunit.TestBot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code botmesh run} for a bot of an emulator, its token in a file that nobody else may read. */
final class BotCommand {
    private final Path folder;

    /** @param folder where it runs, and the token's file is written */
    BotCommand(Path folder) {
        this.folder = folder;
    }

    /** A process that runs the bot with these arguments and those that say which bot it is. */
    BotmeshProcess start(TestBot account, String... arguments) throws IOException {
        var all = arguments(account, arguments);
        all.addFirst("run");
        return BotmeshProcess.start(folder, InputStream.nullInputStream(), all.toArray(String[]::new));
    }

    /** Those that say which bot it is, and these. */
    List<String> arguments(TestBot account, String... arguments) throws IOException {
        var api = account.api().toString();
        var all = new ArrayList<>(List.of("--token-file", tokenFile(account.token()), "--api", api));
        all.addAll(List.of(arguments));
        return all;
    }

    /** Writes a token to a file. */
    private String tokenFile(String token) throws IOException {
        var file = folder.resolve(token.substring(0, token.indexOf(':')) + ".token");
        Files.writeString(file, token);
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);
        return file.toString();
    }
}
