package io.botmesh.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A row in which each transaction of one writer that changes anything leaves its number: whoever has lost the connection while it
 * committed finds there what came of it. Not the server's own status of transactions: after a crash it gives numbers that
 * reached no disk to others, and a server that took over need not know them.
 */
final class CommitNote {
    /** Of processes that were killed; those that are alive write more often. */
    private static final String OUTDATED = "DELETE FROM commit_note WHERE used_at < now() - INTERVAL '30 days'";

    private static final String NEW = "INSERT INTO commit_note (last, used_at) VALUES (0, now()) RETURNING writer";
    /** What only reads writes nothing here either: its commit costs no sync. */
    private static final String NOTE = "UPDATE commit_note SET last = ?, used_at = now() WHERE writer = ?"
            + " AND txid_current_if_assigned() IS NOT NULL";
    /** Waits for the server to notice that nobody is there any more, but not for ever. */
    private static final String BRIEFLY = "SET LOCAL lock_timeout = '5s'";

    private static final String LOOK = "SELECT last FROM commit_note WHERE writer = ? FOR UPDATE";
    private static final String END = "DELETE FROM commit_note WHERE writer = ?";

    private final Connections connections;
    private final long writer;

    private CommitNote(Connections connections, long writer) {
        this.connections = connections;
        this.writer = writer;
    }

    static CommitNote open(Connections connections) throws SQLException {
        try (Connection connection = connections.get();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(true); // whatever is the default of a pool that is lent
            sql.execute(OUTDATED);
            try (var row = sql.executeQuery(NEW)) {
                row.next();
                return new CommitNote(connections, row.getLong(1));
            }
        }
    }

    /** The last statement of a transaction. */
    void write(Statements statements, Handle handle, long transaction) {
        statements.execute(handle, NOTE, transaction, writer);
    }

    /**
     * Whether the last transaction that came to its commit was committed; empty if the row is gone.
     *
     * @throws SQLException if the server does not answer, or is still at it
     */
    Optional<Boolean> isCommitted(long transaction) throws SQLException {
        try (Connection connection = connections.get()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(
                    Connection.TRANSACTION_READ_COMMITTED); // it is changed while one waits for it
            var committed = look(connection, transaction);
            connection.rollback();
            connection.setAutoCommit(true);
            return committed;
        }
    }

    private Optional<Boolean> look(Connection connection, long transaction) throws SQLException {
        try (Statement sql = connection.createStatement();
                PreparedStatement look = connection.prepareStatement(LOOK)) {
            sql.execute(BRIEFLY);
            look.setLong(1, writer);
            try (var row = look.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1) == transaction) : Optional.empty();
            }
        }
    }

    /** Nobody will ask any more. */
    void remove() throws SQLException {
        try (Connection connection = connections.get();
                PreparedStatement end = connection.prepareStatement(END)) {
            connection.setAutoCommit(true);
            end.setLong(1, writer);
            end.executeUpdate();
        }
    }
}
