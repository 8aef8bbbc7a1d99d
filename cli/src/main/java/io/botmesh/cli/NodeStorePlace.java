package io.botmesh.cli;

import io.botmesh.mesh.NodeStore;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.store.PostgresDatabase;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A node's store that is open: a file of its own, or its part of a database that many share. */
record NodeStorePlace(NodeStore store, @Nullable PostgresDatabase database) implements AutoCloseable {
    /**
     * Opens it.
     *
     * @param place what {@code --store} names, null for nothing
     * @param usual the file without it
     * @throws CommandException if it is no place
     */
    static NodeStorePlace open(@Nullable String place, Path usual, String node) {
        requireNamed(place);
        if (place == null || !place.contains(":/")) {
            Path file;
            try {
                file = place == null ? usual : Path.of(place);
            } catch (InvalidPathException wrong) {
                throw CommandException.wrongUse("--store is no name of a file", wrong);
            }
            return new NodeStorePlace(JdbcNodeStore.open(file, node), null);
        }
        PostgresPlace where = PostgresPlace.parse("--store", place, System.getenv());
        return in(PostgresDatabase.open(where.url(), where.user(), where.password()), node);
    }

    private static NodeStorePlace inOfNode(PostgresDatabase database, PostgresPlace where, String node) {
        try {
            var nodes = JdbcNodeStore.nodes(database);
            if (!nodes.contains(node))
                throw CommandException.wrongUse(
                        nodes.isEmpty()
                                ? "no node has a store in " + where
                                : "node " + node + " has no store in " + where + "; these have: " + nodes);
        } catch (RuntimeException refused) {
            database.close();
            throw refused;
        }
        return in(database, node);
    }

    private static NodeStorePlace in(PostgresDatabase database, String node) {
        try {
            return new NodeStorePlace(JdbcNodeStore.open(database, node), database);
        } catch (RuntimeException refused) {
            database.close();
            throw refused;
        }
    }

    /**
     * Opens the one of a node that has run before.
     *
     * @throws CommandException if there is none
     */
    static NodeStorePlace openExisting(@Nullable String place, Path usual, String node) {
        requireNamed(place);
        // Opening makes a file, or tables; nobody who mistypes a name wants that.
        if (place != null && place.contains(":/")) {
            PostgresPlace where = PostgresPlace.parse("--store", place, System.getenv());
            return inOfNode(
                    PostgresDatabase.openExisting(where.url(), where.user(), where.password())
                            .orElseThrow(() -> CommandException.wrongUse("no node has a store in " + where)),
                    where,
                    node);
        }
        if (!Files.exists(place == null ? usual : Path.of(place)))
            throw CommandException.wrongUse("there is no " + (place == null ? usual : place)
                    + "; name the node's folder by --dir, or its --store");
        return open(place, usual, node);
    }

    /** SQLite would keep one without a name for as long as this process lives. */
    private static void requireNamed(@Nullable String place) {
        if (place != null && place.isBlank())
            throw CommandException.wrongUse("--store is empty; name a file or postgresql://USER@HOST/DATABASE");
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            if (database != null) database.close();
        }
    }
}
