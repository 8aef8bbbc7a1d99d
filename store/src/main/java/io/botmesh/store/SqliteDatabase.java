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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A SQLite file with one connection, owned by one thread, and group commit: all work that arrives while the disk is busy
 * shares the next transaction and its sync. Several stores (journal, outbox, inbox) share one file and so one sync.
 *
 * <p>The file belongs to this process alone until {@link #close()} or its death. All failures are
 * {@link JournalException}s.
 */
public final class SqliteDatabase implements AutoCloseable {
    /**
     * Work inside a transaction. May run more than once before it commits: what it does outside the database must not
     * mind.
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Handle handle) throws Exception;
    }

    /** Marks a file as ours in its header: "BMSH". */
    private static final int APPLICATION_ID = 0x424d5348;

    private static final byte[] SQLITE_HEADER = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** How long a process that is just dying may still hold the file. */
    private static final int BUSY_MILLIS = 2_000;
    /** Free pages of 4 KiB beyond which the file is made smaller at opening. */
    private static final int SPARE_PAGES = 16_384;

    private static final int GROUP = 1_000;

    /** Work, and where its outcome goes. */
    private static final class Job<T extends @Nullable Object> {
        private final Work<T> work;
        final Consumer<? super T> committed;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;

        Job(Work<T> work, Consumer<? super T> committed) {
            this.work = work;
            this.committed = committed;
        }

        void run(Handle handle) throws Exception {
            result = work.run(handle);
        }

        @SuppressWarnings("NullAway") // run() has set the result, and it is null only where T allows it
        void complete() {
            try {
                committed.accept(result);
                done.complete(result);
            } catch (RuntimeException | Error broken) {
                done.completeExceptionally(broken);
            }
        }
    }

    private final Path file;
    private final Handle handle; // of the writer thread
    private final Connection connection; // of the writer thread
    private final Thread writer;
    private final LinkedBlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Job<@Nullable Object> end = new Job<>(handle -> null, nothing -> {});

    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private final AtomicLong transactions = new AtomicLong();
    /** Set once nothing may be trusted any more: a sync failed, so what is on disk is unknown. */
    private volatile @Nullable JournalException broken;

    private SqliteDatabase(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
        this.handle = Jdbi.open(connection);
        this.writer = Thread.ofPlatform()
                .name("sqlite " + file.getFileName())
                .daemon()
                .unstarted(this::write);
    }

    /**
     * Opens the file, or creates it; checks its structure and brings its tables up to date.
     *
     * @throws JournalException.Unusable if it is damaged, in use, not readable or not one of ours
     */
    public static SqliteDatabase open(Path file) {
        return open(file, BUSY_MILLIS);
    }

    static SqliteDatabase open(Path file, int busyMillis) {
        Connection connection = null;
        try {
            inspect(file);
            connection = connect(file, busyMillis);
            claim(file, connection);
            Migrations.apply(file, connection);
            var database = new SqliteDatabase(file, connection);
            database.writer.start();
            return database;
        } catch (SQLException | RuntimeException | IOException failure) {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException late) {
                    failure.addSuppressed(late);
                }
            }
            throw openFailure(file, failure);
        }
    }

    /** Says more about what is no database than SQLite would. */
    private static void inspect(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder))
            throw unusable(file, "folder " + folder + " does not exist: create it or name another file", null);
        if (!Files.exists(file)) return;
        if (!Files.isRegularFile(file)) throw unusable(file, "it is not a file: name another one", null);
        if (!Files.isReadable(file) || !Files.isWritable(file))
            throw unusable(file, "no permission to read and write it", null);
        if (Files.size(file) == 0) return; // created, and the process died before the first write
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(SQLITE_HEADER.length), SQLITE_HEADER))
                throw unusable(file, "it is damaged or not a journal: restore it or name another file", null);
        }
    }

    private static Connection connect(Path file, int busyMillis) throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(busyMillis);
        // Before anything is read: with it, no other process gets in, and the WAL index needs no shared memory.
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    }

    private static void claim(Path file, Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("PRAGMA cell_size_check = ON");
            sql.execute("PRAGMA trusted_schema = OFF");
            sql.execute("PRAGMA auto_vacuum = INCREMENTAL"); // has an effect on a new file only
            sql.execute("PRAGMA journal_mode = WAL");
            sql.execute("PRAGMA synchronous = FULL");
            sql.execute("PRAGMA journal_size_limit = 67108864");
            sql.execute("BEGIN IMMEDIATE"); // takes the file, or learns that another process has it
            sql.execute("COMMIT");
            int owner = number(sql, "PRAGMA application_id");
            boolean fresh = number(sql, "SELECT count(*) FROM sqlite_schema") == 0;
            if (owner == 0 && fresh) sql.execute("PRAGMA application_id = " + APPLICATION_ID);
            else if (owner != APPLICATION_ID)
                throw unusable(file, "it belongs to another program: name another file", null);
            // Not the quick one: only this compares tables with their indexes, so it finds a row that changed its
            // owner.
            try (var check = sql.executeQuery("PRAGMA integrity_check(1)")) {
                if (!check.next() || !"ok".equals(check.getString(1))) throw damaged(file, null);
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

    /** Runs the work and returns when its transaction is on stable storage. Not cut short by an interrupt. */
    public <T extends @Nullable Object> T call(Work<T> work) {
        return call(work, committed -> {});
    }

    /** As {@link #call(Work)}, and {@code committed} as in {@link #submit(Work, Consumer)}. */
    <T extends @Nullable Object> T call(Work<T> work, Consumer<? super T> committed) {
        if (Thread.currentThread().equals(writer)) throw new IllegalStateException("called from inside work");
        try {
            return submit(work, committed).join();
        } catch (CompletionException failed) {
            // From the other thread, so with this one's trace beside it.
            if (failed.getCause() instanceof JournalException.NotStored cause)
                throw new JournalException.NotStored(String.valueOf(cause.getMessage()), cause);
            if (failed.getCause() instanceof JournalException.Unusable cause)
                throw new JournalException.Unusable(String.valueOf(cause.getMessage()), cause);
            throw failed;
        }
    }

    /** Queues the work; the future completes, on the database's thread, when its transaction is on stable storage. */
    public <T extends @Nullable Object> CompletableFuture<T> submit(Work<T> work) {
        return submit(work, committed -> {});
    }

    /**
     * As {@link #submit(Work)}; before the future completes, {@code committed} gets the result, on the database's thread and
     * in the order of the commits: be quick there, and do not wait.
     */
    <T extends @Nullable Object> CompletableFuture<T> submit(Work<T> work, Consumer<? super T> committed) {
        var job = new Job<T>(work, committed);
        lock.lock();
        try {
            if (closed) job.done.completeExceptionally(unusable(file, "it is closed", null));
            else queue.add(job);
        } finally {
            lock.unlock();
        }
        return job.done;
    }

    public Path file() {
        return file;
    }

    /** How many were committed since the opening. */
    long transactions() {
        return transactions.get();
    }

    /** Finishes what is queued, then lets go of the file. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) queue.add(end);
            closed = true;
        } finally {
            lock.unlock();
        }
        end.done.join();
    }

    private void write() {
        var group = new ArrayList<Job<?>>();
        try {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group, GROUP - 1);
                boolean last = group.remove(end); // nothing is queued behind it
                if (!group.isEmpty()) commit(group);
                group.clear();
                if (last) break;
            }
        } catch (InterruptedException nobodyDoesThis) {
            throw new IllegalStateException(nobodyDoesThis);
        } finally {
            finish();
        }
    }

    private void finish() {
        try (handle) {
            // Closing folds the log into the file and gives the file free.
        } catch (RuntimeException late) {
            // All that was promised is synced; what is left is repeated at the next opening.
        }
        end.complete();
    }

    /** All in one transaction; if that fails, each in its own, so that one bad job fails alone. */
    private void commit(List<Job<?>> group) {
        var failure = attempt(group);
        if (failure == null) return;
        if (group.size() == 1) {
            group.getFirst().done.completeExceptionally(failure);
            return;
        }
        for (var job : group) {
            var own = attempt(List.of(job));
            if (own != null) job.done.completeExceptionally(own);
        }
    }

    private @Nullable Throwable attempt(List<Job<?>> group) {
        var gone = broken;
        if (gone != null) return gone;
        boolean committing = false;
        try (Statement sql = connection.createStatement()) {
            sql.execute("BEGIN IMMEDIATE");
            for (var job : group) job.run(handle);
            committing = true;
            sql.execute("COMMIT");
            transactions.incrementAndGet();
        } catch (Exception | Error failure) {
            try (Statement sql = connection.createStatement()) {
                sql.execute("ROLLBACK");
            } catch (SQLException already) {
                // SQLite rolls back by itself on some failures, a full disk for one.
            }
            return writeFailure(failure, committing);
        }
        for (var job : group) job.complete();
        return null;
    }

    private Throwable writeFailure(Throwable failure, boolean committing) {
        var code = codeOf(failure);
        if (code == null) return failure; // the work's own
        return switch (primary(code)) {
            case SQLITE_FULL ->
                new JournalException.NotStored(
                        "cannot write to " + file + ": the disk is full; free some space and start again", failure);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> {
                var damaged = damaged(file, failure);
                broken = damaged;
                yield damaged;
            }
            case SQLITE_IOERR -> {
                var lost = unusable(file, "the disk failed (" + code + "): check it, then start again", failure);
                // A sync that failed may have dropped pages that the system calls clean: later ones prove nothing.
                if (committing) broken = lost;
                yield committing ? lost : new JournalException.NotStored(String.valueOf(lost.getMessage()), failure);
            }
            default -> new JournalException.NotStored("cannot write to " + file + ": " + code, failure);
        };
    }

    private static RuntimeException openFailure(Path file, Exception failure) {
        if (failure instanceof JournalException told) return told;
        var code = codeOf(failure);
        if (code == null)
            return unusable(
                    file,
                    String.valueOf(failure.getMessage()).lines().findFirst().orElse(""),
                    failure);
        return switch (primary(code)) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                unusable(file, "the journal is in use by another process: end that one or name another file", failure);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(file, failure);
            case SQLITE_FULL -> unusable(file, "the disk is full: free some space and start again", failure);
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY ->
                unusable(file, "no permission to read and write it and its folder", failure);
            default -> unusable(file, "SQLite says " + code, failure);
        };
    }

    static JournalException.Unusable damaged(Path file, @Nullable Throwable cause) {
        return unusable(file, "it is damaged: restore it from a backup or move it away to begin anew", cause);
    }

    static JournalException.Unusable unusable(Path file, String why, @Nullable Throwable cause) {
        return new JournalException.Unusable("cannot use " + file + ": " + why, cause);
    }

    /** SQLite's word on the failure, or null if it is about something else. */
    private static @Nullable SQLiteErrorCode codeOf(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause())
            if (at instanceof SQLiteException sqlite) return sqlite.getResultCode();
        return null;
    }

    private static SQLiteErrorCode primary(SQLiteErrorCode extended) {
        return SQLiteErrorCode.getErrorCode(extended.code & 0xff);
    }
}
