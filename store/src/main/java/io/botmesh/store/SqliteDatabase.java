package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A SQLite file with one connection, owned by one thread, and group commit: all work that arrives while the disk is busy
 * shares the next transaction and its sync. Several stores (journal, outbox, inbox) share one file and so one sync.
 *
 * <p>The file belongs to this process alone until {@link #close()} or its death. All failures are
 * {@link JournalException}s.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // shape only so far
public final class SqliteDatabase implements AutoCloseable {
    /** Work inside a transaction. May run more than once before it commits, so it changes nothing but the database. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Handle handle) throws Exception;
    }

    private final Path file;

    private SqliteDatabase(Path file) {
        this.file = file;
    }

    /**
     * Opens the file, or creates it; checks its structure and brings its tables up to date.
     *
     * @throws JournalException.Unusable if it is damaged, in use, not readable or not one of ours
     */
    public static SqliteDatabase open(Path file) {
        return new SqliteDatabase(file);
    }

    /** Runs the work and returns when its transaction is on stable storage. Not cut short by an interrupt. */
    public <T extends @Nullable Object> T call(Work<T> work) {
        throw new UnsupportedOperationException();
    }

    /** Queues the work; the future completes, on the database's thread, when its transaction is on stable storage. */
    public <T extends @Nullable Object> CompletableFuture<T> submit(Work<T> work) {
        throw new UnsupportedOperationException();
    }

    public Path file() {
        return file;
    }

    /** Finishes what is queued, then lets go of the file. */
    @Override
    public void close() {}
}
