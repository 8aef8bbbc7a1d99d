package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A SQLite file with one connection, owned by one thread. The file belongs to this process alone until {@link #close()} or
 * its death.
 */
public final class SqliteDatabase extends Database {
    /** Marks a file as ours in its header: "BMSH". */
    private static final int APPLICATION_ID = 0x424d5348;

    private static final byte[] SQLITE_HEADER = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** How long a process that is just dying may still hold the file. */
    private static final int BUSY_MILLIS = 2_000;
    /** Free pages of 4 KiB beyond which the file is made smaller, all at once at opening, in steps when it is idle. */
    private static final int SPARE_PAGES = 16_384;

    private static final int VACUUM_PAGES = 1_024;
    /** Groups of jobs from one look to the next, if nothing waits then. */
    private static final int QUIET = 64;
    /** The same while there is always a next one: whoever waits then waits a little longer, but rarely. */
    private static final int BUSY = 1_024;

    private static final Pattern NO_ROOM =
            Pattern.compile("no space left|not enough space|disk quota", Pattern.CASE_INSENSITIVE);
    /** More than a commit of a node often takes. */
    private static final int ROOM_BYTES = 1 << 16;

    /** Where a file is tried to be written. */
    interface Disk {
        void write(Path folder) throws IOException;
    }

    private final Path file;
    private final Content content;
    private final Handle handle; // of the writer thread
    private final Connection connection; // of the writer thread
    private final Map<String, Object> nodes = new HashMap<>(); // of the writer thread
    private long groups; // committed, as the writer thread counts
    private long lookedAt; // when there were so many
    private boolean full; // as the writer thread met it last
    private volatile Disk disk = SqliteDatabase::write;
    /** Set once nothing may be trusted any more: a sync failed, so what is on disk is unknown. */
    private volatile @Nullable JournalException broken;

    private SqliteDatabase(Path file, Content content, Connection connection, LongSupplier nanoTime) {
        super("sqlite " + file.getFileName(), file.toString(), Duration.ZERO, nanoTime); // nobody restarts a file
        this.file = file;
        this.content = content;
        this.connection = connection;
        this.handle = Jdbi.open(connection);
    }

    /**
     * Opens the file, or creates it; checks its structure and brings its tables up to date.
     *
     * @throws JournalException.Unusable if it is damaged, in use, not readable or not one of ours
     */
    public static SqliteDatabase open(Path file) {
        return open(file, Content.ANY);
    }

    static SqliteDatabase open(Path file, Content content) {
        return open(file, content, BUSY_MILLIS);
    }

    static SqliteDatabase open(Path file, Content content, int busyMillis) {
        return open(file, content, busyMillis, System::nanoTime);
    }

    static SqliteDatabase open(Path file, Content content, int busyMillis, LongSupplier nanoTime) {
        Connection connection = null;
        try {
            inspect(file, content);
            connection = connect(file, busyMillis);
            claim(file, content, connection);
            Migrations.apply(file, connection);
            var database = new SqliteDatabase(file, content, connection, nanoTime);
            database.start();
            return database;
        } catch (SQLException | RuntimeException | IOException failure) {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException late) {
                    failure.addSuppressed(late);
                }
            }
            throw openFailure(file, content, failure);
        }
    }

    /** Says more about what is no database than SQLite would. */
    private static void inspect(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder))
            throw unusable(file, "folder " + folder + " does not exist: create it or name another file", null);
        if (!Files.exists(file)) {
            if (isWritten(log(file)))
                throw unusable(
                        file,
                        "it is missing, but its log " + log(file).getFileName()
                                + " is there: put it back, or move the log away to begin anew",
                        null);
            return;
        }
        if (!Files.isRegularFile(file)) throw unusable(file, "it is not a file: name another one", null);
        if (!Files.isReadable(file) || !Files.isWritable(file))
            throw unusable(file, "no permission to read and write it", null);
        if (Files.size(file) == 0) {
            // SQLite would throw the log away as that of an older file; but the first page is synced before any log is.
            if (isWritten(log(file))) throw damaged(file, content, null);
            return; // created, and the process died before the first write
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(SQLITE_HEADER.length), SQLITE_HEADER))
                throw unusable(file, content.foreign, null);
        }
    }

    private static Path log(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private static boolean isWritten(Path file) throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    private static Connection connect(Path file, int busyMillis) throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(busyMillis);
        // Before anything is read: with it, no other process gets in, and the WAL index needs no shared memory.
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        // As a URI: in a plain name the driver takes what follows a question mark for settings.
        return config.createConnection("jdbc:sqlite:" + file.toUri());
    }

    private static void claim(Path file, Content content, Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("PRAGMA cell_size_check = ON");
            sql.execute("PRAGMA trusted_schema = OFF");
            sql.execute("PRAGMA auto_vacuum = INCREMENTAL"); // has an effect on a new file only
            sql.execute("BEGIN IMMEDIATE"); // takes the file, or learns that another process has it
            int owner = number(sql, "PRAGMA application_id");
            boolean fresh = owner == 0 && number(sql, "SELECT count(*) FROM sqlite_schema") == 0;
            if (owner != APPLICATION_ID && !fresh) // and is left as it is
            throw unusable(file, "it belongs to another program: name another file", null);
            sql.execute("COMMIT");
            sql.execute("PRAGMA journal_mode = WAL");
            sql.execute("PRAGMA synchronous = FULL");
            // A fold of the log syncs twice, and most of what it would copy is deleted a moment later.
            sql.execute("PRAGMA wal_autocheckpoint = 4000");
            sql.execute("PRAGMA journal_size_limit = 67108864");
            if (fresh) sql.execute("PRAGMA application_id = " + APPLICATION_ID);
            // Not the quick one: only this compares tables with their indexes, so it finds a row that changed its
            // owner.
            try (var check = sql.executeQuery("PRAGMA integrity_check(1)")) {
                if (!check.next() || !"ok".equals(check.getString(1))) throw damaged(file, content, null);
            }
            // An update, because that runs to the end: execute() stops at the first row, and each row is one page
            // freed.
            if (number(sql, "PRAGMA freelist_count") > SPARE_PAGES) sql.executeUpdate("PRAGMA incremental_vacuum");
        }
    }

    static int number(Statement sql, String query) throws SQLException {
        try (var rows = sql.executeQuery(query)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    public Path file() {
        return file;
    }

    @Override
    String name() {
        return file.toString();
    }

    @Override
    JournalException damaged() {
        return damaged(file, content, null);
    }

    @Override
    long nextBatch(Handle handle) {
        // By hand, because a checksum covers it; it never comes again even when the newest batch is deleted.
        return statements()
                        .first(
                                handle,
                                row -> row.getLong(1),
                                "SELECT seq FROM sqlite_sequence WHERE name = 'update_batch'")
                        .orElse(0L)
                + 1;
    }

    @Override
    String forUpdate() {
        return ""; // nobody else is in
    }

    @Override
    boolean claim(String node, Object owner) {
        return owner.equals(nodes.computeIfAbsent(node, unclaimed -> owner)); // the file keeps other processes out
    }

    @Override
    void checkClaim(String node) {}

    @Override
    void unclaim(String node, Object owner) {
        nodes.remove(node, owner);
    }

    @Override
    Handle begin() throws SQLException {
        var gone = broken;
        if (gone != null) throw gone;
        if (full) fold();
        statements().execute(handle, "BEGIN IMMEDIATE");
        return handle;
    }

    /** Gives back what the log takes, which is mostly of what was written again since, or deleted: there may be room then. */
    private void fold() {
        full = false;
        try {
            execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException stillFull) {
            // The file itself had to grow. Whoever writes is told.
        }
    }

    @Override
    void commit() throws SQLException {
        statements().execute(handle, "COMMIT");
    }

    @Override
    void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException already) {
            // SQLite rolls back by itself on some failures, a full disk for one.
        }
    }

    private void execute(String statement) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    /** Gives pages back that are free, a few at a time: the file must not stay as large as on its worst day. */
    @Override
    void committed(boolean busy) {
        groups++;
        if (broken != null || groups - lookedAt < (busy ? BUSY : QUIET)) return;
        lookedAt = groups;
        try (Statement sql = connection.createStatement()) {
            if (number(sql, "PRAGMA freelist_count") > SPARE_PAGES)
                sql.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
        } catch (SQLException later) {
            // The next write meets it too, and somebody is told.
        }
    }

    /**
     * Gives all free pages back to the file system.
     *
     * @return bytes by which the file is smaller
     */
    public long compact() {
        // Not as work: inside a transaction the log would hold every page twice until it is folded in.
        var freed = new CompletableFuture<Long>();
        var unused = submit(handle -> true, committed -> shrink(freed)).exceptionally(failed -> {
            freed.completeExceptionally(failed);
            return false;
        });
        try {
            return freed.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof JournalException journal ? again(journal) : failed;
        }
    }

    private void shrink(CompletableFuture<Long> freed) {
        try (Statement sql = connection.createStatement()) {
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            long before = Files.size(file);
            sql.executeUpdate("PRAGMA incremental_vacuum");
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            freed.complete(before - Files.size(file));
        } catch (SQLException | IOException failed) {
            freed.completeExceptionally(writeFailure(failed, false));
        }
    }

    @Override
    void release() {
        try (handle) {
            // Closing folds the log into the file and gives the file free.
        } catch (RuntimeException late) {
            // All that was promised is synced; what is left is repeated at the next opening.
        }
    }

    @Override
    Throwable failure(Throwable failure, boolean committing) {
        return failure.equals(broken) ? failure : writeFailure(failure, committing);
    }

    private Throwable writeFailure(Throwable failure, boolean committing) {
        var code = codeOf(failure);
        if (code == null) return failure; // the work's own
        return switch (primary(code)) {
            case SQLITE_FULL -> full(failure);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> {
                var damaged = damaged(file, content, failure);
                broken = damaged;
                yield damaged;
            }
            case SQLITE_IOERR -> {
                if (code == SQLiteErrorCode.SQLITE_IOERR_WRITE && hasNoRoom()) yield full(failure);
                var lost = unusable(file, "the disk failed (" + code + "): check it, then start again", failure);
                // A sync that failed may have dropped pages that the system calls clean: later ones prove nothing.
                if (committing) broken = lost;
                yield committing ? lost : new JournalException.NotStored(String.valueOf(lost.getMessage()), failure);
            }
            default -> new JournalException.NotStored("cannot write to " + file + ": " + code, failure);
        };
    }

    private JournalException full(Throwable failure) {
        full = true;
        return new JournalException.NotStored(
                "cannot write to " + file + ": the disk is full; free some space" + AGAIN, failure);
    }

    /** SQLite knows a disk without space, and takes a quota that is used up for a broken one. */
    private boolean hasNoRoom() {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) return false;
        try {
            disk.write(folder);
            return false;
        } catch (IOException refused) {
            return NO_ROOM.matcher(String.valueOf(refused.getMessage())).find();
        }
    }

    private static void write(Path folder) throws IOException {
        Path room = Files.createTempFile(folder, "room", ".tmp");
        try {
            Files.write(room, new byte[ROOM_BYTES]);
        } finally {
            Files.deleteIfExists(room);
        }
    }

    /** For tests. */
    void disk(Disk disk) {
        this.disk = disk;
    }

    private static RuntimeException openFailure(Path file, Content content, Exception failure) {
        if (failure instanceof JournalException told) return told;
        var code = codeOf(failure);
        if (code == null)
            return unusable(
                    file,
                    String.valueOf(failure.getMessage()).lines().findFirst().orElse(""),
                    failure);
        return switch (primary(code)) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                unusable(file, "it is in use by another process: end that one or name another file", failure);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(file, content, failure);
            case SQLITE_FULL -> unusable(file, "the disk is full: free some space and start again", failure);
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY ->
                unusable(file, "no permission to read and write it and its folder", failure);
            default -> unusable(file, "SQLite says " + code, failure);
        };
    }

    private static JournalException.Unusable damaged(Path file, Content content, @Nullable Throwable cause) {
        return unusable(file, content.damaged, cause);
    }

    static JournalException.Unusable unusable(Path file, String why, @Nullable Throwable cause) {
        return new JournalException.Unusable("cannot use " + file + ": " + why, cause);
    }

    /** SQLite's word on the failure, or null if it is about something else. */
    private static @Nullable SQLiteErrorCode codeOf(Throwable failure) {
        for (var at : causes(failure)) if (at instanceof SQLiteException sqlite) return sqlite.getResultCode();
        return null;
    }

    private static SQLiteErrorCode primary(SQLiteErrorCode extended) {
        return SQLiteErrorCode.getErrorCode(extended.code & 0xff);
    }
}
