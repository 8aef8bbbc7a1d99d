package io.botmesh.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What runs with every batch: statements that stay prepared while the handle is the same, without what Jdbi makes anew
 * for each. On the database's thread only.
 */
final class Statements {
    /** A value of the row at which the results stand. */
    @FunctionalInterface
    interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** SQL that failed; the cause says how. */
    static final class SqlFailure extends RuntimeException {
        SqlFailure(SQLException cause) {
            super(cause);
        }
    }

    private static final int BATCH = 1_000;
    /** The driver holds them all until they are sent. */
    private static final long BATCH_BYTES = 4 << 20;

    private final Runnable onAsk;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private @Nullable Handle of;

    /** @param onAsk is run before the database is asked, so whenever all before has been answered */
    Statements(Runnable onAsk) {
        this.onAsk = onAsk;
    }

    /** @param arguments numbers and byte arrays */
    void execute(Handle handle, String sql, Object... arguments) {
        try {
            prepare(handle, sql, arguments).executeUpdate();
        } catch (SQLException failed) {
            throw failure(sql, failed);
        }
    }

    /** Runs the same for each row of arguments, in as few round trips as the driver can. */
    void batch(Handle handle, String sql, Iterable<Object[]> rows) {
        try {
            PreparedStatement statement = null;
            int waiting = 0;
            long bytes = 0;
            for (var row : rows) {
                statement = prepare(handle, sql, row);
                statement.addBatch();
                waiting++;
                for (var argument : row) if (argument instanceof byte[] value) bytes += value.length;
                if (waiting == BATCH || bytes > BATCH_BYTES) {
                    statement.executeBatch();
                    waiting = 0;
                    bytes = 0;
                }
            }
            if (statement != null && waiting > 0) statement.executeBatch();
        } catch (SQLException failed) {
            throw failure(sql, failed);
        }
    }

    <T> List<T> list(Handle handle, Reading<T> reading, String sql, Object... arguments) {
        try (var rows = prepare(handle, sql, arguments).executeQuery()) {
            var read = new ArrayList<T>();
            while (rows.next()) read.add(reading.read(rows));
            return read;
        } catch (SQLException failed) {
            throw failure(sql, failed);
        }
    }

    <T> Optional<T> first(Handle handle, Reading<T> reading, String sql, Object... arguments) {
        try (var rows = prepare(handle, sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reading.read(rows)) : Optional.empty();
        } catch (SQLException failed) {
            throw failure(sql, failed);
        }
    }

    /** SQLite's driver closes a statement that has failed. */
    private SqlFailure failure(String sql, SQLException failed) {
        prepared.remove(sql);
        return new SqlFailure(failed);
    }

    private PreparedStatement prepare(Handle handle, String sql, Object... arguments) throws SQLException {
        onAsk.run();
        if (!handle.equals(of)) {
            prepared.clear(); // closed with the connection that they were of
            of = handle;
        }
        var statement = prepared.get(sql);
        if (statement == null) {
            statement = handle.getConnection().prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                default -> throw new IllegalArgumentException("a " + arguments[i].getClass());
            }
        }
        return statement;
    }
}
