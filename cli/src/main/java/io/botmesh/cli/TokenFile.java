package io.botmesh.cli;

import io.botmesh.botapi.BotToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Bot tokens from a file: one a line; blank lines and what follows a # are left out. Messages name lines, never what stands there. */
final class TokenFile {
    /** A list of tokens is small; this is something else. */
    private static final long MOST_BYTES = 1 << 20;

    private TokenFile() {}

    /**
     * Reads the tokens.
     *
     * @return at least one token, none twice, in the file's order
     * @throws CommandException if the file is missing, unreadable or malformed
     */
    static List<BotToken> read(Path file) {
        List<String> lines;
        try {
            if (Files.isDirectory(file)) throw malformed(file, "is a directory");
            if (Files.isRegularFile(file) && Files.size(file) > MOST_BYTES)
                throw malformed(file, "is too large for a list of tokens");
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw CommandException.wrongUse(
                    "token file " + file + " does not exist; put the bot's token into it, one a line", missing);
        } catch (CharacterCodingException binary) {
            throw malformed(file, "is not a text file");
        } catch (IOException broken) {
            throw CommandException.wrongUse(
                    "cannot read token file " + file + " (" + IoReason.of(broken) + "); give yourself the right to",
                    broken);
        }
        var tokens = new LinkedHashSet<BotToken>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (i == 0 && line.startsWith("\ufeff")) line = line.substring(1);
            int comment = line.indexOf('#');
            if (comment >= 0) line = line.substring(0, comment).strip();
            if (line.isEmpty()) continue;
            try {
                tokens.add(BotToken.parse(line));
            } catch (IllegalArgumentException malformed) {
                throw malformed(file, "line " + (i + 1) + " is no bot token");
            }
        }
        if (tokens.isEmpty()) throw malformed(file, "holds no token");
        return List.copyOf(tokens);
    }

    private static CommandException malformed(Path file, String what) {
        return CommandException.wrongUse("token file " + file + ": " + what
                + "; expected is one token a line, as @BotFather gives it: digits, a colon, letters");
    }

    /** True if others than the owner may read the file; false where the file system knows no such rights. */
    static boolean openToOthers(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.GROUP_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
