package io.botmesh.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.botmesh.runner.JournalException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Makes the few connections to PostgreSQL that a database or a lease needs. */
final class PostgresPool {
    /** What may stand in a JDBC URL and is nobody's business. */
    private static final Pattern SECRETS = Pattern.compile("\\?.*|//[^/@]*@");

    private PostgresPool() {}

    /** The URL as it may be shown. */
    static String name(String url) {
        return SECRETS.matcher(url).replaceAll("");
    }

    /**
     * Connects.
     *
     * @param connect how long a caller waits for a connection
     * @param answer  how long the server may take over a statement, unless the URL says otherwise
     * @throws JournalException.Unusable if that is not possible; its message does not hold the password
     */
    static HikariDataSource open(String url, String user, String password, Duration connect, Duration answer) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setPoolName("botmesh");
        config.setMaximumPoolSize(3); // one at work; more only while tables are made
        config.setMinimumIdle(1);
        config.setConnectionTimeout(connect.toMillis());
        config.setInitializationFailTimeout(connect.toMillis());
        config.addDataSourceProperty("connectTimeout", seconds(connect));
        config.addDataSourceProperty("socketTimeout", seconds(answer));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // Whatever is the default of this database: nothing is promised that might be lost. And a program that is
        // frozen in the middle of a transaction, or whose machine is gone, must not keep its locks from the next one.
        config.setConnectionInitSql("SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '15s'");
        try {
            return new HikariDataSource(config);
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
}
