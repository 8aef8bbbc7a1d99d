package io.botmesh.store;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** Brings the tables of a SQLite file up to date, by Flyway, and only if there is something to do. */
final class Migrations {
    /** In order; to change the tables, append one here and put the file beside the others. Never edit one that is out. */
    static final List<String> NAMES = List.of(
            "V1__update_journal.sql",
            "V2__outbox_inbox.sql",
            "V3__attempts_dead_letters.sql",
            "V4__send_queue.sql",
            "V5__sessions.sql");

    private static final String FOLDER = "/io/botmesh/store/migration/";

    private Migrations() {}

    /**
     * Flyway starts in some hundred milliseconds, too much for every start of a command. So the number of migrations
     * that are in stands in the header of the file, and Flyway runs only when it is too low.
     */
    static void apply(Path file, Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int applied = SqliteDatabase.number(sql, "PRAGMA user_version");
            if (applied > NAMES.size())
                throw SqliteDatabase.unusable(file, "a newer version of Botmesh wrote it: update this one", null);
            if (applied == NAMES.size()) return;
            Flyway.configure()
                    .dataSource(dataSource(connection))
                    .resourceProvider(new Resources())
                    .javaMigrationClassProvider(List::of) // none: spares a scan of the class path
                    .loggers() // none
                    .load()
                    .migrate();
            sql.execute("PRAGMA user_version = " + NAMES.size());
        }
    }

    /** Lends out the one connection there is. */
    private static DataSource dataSource(Connection connection) {
        var lent = (Connection) Proxy.newProxyInstance(
                Migrations.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) return null;
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException failed) {
                        throw Objects.requireNonNull(failed.getCause());
                    }
                });
        return (DataSource) Proxy.newProxyInstance(
                Migrations.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    if (method.getName().equals("getConnection")) return lent;
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static final class Resources implements ResourceProvider {
        @Override
        public @Nullable LoadableResource getResource(String name) {
            return NAMES.contains(name) ? new Resource(name) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return NAMES.stream()
                    .filter(name ->
                            name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                    .<LoadableResource>map(Resource::new)
                    .toList();
        }
    }

    private static final class Resource extends LoadableResource {
        private final String name;

        Resource(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            var in = Migrations.class.getResourceAsStream(FOLDER + name);
            if (in == null) throw new UncheckedIOException(new IOException("missing resource " + FOLDER + name));
            return new InputStreamReader(in, StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return FOLDER + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return FOLDER + name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
