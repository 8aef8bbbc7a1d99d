package io.botmesh.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.botmesh.runner.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The few connections to PostgreSQL that a database or a lease needs. Thread-safe.
 *
 * <p>A pool of Hikari's that cannot connect tries again after ever longer pauses, of 5 s in the end, and nobody can hurry it: so when it was refused and
 * nobody uses a connection of it, it is replaced by a new one, which begins at once. One that is still connecting goes on.
 */
final class PostgresPool implements Connections, AutoCloseable {
    /** What may stand in a JDBC URL and is nobody's business. */
    private static final Pattern SECRETS = Pattern.compile("\\?.*|//[^/@]*@");
    /** Hikari takes no less. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);
    /** The connection does not exist. */
    private static final String GONE = "08003";

    private final HikariConfig config;
    private final Duration wait;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile HikariDataSource pool;
    private volatile boolean closed;

    private PostgresPool(HikariConfig config, HikariDataSource pool, Duration wait) {
        this.config = config;
        this.pool = pool;
        this.wait = wait;
    }

    /** The URL as it may be shown. */
    static String name(String url) {
        return SECRETS.matcher(url).replaceAll("");
    }

    /**
     * Connects.
     *
     * @param connect how long it takes at most to make a connection
     * @param wait    how long a caller waits for one, once all {@linkplain #settled() is ready}
     * @param answer  how long the server may take over a statement, unless the URL says otherwise
     * @throws JournalException.Unusable if that is not possible; its message does not hold the password
     */
    static PostgresPool open(
            String url, String user, String password, Duration connect, Duration wait, Duration answer) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setPoolName("botmesh");
        config.setMaximumPoolSize(3); // one at work; more only while tables are made
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Math.max(SHORTEST_WAIT.toMillis(), connect.toMillis()));
        config.setInitializationFailTimeout(connect.toMillis());
        config.addDataSourceProperty("loginTimeout", seconds(connect)); // or the caller's time counts
        config.addDataSourceProperty("connectTimeout", seconds(connect));
        config.addDataSourceProperty("socketTimeout", seconds(answer));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // Whatever is the default of this database: nothing is promised that might be lost. And a program that is
        // frozen in the middle of a transaction, or whose machine is gone, must not keep its locks from the next one.
        config.setConnectionInitSql("SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '15s'");
        try {
            return new PostgresPool(config, new HikariDataSource(config), wait);
        } catch (HikariPool.PoolInitializationException | IllegalArgumentException failed) {
            throw new JournalException.Unusable(
                    "cannot use " + name(url) + ": " + reason(failed, password)
                            + "; is it up, and are name and password right?",
                    null);
        }
    }

    private static String seconds(Duration time) {
        return String.valueOf(Math.max(1, time.toSeconds()));
    }

    private static String reason(Throwable failed, String password) {
        var line = PostgresDatabase.firstLine(Database.causes(failed).getLast());
        return password.isEmpty() ? line : line.replace(password, "***");
    }

    /** The pool of now, for who needs one for a moment. */
    DataSource source() {
        return pool;
    }

    @Override
    public Connection get() throws SQLException {
        var asked = pool;
        try {
            return asked.getConnection();
        } catch (SQLTransientConnectionException none) {
            if (none.getCause() != null) replace(asked);
            // Hikari's own words tell of its pool, and not what is wrong.
            var why = none.getCause() == null
                    ? "no connection in time"
                    : none.getCause().getMessage();
            throw new SQLTransientConnectionException(why, none.getSQLState(), none);
        } catch (SQLException refused) {
            if (closed)
                throw new SQLNonTransientConnectionException("it is being closed", GONE); // and no more of the pool
            throw refused;
        }
    }

    /** Tables are there: from now on whoever asks for a connection asks again and again, and waits for a short time each. */
    void settled() {
        long millis = Math.max(SHORTEST_WAIT.toMillis(), wait.toMillis());
        config.setConnectionTimeout(millis);
        config.setInitializationFailTimeout(-1); // later ones need not find it there
        pool.getHikariConfigMXBean().setConnectionTimeout(millis);
    }

    @SuppressWarnings("ReferenceEquality") // that one, not one like it
    private void replace(HikariDataSource old) {
        lock.lock();
        try {
            var inUse = old.getHikariPoolMXBean();
            if (closed || old != pool || inUse == null || inUse.getActiveConnections() > 0) return;
            pool = new HikariDataSource(config);
        } finally {
            lock.unlock();
        }
        Thread.ofPlatform().daemon().name("botmesh-pool-end").start(old::close); // which waits for what is under way
    }

    /** What broke one connection has mostly broken all: none of them is to fail the next statement too. */
    void evict() {
        var bean = pool.getHikariPoolMXBean();
        if (bean != null) bean.softEvictConnections();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        pool.close();
    }
}
