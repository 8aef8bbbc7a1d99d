package io.botmesh.store;

import com.zaxxer.hikari.HikariDataSource;
import io.botmesh.runner.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Tables in a PostgreSQL database, which many processes may use at once. Each process writes over one connection and
 * commits in groups, as it does with a file; a connection that breaks is replaced, and what was under way then fails.
 */
public final class PostgresDatabase extends Database {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** A network that swallows everything must not hold up the writer for good. */
    private static final Duration ANSWER = Duration.ofSeconds(60);
    /** Deadlock, and conflict with another transaction. */
    private static final Set<String> REPEATABLE = Set.of("40P01", "40001");

    private static final String FULL = "53100";

    private final DataSource source;
    private final @Nullable HikariDataSource owned;
    private final String name;
    private final PostgresNodeLocks locks; // of the writer thread

    /** Of the writer thread, during a transaction. */
    private @Nullable Handle handle;

    private PostgresDatabase(DataSource source, @Nullable HikariDataSource owned, String name) {
        super("postgresql " + name);
        this.source = source;
        this.owned = owned;
        this.name = name;
        this.locks = new PostgresNodeLocks(source, System::nanoTime);
    }

    /**
     * Connects, and brings the tables up to date.
     *
     * @param url      such as {@code jdbc:postgresql://host:5432/database}
     * @param password never shown in a message
     * @throws JournalException.Unusable if that is not possible
     */
    public static PostgresDatabase open(String url, String user, String password) {
        var name = PostgresPool.name(url);
        var pool = PostgresPool.open(url, user, password, CONNECT, ANSWER);
        try {
            return open(pool, pool, name);
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
    }

    /** Uses the connections of a pool that stays the caller's to close; it needs three of them at a time, one for good once a node's store is open. */
    public static PostgresDatabase open(DataSource source) {
        return open(source, null, "PostgreSQL");
    }

    private static PostgresDatabase open(DataSource source, @Nullable HikariDataSource owned, String name) {
        try {
            Migrations.apply(source);
        } catch (FlywayException | SQLException failed) {
            throw new JournalException.Unusable(
                    "cannot use " + name + ": its tables cannot be brought up to date: " + firstLine(failed), failed);
        }
        var database = new PostgresDatabase(source, owned, name);
        database.start();
        return database;
    }

    static String firstLine(Throwable failed) {
        return String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    String name() {
        return name;
    }

    @Override
    JournalException damaged() {
        return new JournalException.Unusable(
                "cannot use " + name + ": a row is not what was stored: restore it from a backup", null);
    }

    @Override
    long nextBatch(Handle handle) {
        return statements()
                .first(handle, row -> row.getLong(1), "SELECT nextval('update_batch_id')")
                .orElseThrow();
    }

    @Override
    String forUpdate() {
        return " FOR UPDATE";
    }

    @Override
    boolean claim(String node, Object owner) throws SQLException {
        return locks.claim(node, owner);
    }

    @Override
    void checkClaim(String node) throws SQLException {
        locks.check(node);
    }

    @Override
    void unclaim(String node, Object owner) throws SQLException {
        locks.unclaim(node, owner);
    }

    @Override
    Handle begin() throws SQLException {
        var connection = source.getConnection();
        try {
            connection.setAutoCommit(false);
            if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED)
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            // Whatever is the default of this database: nothing is confirmed to a server that might be lost.
            try (var sql = connection.createStatement()) {
                sql.execute("SET LOCAL synchronous_commit = on");
            }
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
        var opened = Jdbi.open(connection);
        handle = opened;
        return opened;
    }

    @Override
    void commit() throws SQLException {
        var opened = handle;
        if (opened == null) throw new IllegalStateException("no transaction");
        opened.getConnection().commit();
        handle = null;
        giveBack(opened);
    }

    @Override
    void rollback() {
        var opened = handle;
        handle = null;
        if (opened == null) return;
        try {
            opened.getConnection().rollback();
        } catch (SQLException gone) {
            // So is the transaction.
        }
        giveBack(opened);
    }

    private static void giveBack(Handle opened) {
        try {
            opened.getConnection().setAutoCommit(true);
            opened.close();
        } catch (SQLException | RuntimeException gone) {
            // The pool replaces it.
        }
    }

    @Override
    void release() {
        locks.close();
        if (owned != null) owned.close();
    }

    @Override
    Throwable failure(Throwable failure, boolean committing) {
        for (var at : causes(failure)) {
            if (!(at instanceof SQLException sql)) continue;
            // What broke one connection has mostly broken all: none of them is to fail the next write too.
            var pool = owned == null ? null : owned.getHikariPoolMXBean();
            if (pool != null && isConnectionLost(sql)) pool.softEvictConnections();
            var said = "cannot write to " + name + ": "
                    + (FULL.equals(sql.getSQLState())
                            ? "the server's disk is full; free some space there and start again"
                            : firstLine(sql));
            if (committing)
                return new JournalException.Unusable(
                        said + "; whether this was stored is not known: start again, and what was stored is found",
                        failure);
            return new JournalException.NotStored(said, failure);
        }
        return failure; // the work's own
    }

    /** Two processes waited for each other, and this one was told to begin anew. */
    @Override
    boolean isWorthRepeating(Throwable failure) {
        for (var at : causes(failure))
            if (at instanceof SQLException sql && REPEATABLE.contains(String.valueOf(sql.getSQLState()))) return true;
        return false;
    }

    /** Connection exceptions, and a server that was told to end or cannot take anybody in. */
    private static boolean isConnectionLost(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }
}
