package io.botmesh.store;

import io.botmesh.runner.JournalException;
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
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** Brings tables up to date, by Flyway; those of a SQLite file only if there is something to do. */
final class Migrations {
    /** Those of a SQLite file, in order; to change the tables, append one here and put the file beside the others. Never edit one that is out. */
    static final List<String> NAMES = List.of(
            "V1__update_journal.sql",
            "V2__outbox_inbox.sql",
            "V3__attempts_dead_letters.sql",
            "V4__send_queue.sql",
            "V5__sessions.sql",
            "V6__inbox_link.sql",
            "V7__send_queue_by_bot.sql",
            "V8__node.sql",
            "V9__without_outbox_inbox.sql",
            "V10__arrivals.sql");

    /** Those of a PostgreSQL database. */
    static final List<String> POSTGRES_NAMES = List.of(
            "V1__update_journal.sql",
            "V2__sessions.sql",
            "V3__lease.sql",
            "V4__send_queue.sql",
            "V5__node.sql",
            "V6__commit_note.sql",
            "V7__arrivals.sql");

    private static final String FOLDER = "/io/botmesh/store/migration/";
    private static final String POSTGRES_FOLDER = "/io/botmesh/store/postgresql/";

    /** Any number that nobody else is likely to lock. */
    static final long LOCK = 0x626f746d657368L;

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
            configure(FOLDER, NAMES).dataSource(dataSource(connection)).load().migrate();
            sql.execute("PRAGMA user_version = " + NAMES.size());
        }
    }

    /**
     * Many processes may start at once, on an empty database too, where Flyway alone stumbles over the other's first table:
     * so one of them does it, and the others wait.
     */
    static void apply(String name, DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            if (isUpToDate(name, sql)) return;
            sql.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            try {
                if (isUpToDate(name, sql)) return; // the one before has done it, and may be a newer version
                configure(POSTGRES_FOLDER, POSTGRES_NAMES)
                        .dataSource(source)
                        .table("botmesh_schema_history")
                        .baselineOnMigrate(true) // the user's own tables may be there
                        .baselineVersion("0")
                        .load()
                        .migrate();
            } finally {
                sql.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
            }
        }
    }

    /** Refuses what a newer version has made. */
    private static boolean isUpToDate(String name, Statement sql) throws SQLException {
        int applied = applied(sql);
        if (applied > POSTGRES_NAMES.size())
            throw new JournalException.Unusable(
                    "cannot use " + name + ": a newer version of Botmesh made its tables: update this one", null);
        return applied == POSTGRES_NAMES.size();
    }

    /** Whether any are in. */
    static boolean isBegun(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            return applied(sql) > 0;
        }
    }

    /** Spares the start of Flyway, as the number in a SQLite file does. */
    private static int applied(Statement sql) throws SQLException {
        try (var table = sql.executeQuery("SELECT to_regclass('botmesh_schema_history') IS NOT NULL")) {
            if (!table.next() || !table.getBoolean(1)) return 0;
        }
        try (var rows =
                sql.executeQuery("SELECT count(*) FROM botmesh_schema_history WHERE success AND type = 'SQL'")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static FluentConfiguration configure(String folder, List<String> names) {
        return Flyway.configure()
                .resourceProvider(new Resources(folder, names))
                .javaMigrationClassProvider(List::of) // none: spares a scan of the class path
                .loggers(); // none
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

    private record Resources(String folder, List<String> names) implements ResourceProvider {
        @Override
        public @Nullable LoadableResource getResource(String name) {
            return names.contains(name) ? new Resource(folder, name) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return names.stream()
                    .filter(name ->
                            name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                    .<LoadableResource>map(name -> new Resource(folder, name))
                    .toList();
        }
    }

    private static final class Resource extends LoadableResource {
        private final String folder;
        private final String name;

        Resource(String folder, String name) {
            this.folder = folder;
            this.name = name;
        }

        @Override
        public Reader read() {
            var in = Migrations.class.getResourceAsStream(folder + name);
            if (in == null) throw new UncheckedIOException(new IOException("missing resource " + folder + name));
            return new InputStreamReader(in, StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return folder + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return folder + name;
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
