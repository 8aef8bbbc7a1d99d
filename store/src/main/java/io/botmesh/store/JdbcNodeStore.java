package io.botmesh.store;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.runner.JournalException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A node's store in a {@link Database}: a row per value, each with a checksum. A SQLite file belongs to one process as a whole. In
 * PostgreSQL many nodes have one database: a lock that the server gives back when its process dies keeps a second process from
 * opening the same node, and a fence in the node's row refuses whoever lost that lock without noticing. The lock belongs to
 * a session, so no pool that lends sessions per transaction may stand between.
 */
public final class JdbcNodeStore implements NodeStore {
    private static final String PUT =
            "INSERT INTO node_value (node, kind, a, b, c, value, crc) VALUES (?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT (node, kind, a, b, c) DO UPDATE SET value = excluded.value, crc = excluded.crc";
    private static final String DELETE =
            "DELETE FROM node_value WHERE node = ? AND kind = ? AND a = ? AND b = ? AND c = ?";
    private static final String READ =
            "SELECT value, crc FROM node_value WHERE node = ? AND kind = ? AND a = ? AND b = ? AND c = ?";
    private static final String LIST = "SELECT value, crc, a, b, c FROM node_value WHERE node = ? AND kind = ?"
            + " AND (a, b, c) %s (?, ?, ?) ORDER BY a, b, c LIMIT ?";
    private static final String FIRST = LIST.formatted(">=");
    private static final String NEXT = LIST.formatted(">");
    private static final String COUNT =
            "UPDATE node SET revision = revision + 1 WHERE id = ? AND fence = ? RETURNING revision";
    private static final String COUNTED = "SELECT revision FROM node WHERE id = ? AND fence = ? FOR UPDATE";

    /** What the row of a node says. */
    private record Opened(long id, long fence, long revision) {}

    private final Database database;
    private final boolean owned;
    private final String node;
    private final Opened opened;
    private final Object claim;
    private volatile boolean closed;
    private long revision; // of the thread that commits

    private JdbcNodeStore(Database database, boolean owned, String node, Opened opened, Object claim) {
        this.database = database;
        this.owned = owned;
        this.node = node;
        this.opened = opened;
        this.claim = claim;
        revision = opened.revision;
    }

    /**
     * Opens a SQLite file of this node alone, or creates it.
     *
     * @throws MeshException.Unusable if it is damaged, in use, another node's, not readable or not one of ours
     */
    public static JdbcNodeStore open(Path file, String node) {
        return translated(() -> {
            var database = SqliteDatabase.open(file, Content.NODE);
            try {
                JdbcJournal.bots(database).stream().findFirst().ifPresent(bot -> {
                    throw SqliteDatabase.unusable(
                            file, "it is the journal of bot " + bot + ": name another file for node " + node, null);
                });
                database.call(handle -> handle.select("SELECT name FROM node WHERE name <> ?", node)
                                .mapTo(String.class)
                                .findFirst())
                        .ifPresent(other -> {
                            throw SqliteDatabase.unusable(
                                    file, "it belongs to node " + other + ": name another file for " + node, null);
                        });
                return open(database, true, node, InstantSource.system());
            } catch (RuntimeException refused) {
                database.close();
                throw refused;
            }
        });
    }

    /**
     * Opens the store of one node of several in a database, which stays the caller's to close.
     *
     * @throws MeshException.Unusable if another process has it open, or the database cannot be used
     */
    public static JdbcNodeStore open(Database database, String node) {
        return translated(() -> open(database, false, node, InstantSource.system()));
    }

    /** Names of the nodes that have a store in this database, in order. */
    public static List<String> nodes(Database database) {
        return translated(() -> database.call(handle -> handle.select("SELECT name FROM node ORDER BY name")
                .mapTo(String.class)
                .list()));
    }

    private static JdbcNodeStore open(Database database, boolean owned, String node, InstantSource clock) {
        var claim = new Object();
        if (!database.call(handle -> database.claim(node, claim))) {
            var holder = database.call(handle -> handle.select("SELECT holder FROM node WHERE name = ?", node)
                    .mapTo(String.class)
                    .findOne());
            throw new JournalException.Unusable(
                    "cannot use " + database.name() + ": node " + node + " is open in "
                            + holder.orElse("another process") + ": end that one, or give this node another name",
                    null);
        }
        try {
            var row = database.call(handle -> enter(handle, node, holder(clock)));
            return new JdbcNodeStore(database, owned, node, row, claim);
        } catch (RuntimeException failed) {
            unclaim(database, node, claim);
            throw failed;
        }
    }

    private static Opened enter(Handle handle, String node, String holder) {
        handle.execute(
                "INSERT INTO node (name, fence, revision, holder) VALUES (?, 1, 0, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET fence = node.fence + 1, holder = excluded.holder",
                node,
                holder);
        return handle.select("SELECT id, fence, revision FROM node WHERE name = ?", node)
                .map((row, context) -> new Opened(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    private static String holder(InstantSource clock) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "a host without a name";
        }
        return "process " + ProcessHandle.current().pid() + " on " + host + " since "
                + clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void commit(List<Write> writes) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        checkOpen();
        Map<Key, Write> last = new LinkedHashMap<>();
        for (Write write : writes) last.put(Objects.requireNonNull(write.key()), write);
        if (last.isEmpty()) return;
        var deletes = new ArrayList<Object[]>();
        var puts = new ArrayList<Object[]>();
        for (Write write : last.values()) {
            Key key = write.key();
            byte[] value = write.value();
            if (value == null) deletes.add(place(key));
            else puts.add(new Object[] {opened.id, key.kind().code, key.a(), key.b(), key.c(), value, crc(key, value)});
        }
        translated(() -> commit(deletes, puts));
    }

    private boolean commit(List<Object[]> deletes, List<Object[]> puts) {
        boolean shared = database instanceof PostgresDatabase;
        try {
            database.call(handle -> {
                if (shared) count(handle);
                database.statements().batch(handle, DELETE, deletes);
                database.statements().batch(handle, PUT, puts);
                return true;
            });
        } catch (JournalException.Unusable unknown) {
            if (!shared || !happened(unknown)) throw unknown;
        }
        revision++;
        return true;
    }

    /** Refuses if another process has opened the node since; from here on none can before the transaction ends. */
    private void count(Handle handle) throws Exception {
        database.checkClaim(node);
        long unused = database.statements()
                .first(handle, row -> row.getLong(1), COUNT, opened.id, opened.fence)
                .orElseThrow(this::takenOver);
    }

    /** Whether a commit happened whose outcome was lost on the way; waits for it if it is still under way. */
    private boolean happened(JournalException unknown) {
        long found = database.call(handle -> database.statements()
                .first(handle, row -> row.getLong(1), COUNTED, opened.id, opened.fence)
                .orElseThrow(this::takenOver));
        if (found == revision) throw new JournalException.NotStored(String.valueOf(unknown.getMessage()), unknown);
        return found == revision + 1;
    }

    private JournalException takenOver() {
        return new JournalException.TakenOver(
                "node " + node + " in " + database.name() + " has been taken over by another process: stop this one",
                null);
    }

    @Override
    public Optional<byte[]> read(Key key) {
        checkOpen();
        return translated(() ->
                database.call(handle -> database.statements().first(handle, row -> value(key, row), READ, place(key))));
    }

    @Override
    public List<Entry> list(Kind kind, @Nullable Key after, int most) {
        NodeStore.checkList(kind, after, most);
        checkOpen();
        Key from = after == null ? new Key(kind, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE) : after;
        return translated(() -> database.call(handle -> database.statements()
                .list(
                        handle,
                        row -> {
                            Key key = new Key(kind, row.getLong(3), row.getLong(4), row.getLong(5));
                            return new Entry(key, value(key, row));
                        },
                        after == null ? FIRST : NEXT,
                        opened.id,
                        kind.code,
                        from.a(),
                        from.b(),
                        from.c(),
                        most)));
    }

    private Object[] place(Key key) {
        return new Object[] {opened.id, key.kind().code, key.a(), key.b(), key.c()};
    }

    private long crc(Key key, byte[] value) {
        return Checksum.of(value, "", opened.id, key.kind().code, key.a(), key.b(), key.c());
    }

    private byte[] value(Key key, ResultSet row) throws SQLException {
        byte[] value = row.getBytes(1);
        if (row.getLong(2) != crc(key, value)) throw database.damaged();
        return value;
    }

    private void checkOpen() {
        if (closed)
            throw new MeshException.Unusable(
                    "cannot use node " + node + " in " + database.name() + ": it is closed", null);
    }

    private static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (JournalException.NotStored refused) {
            throw new MeshException.StoreFailed(awaited(String.valueOf(refused.getMessage())), refused);
        } catch (JournalException broken) {
            throw new MeshException.Unusable(String.valueOf(broken.getMessage()), broken);
        }
    }

    /** A node waits for its disk: nobody has to start it again. */
    private static String awaited(String why) {
        return why.endsWith(Database.AGAIN) ? why.substring(0, why.length() - Database.AGAIN.length()) : why;
    }

    private static void unclaim(Database database, String node, Object claim) {
        // If that fails, or the connection is gone, so is the claim.
        database.awaitUnlessSilent(database.submit(handle -> {
            database.unclaim(node, claim);
            return true;
        }));
    }

    /** Lets other processes open it; of a database that does not answer when it does, or when that is closed. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        unclaim(database, node, claim);
        if (owned) database.close();
    }
}
