package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Every input of a world in an SQLite file, in order. One process holds the file, and in it one thread, that of the
 * {@link StateWriter}.
 *
 * <p>The log is synchronised when SQLite checkpoints it, not with every commit: what was committed survives the end of this
 * process at any moment, and a machine that loses power may lose the last of it, but never the rest.
 */
final class StateFile implements AutoCloseable {
    static final int FORMAT = 1;

    /** "bmsh", for tools that look at files. */
    private static final int APPLICATION_ID = 0x626D7368;

    /** What was taken at a time, with all that it answered to. */
    record Row(Instant at, Input input, @Nullable Long replySum) {}

    /** Takes what is read back. */
    interface Reader {
        /** Rows are numbered from 1. */
        void take(long number, Row row) throws IOException;
    }

    private final Path path;
    private final Connection connection;
    private final StateBlobs blobs;
    private final InputCodec codec;
    private final StateWriter writer;
    private long number;

    private StateFile(Path path, Connection connection) {
        this.path = path;
        this.connection = connection;
        writer = new StateWriter(this::write, failed -> unwritable(path, failed));
        blobs = new StateBlobs(connection, writer::ask);
        codec = new InputCodec(blobs);
    }

    /**
     * Opens a file, or makes one.
     *
     * @param made what a world depends on beside its inputs; a file that was made with something else is refused
     */
    static StateFile open(Path path, Map<String, String> made) {
        create(path);
        // As a URI, because in a plain name the driver takes what follows a question mark for settings.
        var url = "jdbc:sqlite:" + path.toUri();
        Connection connection;
        try {
            connection = DriverManager.getConnection(url);
        } catch (SQLException failed) {
            if ("08001".equals(failed.getSQLState())) {
                throw new StateFileException(
                        "a state file needs the SQLite driver: add org.xerial:sqlite-jdbc to the class path", failed);
            }
            throw new StateFileException(path + " cannot be opened: " + line(failed), failed);
        }
        try {
            var file = new StateFile(path, connection);
            file.prepare(made);
            return file;
        } catch (SQLException | RuntimeException failed) {
            try {
                connection.close();
            } catch (SQLException alsoNot) {
                failed.addSuppressed(alsoNot);
            }
            throw failed instanceof StateFileException clear ? clear : reason(path, failed);
        }
    }

    /** Holds tokens, so only its owner may read it; SQLite makes its log alike. */
    private static void create(Path path) {
        try {
            boolean posix = path.toAbsolutePath()
                    .getFileSystem()
                    .supportedFileAttributeViews()
                    .contains("posix");
            if (posix) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException there) {
            if (Files.isDirectory(path)) throw new StateFileException(path + " is a directory; name a file", there);
        } catch (IOException failed) {
            throw new StateFileException(path + " cannot be made: is its directory there and yours to write?", failed);
        }
    }

    private void prepare(Map<String, String> made) throws SQLException {
        try (var sql = connection.createStatement()) {
            sql.execute("PRAGMA busy_timeout = 0");
            sql.execute("PRAGMA locking_mode = EXCLUSIVE");
            sql.execute("PRAGMA cell_size_check = ON");
            sql.execute("PRAGMA trusted_schema = OFF");
            sql.execute("PRAGMA journal_mode = WAL");
            sql.execute("PRAGMA synchronous = NORMAL");
            sql.execute("PRAGMA journal_size_limit = 67108864");
            connection.setAutoCommit(false);
            int owner = number(sql, "PRAGMA application_id");
            int tables = number(sql, "SELECT count(*) FROM sqlite_master");
            if (owner != APPLICATION_ID && (owner != 0 || tables != 0)) {
                throw new StateFileException(path + " is a database of another program; name another file", null);
            }
            if (tables == 0) {
                make(sql, made);
            } else {
                check(sql, made);
            }
            connection.commit();
        }
    }

    private void make(Statement sql, Map<String, String> made) throws SQLException {
        sql.execute("CREATE TABLE made(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
        sql.execute("CREATE TABLE input(number INTEGER PRIMARY KEY, second INTEGER NOT NULL, nano INTEGER NOT NULL,"
                + " kind TEXT NOT NULL, body TEXT NOT NULL, reply INTEGER, sum INTEGER NOT NULL) STRICT");
        StateBlobs.make(sql);
        try (var insert = connection.prepareStatement("INSERT INTO made VALUES(?, ?)")) {
            var all = new LinkedHashMap<String, String>();
            all.put("emulator", version());
            all.putAll(made);
            for (var each : all.entrySet()) {
                insert.setString(1, each.getKey());
                insert.setString(2, each.getValue());
                insert.executeUpdate();
            }
        }
        sql.execute("PRAGMA application_id = " + APPLICATION_ID);
        sql.execute("PRAGMA user_version = " + FORMAT);
    }

    private void check(Statement sql, Map<String, String> made) throws SQLException {
        int format = number(sql, "PRAGMA user_version");
        if (format > FORMAT) {
            throw new StateFileException(
                    path + " has format " + format + ", made by a newer emulator ("
                            + made(sql).get("emulator") + "); this one, " + version() + ", knows formats up to "
                            + FORMAT,
                    null);
        }
        try (var check = sql.executeQuery("PRAGMA quick_check(1)")) {
            if (!check.next() || !"ok".equals(check.getString(1))) throw damaged(path, "SQLite says so", null);
        }
        var before = made(sql);
        var differences = new ArrayList<String>();
        for (var each : made.entrySet()) {
            var was = before.get(each.getKey());
            if (!each.getValue().equals(was)) {
                differences.add(each.getKey() + " " + was + ", not " + each.getValue());
            }
        }
        if (!differences.isEmpty()) {
            throw new StateFileException(
                    path + " was made with " + String.join("; ", differences)
                            + ": start the emulator as it was, or name another file",
                    null);
        }
    }

    private static Map<String, String> made(Statement sql) throws SQLException {
        var made = new LinkedHashMap<String, String>();
        try (var found = sql.executeQuery("SELECT name, value FROM made")) {
            while (found.next()) made.put(found.getString(1), found.getString(2));
        }
        return made;
    }

    /** Reads everything back, in order. Before {@link #start()}. */
    void read(Reader reader) {
        try {
            var flaw = blobs.flaw();
            if (flaw != null) throw damaged(path, flaw, null);
        } catch (SQLException failed) {
            throw reason(path, failed);
        }
        try (var sql = connection.createStatement();
                var found = sql.executeQuery(
                        "SELECT number, second, nano, kind, body, reply, sum FROM input ORDER BY number")) {
            while (found.next()) {
                if (found.getLong(1) != ++number) throw damaged(path, "input " + number + " is missing", null);
                var at = Instant.ofEpochSecond(found.getLong(2), found.getInt(3));
                var kind = found.getString(4);
                var body = found.getString(5);
                long reply = found.getLong(6);
                Long replySum = found.wasNull() ? null : Long.valueOf(reply);
                if (found.getLong(7) != sum(number, at, kind, body, replySum)) {
                    throw damaged(path, "input " + number + " has another checksum", null);
                }
                reader.take(number, new Row(at, decode(kind, body), replySum));
            }
            connection.commit();
        } catch (SQLException | IOException failed) {
            throw reason(path, failed);
        }
    }

    private Input decode(String kind, String body) throws IOException {
        try {
            return codec.decode(kind, body);
        } catch (RuntimeException broken) {
            throw damaged(path, "input " + number + " cannot be read", broken);
        }
    }

    /** From now on rows are taken. */
    void start() {
        writer.start();
    }

    /** Takes one more input; never blocks. */
    void append(Row row) {
        writer.append(row);
    }

    /** Completes when all that was appended so far is on disk; exceptionally if it never will be. */
    CompletableFuture<Void> committed() {
        return writer.committed();
    }

    /** Completes with the reason when nothing can be written any more, and never if all goes well. */
    CompletableFuture<StateFileException> failure() {
        return writer.failure();
    }

    private void write(List<Row> batch) throws SQLException, IOException {
        try (var insert = connection.prepareStatement("INSERT INTO input VALUES(?, ?, ?, ?, ?, ?, ?)")) {
            for (var row : batch) {
                var kind = InputCodec.kind(row.input());
                var body = codec.encode(row.input());
                insert.setLong(1, ++number);
                var at = row.at();
                insert.setLong(2, at.getEpochSecond());
                insert.setInt(3, at.getNano());
                insert.setString(4, kind);
                insert.setString(5, body);
                insert.setObject(6, row.replySum());
                insert.setLong(7, sum(number, row.at(), kind, body, row.replySum()));
                insert.executeUpdate();
            }
            connection.commit();
        } catch (SQLException | IOException | RuntimeException | Error failed) {
            try {
                connection.rollback();
            } catch (SQLException alsoNot) { // SQLite may have done so itself
                failed.addSuppressed(alsoNot);
            }
            throw failed;
        }
    }

    /** What was appended is written first. */
    @Override
    public void close() {
        writer.close();
        try {
            connection.close();
        } catch (SQLException notClean) {
            LoggerFactory.getLogger(StateFile.class).warn("{} was not closed cleanly", path, notClean);
        }
    }

    static long sum(long number, Instant at, String kind, String body, @Nullable Long replySum) {
        var sum = new CRC32C();
        sum.update((number + " " + at + " " + kind + " " + replySum + " ").getBytes(US_ASCII));
        sum.update(body.getBytes(UTF_8));
        return sum.getValue();
    }

    static long sum(byte[] bytes) {
        var sum = new CRC32C();
        sum.update(bytes);
        return sum.getValue();
    }

    private static StateFileException reason(Path path, Throwable failed) {
        if (failed instanceof StateFileException clear) return clear;
        if (failed instanceof UncheckedIOException || failed instanceof CompletionException) {
            var cause = failed.getCause();
            if (cause != null) return reason(path, cause);
        }
        int code = failed instanceof SQLException sql ? sql.getErrorCode() & 0xFF : 0;
        return switch (code) {
            case 5, 6 ->
                new StateFileException(path + " is held by another process; end that or name another file", failed);
            case 8, 13, 14 -> new StateFileException(path + " cannot be written: " + line(failed), failed);
            case 11, 26 -> damaged(path, line(failed), failed);
            default -> new StateFileException(path + " cannot be used: " + line(failed), failed);
        };
    }

    private static StateFileException unwritable(Path path, Throwable failed) {
        return new StateFileException(
                path + " cannot be written (" + line(failed) + "); what was answered until now is kept", failed);
    }

    private static StateFileException damaged(Path path, String how, @Nullable Throwable cause) {
        return new StateFileException(
                path + " is damaged or no state file (" + how + "); restore a copy or name another file", cause);
    }

    private static String line(Throwable failed) {
        var message = failed.getMessage();
        return message == null
                ? failed.getClass().getSimpleName()
                : message.strip().replaceAll("\\s+", " ");
    }

    static String version() {
        var module = Emulator.class.getModule().getDescriptor();
        var version = module == null
                ? Emulator.class.getPackage().getImplementationVersion()
                : module.rawVersion().orElse(null);
        return version == null ? "of no version" : version;
    }

    static int number(Statement sql, String query) throws SQLException {
        try (var found = sql.executeQuery(query)) {
            return found.next() ? found.getInt(1) : 0;
        }
    }
}
