package io.botmesh.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code --journal} names. */
sealed interface JournalPlace {
    /** A folder of the journal's own files, each bot in one of its own. */
    record Folder(Path path) implements JournalPlace {}

    record Sqlite(Path file) implements JournalPlace {}

    record Postgres(PostgresPlace place) implements JournalPlace {}

    /**
     * What is there says what it is; a new name is a folder, unless it ends as those of SQLite files do.
     *
     * @throws CommandException if it is no place at all
     */
    static JournalPlace parse(String place, Map<String, String> environment) {
        if (place.isBlank()) // a variable of a shell that is not set; it would be the current folder
        throw CommandException.wrongUse("--journal is empty; name a folder, a file or postgresql://USER@HOST/DATABASE");
        if (place.contains(":/")) return new Postgres(PostgresPlace.parse("--journal", place, environment));
        Path path;
        try {
            path = Path.of(place);
        } catch (InvalidPathException wrong) {
            throw CommandException.wrongUse("--journal is no name of a folder or file", wrong);
        }
        if (Files.isDirectory(path)) return new Folder(path);
        boolean folder =
                place.endsWith("/") || place.endsWith(path.getFileSystem().getSeparator());
        boolean sqlite = Files.exists(path)
                || List.of(".db", ".sqlite", ".sqlite3").stream().anyMatch(place.toLowerCase(Locale.ROOT)::endsWith);
        return folder || !sqlite ? new Folder(path) : new Sqlite(path);
    }
}
