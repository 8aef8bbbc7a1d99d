package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are open here: advisory locks of one connection, which the server gives back the moment a process dies. A
 * connection that broke takes its locks with it, so they are looked at from time to time; what another process did in the
 * meantime the fence in the node's row tells. Holds no lock of its own: for one thread.
 */
final class PostgresNodeLocks implements AutoCloseable {
    private static final long LOOK = Duration.ofSeconds(5).toNanos();

    /** A machine that vanished is noticed within half a minute, instead of two hours. */
    private static final String WATCHED = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
            + " SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000";

    private static final String UNWATCHED = "RESET tcp_keepalives_idle; RESET tcp_keepalives_interval;"
            + " RESET tcp_keepalives_count; RESET tcp_user_timeout";

    private final Connections connections;
    private final LongSupplier nanoTime;
    private final Map<String, Object> owners = new HashMap<>();
    private @Nullable Connection connection;
    private long looked;

    PostgresNodeLocks(Connections connections, LongSupplier nanoTime) {
        this.connections = connections;
        this.nanoTime = nanoTime;
    }

    boolean claim(String node, Object owner) throws SQLException {
        var has = owners.get(node);
        if (has != null) return has.equals(owner);
        if (!lock(connected(), node)) return false;
        owners.put(node, owner);
        return true;
    }

    void unclaim(String node, Object owner) throws SQLException {
        var mine = connection;
        if (!owners.remove(node, owner) || mine == null) return;
        try (Statement sql = mine.createStatement()) {
            sql.execute("SELECT pg_advisory_unlock(" + key(node) + ")");
        }
    }

    void check(String node) throws SQLException {
        long now = nanoTime.getAsLong();
        if (connection != null && now - looked < LOOK) return;
        connected();
        if (!owners.containsKey(node))
            throw new JournalException.TakenOver(
                    "node " + node + " has been taken over by another process: stop this one", null);
    }

    /** A connection that has all locks; what somebody else has by now is not ours any more. */
    private Connection connected() throws SQLException {
        var old = connection;
        if (old != null && old.isValid(5)) {
            looked = nanoTime.getAsLong();
            return old;
        }
        connection = null;
        if (old != null) giveBack(old);
        var fresh = connections.get();
        try (Statement sql = fresh.createStatement()) {
            sql.execute(WATCHED);
            for (var nodes = owners.keySet().iterator(); nodes.hasNext(); )
                if (!lock(fresh, nodes.next())) nodes.remove();
        } catch (SQLException failed) {
            giveBack(fresh);
            throw failed;
        }
        connection = fresh;
        looked = nanoTime.getAsLong();
        return fresh;
    }

    private static boolean lock(Connection connection, String node) throws SQLException {
        try (Statement sql = connection.createStatement();
                var row = sql.executeQuery("SELECT pg_try_advisory_lock(" + key(node) + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static long key(String node) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(digest.digest(("botmesh/node/" + node).getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    private static void giveBack(Connection connection) {
        try (connection) {
            // It goes back into a pool.
        } catch (SQLException gone) {
            // So are its locks.
        }
    }

    @Override
    public void close() {
        var mine = connection;
        connection = null;
        if (mine == null) return;
        try (Statement sql = mine.createStatement()) {
            sql.execute(UNWATCHED);
            for (var node : owners.keySet()) sql.execute("SELECT pg_advisory_unlock(" + key(node) + ")");
        } catch (SQLException gone) {
            // So are its locks.
        }
        owners.clear();
        giveBack(mine);
    }
}
