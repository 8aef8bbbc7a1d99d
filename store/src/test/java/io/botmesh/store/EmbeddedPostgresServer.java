package io.botmesh.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL server for all tests of this process; each test gets a database of its own. */
final class EmbeddedPostgresServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private EmbeddedPostgresServer() {}

    /** Started when first asked for; ends with the process. */
    private static final class Server {
        static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                var server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "40")
                        .setPGStartupWait(Duration.ofMinutes(3)) // a machine may be busy
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException late) {
                        // The process ends anyway.
                    }
                }));
                return server;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** The URL of a new, empty database. */
    static String newDatabase() {
        var name = "test" + DATABASES.incrementAndGet();
        try (var connection = Server.INSTANCE.getPostgresDatabase().getConnection();
                var sql = connection.createStatement()) {
            sql.execute("CREATE DATABASE " + name);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return Server.INSTANCE.getJdbcUrl("postgres", name);
    }

    static PostgresDatabase open(String url) {
        return PostgresDatabase.open(url, "postgres", "");
    }
}
