package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Tables in a PostgreSQL database, which many processes may use at once. Each process writes over one connection and
 * commits in groups, as it does with a file. A connection that breaks is replaced, and a server that is away is waited for,
 * {@link #PATIENCE} by default: what was under way is done again then, unless it had been committed. Beyond that it fails.
 */
public final class PostgresDatabase extends Database {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** How long one of several tries to get a connection takes. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** A network that swallows everything must not hold up the writer for good. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final int VALID_SECONDS = 5;
    /** Deadlock, and conflict with another transaction. */
    private static final Set<String> REPEATABLE = Set.of("40P01", "40001");

    private static final String FULL = "53100";
    /** How long a server that is away is waited for, unless told otherwise: a restart, or a fail-over. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    /** No room for one more connection now; another transaction still has what is asked for. */
    private static final Set<String> PASSING = Set.of("53300", "55P03");

    private final Connections connections;
    private final @Nullable PostgresPool owned;
    private final String name;
    private final PostgresNodeLocks locks; // of the writer thread
    private final CommitNote note;

    /** Of the writer thread, during a transaction. */
    private @Nullable Handle handle;
    /** The connection of the transaction, for whoever has to cut it off. */
    private volatile @Nullable Connection atWork;
    /** Nobody waits for an answer any more. */
    private volatile boolean cutOff;

    private PostgresDatabase(
            Connections connections,
            @Nullable PostgresPool owned,
            String name,
            CommitNote note,
            Duration patience,
            LongSupplier nanoTime) {
        super("postgresql " + name, name, patience, nanoTime);
        this.note = note;
        this.connections = connections;
        this.owned = owned;
        this.name = name;
        this.locks = new PostgresNodeLocks(connections, System::nanoTime);
    }

    /**
     * Connects, and brings the tables up to date.
     *
     * @param url      such as {@code jdbc:postgresql://host:5432/database}
     * @param password never shown in a message
     * @throws JournalException.Unusable if that is not possible
     */
    public static PostgresDatabase open(String url, String user, String password) {
        return open(url, user, password, PATIENCE);
    }

    /**
     * As {@link #open(String, String, String)}, for whoever looks into what others have left: makes no tables where there are
     * none.
     *
     * @return empty if there are none
     */
    public static Optional<PostgresDatabase> openExisting(String url, String user, String password) {
        var name = PostgresPool.name(url);
        try (var pool = PostgresPool.open(url, user, password, CONNECT, CONNECT, ANSWER)) {
            if (!Migrations.isBegun(pool.source())) return Optional.empty();
        } catch (SQLException failed) {
            throw new JournalException.Unusable("cannot use " + name + ": " + why(failed), failed);
        }
        return Optional.of(open(url, user, password));
    }

    /**
     * As {@link #open(String, String, String)}.
     *
     * @param patience how long a server that is away is waited for, once it has been there; zero for not at all. Whoever
     *                 reads or writes waits with it: keep it below the time that handlers have
     */
    public static PostgresDatabase open(String url, String user, String password, Duration patience) {
        return open(url, user, password, patience, System::nanoTime);
    }

    static PostgresDatabase open(String url, String user, String password, Duration patience, LongSupplier nanoTime) {
        var name = PostgresPool.name(url);
        var pool = PostgresPool.open(url, user, password, CONNECT, patience.isZero() ? CONNECT : LOOK, ANSWER);
        try {
            var database = open(pool.source(), pool, pool, name, patience, nanoTime);
            pool.settled();
            return database;
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
    }

    /** Uses the connections of a pool that stays the caller's to close; it needs three of them at a time, one for good once a node's store is open. */
    public static PostgresDatabase open(DataSource source) {
        return open(source, PATIENCE);
    }

    /** As {@link #open(DataSource)}, with a {@linkplain #open(String, String, String, Duration) patience}. */
    public static PostgresDatabase open(DataSource source, Duration patience) {
        return open(source, source::getConnection, null, "PostgreSQL", patience, System::nanoTime);
    }

    private static PostgresDatabase open(
            DataSource source,
            Connections connections,
            @Nullable PostgresPool owned,
            String name,
            Duration patience,
            LongSupplier nanoTime) {
        CommitNote note;
        try {
            Migrations.apply(name, source);
            note = CommitNote.open(connections);
        } catch (FlywayException | SQLException failed) {
            throw new JournalException.Unusable(
                    "cannot use " + name + ": its tables cannot be brought up to date: " + why(failed), failed);
        }
        var database = new PostgresDatabase(connections, owned, name, note, patience, nanoTime);
        database.start();
        return database;
    }

    static String firstLine(Throwable failed) {
        return String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    }

    /** What server or driver say, and not the pool or Flyway around it, whose words tell how they work. */
    private static String why(Throwable failed) {
        return firstLine(causes(failed).reversed().stream()
                .filter(SQLException.class::isInstance)
                .findFirst()
                .orElse(failed));
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
        var connection = connections.get();
        atWork = connection;
        try {
            connection.setAutoCommit(false);
            if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED)
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            // Whatever is the default of this database: nothing is confirmed to a server that might be lost.
            try (var sql = connection.createStatement()) {
                sql.execute("SET LOCAL synchronous_commit = on");
            }
        } catch (SQLException failed) {
            atWork = null;
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

    private void giveBack(Handle opened) {
        atWork = null; // or another's who gets it next would be cut off
        try (opened) {
            opened.getConnection().setAutoCommit(true);
        } catch (SQLException | RuntimeException gone) {
            // The pool replaces it.
        }
    }

    @Override
    void note(long transaction) {
        var opened = handle;
        if (opened == null) throw new IllegalStateException("no transaction");
        note.write(statements(), opened, transaction);
    }

    @Override
    Optional<Boolean> isCommitted(long transaction) throws SQLException {
        return note.isCommitted(transaction);
    }

    @Override
    boolean mayBeCutOff() {
        return true;
    }

    @Override
    void hurry() {
        cutOff = true;
        if (owned != null) owned.close();
        var connection = atWork;
        if (connection == null) return;
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // Then it is cut off.
        }
    }

    @Override
    void release() {
        locks.close();
        try {
            if (!cutOff) note.remove();
        } catch (SQLException away) {
            // It goes with the outdated ones.
        }
        if (owned != null) owned.close();
    }

    @Override
    Throwable failure(Throwable failure, boolean committing) {
        for (var at : causes(failure)) {
            if (!(at instanceof SQLException sql)) continue;
            if (owned != null && isConnectionLost(sql)) owned.evict();
            var said = "cannot write to " + name + ": "
                    + (FULL.equals(sql.getSQLState())
                            ? "the server's disk is full; free some space there" + AGAIN
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

    /**
     * {@inheritDoc} What a program's own work throws may come from another server: so it is the connection that is looked at, not
     * the failure alone.
     */
    @Override
    boolean isAway(Throwable failure) {
        for (var at : causes(failure)) {
            if (!(at instanceof SQLException sql)) continue;
            var opened = handle;
            if (opened != null && !isReadOnly(sql)) return !isGood(opened.getConnection());
            if (isConnectionLost(sql) || PASSING.contains(String.valueOf(sql.getSQLState()))) return true;
        }
        return false;
    }

    private static boolean isGood(Connection connection) {
        try {
            return connection.isValid(VALID_SECONDS);
        } catch (SQLException broken) {
            return false;
        }
    }

    /** Connection exceptions, and a server that was told to end or cannot take anybody in. */
    private static boolean isConnectionLost(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        return state.startsWith("08")
                || state.startsWith("57P")
                || isReadOnly(failure)
                || failure instanceof SQLTransientConnectionException;
    }

    /** As a server is that follows another one: that one, or this one in a moment, takes writes. */
    private static boolean isReadOnly(SQLException failure) {
        return "25006".equals(failure.getSQLState());
    }
}
