package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStoreContract;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Nodes' stores in a real PostgreSQL. */
@NullUnmarked // fields that JUnit fills
class PostgresNodeStoreTest extends NodeStoreContract {
    private static final NodeStore.Key KEY = new NodeStore.Key(Kind.OUTBOX, 5);
    private static final AtomicLong NODES = new AtomicLong();
    private static final String url = EmbeddedPostgresServer.newDatabase();
    private static PostgresDatabase database;

    private final List<NodeStore> opened = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    @BeforeAll
    static void connect() {
        database = EmbeddedPostgresServer.open(url);
    }

    @AfterAll
    static void disconnect() {
        database.close();
    }

    @Override
    protected NodeStore open() {
        return open("node " + NODES.incrementAndGet());
    }

    private NodeStore open(String name) {
        NodeStore store = JdbcNodeStore.open(database, name);
        opened.add(store);
        names.add(name);
        return store;
    }

    @Override
    protected NodeStore reopen(NodeStore store) {
        String name = names.get(opened.indexOf(store));
        store.close();
        return open(name);
    }

    @AfterEach
    void close() {
        opened.forEach(NodeStore::close);
    }

    private static int execute(String... statements) throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement()) {
            int changed = 0;
            for (var statement : statements) {
                sql.execute(statement);
                changed = sql.getUpdateCount();
            }
            return changed;
        }
    }

    @Test
    void aSecondProcessIsToldWhoHasTheNodeAndGetsItOnceThatOneIsGone() throws Exception {
        NodeStore first = open("anna");
        first.commit(List.of(put(KEY, "first")));
        try (var other = EmbeddedPostgresServer.open(url)) {
            assertThatThrownBy(() -> JdbcNodeStore.open(other, "anna"))
                    .isInstanceOf(MeshException.Unusable.class)
                    .hasMessageContaining("node anna is open in process "
                            + ProcessHandle.current().pid() + " on ")
                    .message()
                    .doesNotContain("\n");
            JdbcNodeStore.open(other, "somebody else").close();
            first.close();
            try (var second = JdbcNodeStore.open(other, "anna")) {
                assertThat(text(second, KEY)).isEqualTo("first");
            }
        }
    }

    @Test
    void aDatabaseThatIsClosedGivesItsNodesBack() {
        var other = EmbeddedPostgresServer.open(url);
        var unused = JdbcNodeStore.open(other, "left open");
        other.close();
        open("left open");
    }

    /** As after a partition: the server has given the lock back, and the first process does not know it yet. */
    @Test
    void whoHasLostANodeWithoutNoticingItWritesNothingMore() throws Exception {
        NodeStore first = open("lost");
        first.commit(List.of(put(KEY, "first")));
        execute("SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory'");
        try (var other = EmbeddedPostgresServer.open(url);
                var second = JdbcNodeStore.open(other, "lost")) {
            assertThatThrownBy(() -> first.commit(List.of(put(KEY, "late"))))
                    .isInstanceOf(MeshException.Unusable.class)
                    .hasMessageContaining("taken over by another process")
                    .message()
                    .doesNotContain("\n");
            second.commit(List.of(put(new NodeStore.Key(Kind.NODE, 1), "second")));
            assertThat(all(second, 9)).isEqualTo(Map.of(KEY, "first", new NodeStore.Key(Kind.NODE, 1), "second"));
        }
    }

    @Test
    void aLockThatWentWithItsConnectionIsTakenAgain() throws Exception {
        var nanos = new AtomicLong();
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser("postgres");
        try (var locks = new PostgresNodeLocks(source::getConnection, nanos::get);
                var others = new PostgresNodeLocks(source::getConnection, nanos::get)) {
            assertThat(locks.claim("a", this)).isTrue();
            assertThat(locks.claim("a", this)).isTrue();
            assertThat(locks.claim("a", new Object())).isFalse();
            assertThat(locks.claim("b", this)).isTrue();
            execute("SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory'");
            assertThat(others.claim("b", others)).isTrue();
            locks.check("a"); // not looked at yet
            nanos.addAndGet(Duration.ofSeconds(6).toNanos());
            locks.check("a");
            assertThat(others.claim("a", others)).isFalse();
            assertThatThrownBy(() -> {
                        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
                        locks.check("b");
                    })
                    .hasMessageContaining("taken over");
            locks.unclaim("a", others);
            assertThat(others.claim("a", others)).isFalse();
            locks.unclaim("a", this);
            assertThat(others.claim("a", others)).isTrue();
        }
    }

    @Test
    void aCommitThatTheServerRefusesLeavesNothing() throws Exception {
        NodeStore store = open();
        store.commit(List.of(put(KEY, "kept")));
        execute(
                "CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN"
                        + " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';"
                        + " END $$ LANGUAGE plpgsql",
                "CREATE TRIGGER full_disk BEFORE INSERT ON node_value FOR EACH ROW WHEN (NEW.a = 666)"
                        + " EXECUTE FUNCTION full_disk()");
        try {
            assertThatThrownBy(() -> store.commit(List.of(
                            delete(KEY),
                            put(new NodeStore.Key(Kind.NODE, 1), "x"),
                            put(new NodeStore.Key(Kind.NODE, 666), "x"))))
                    .isInstanceOf(MeshException.StoreFailed.class)
                    .hasMessageEndingWith("the server's disk is full; free some space there")
                    .message()
                    .doesNotContain("\n");
        } finally {
            execute("DROP TRIGGER full_disk ON node_value", "DROP FUNCTION full_disk()");
        }
        assertThat(all(store, 9)).isEqualTo(Map.of(KEY, "kept"));
    }

    @Test
    void aConnectionThatBreaksInACommitIsReplacedAndWhatWasUnderWayDoneAgain() throws Exception {
        NodeStore store = open();
        store.commit(List.of(put(KEY, "kept")));
        execute(
                "CREATE SEQUENCE cuts", // counts also what is rolled back
                "CREATE FUNCTION cut() RETURNS trigger AS $$ BEGIN IF nextval('cuts') <= 2 THEN"
                        + " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); END IF;"
                        + " RETURN NULL; END $$ LANGUAGE plpgsql",
                // At the commit itself, so that its outcome is not known to whoever waits for it.
                "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON node_value DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW WHEN (NEW.a = 777) EXECUTE FUNCTION cut()");
        var other = new NodeStore.Key(Kind.NODE, 777);
        try {
            store.commit(List.of(delete(KEY), put(other, "x")));
        } finally {
            execute("DROP TRIGGER cut ON node_value", "DROP FUNCTION cut()", "DROP SEQUENCE cuts");
        }
        assertThat(all(store, 9)).isEqualTo(Map.of(other, "x"));
        store.commit(List.of(put(KEY, "goes on")));
        assertThat(text(store, KEY)).isEqualTo("goes on");
    }

    @Test
    void damagedBytesAreNoticed() throws Exception {
        NodeStore store = open();
        store.commit(List.of(put(new NodeStore.Key(Kind.NODE, 888), "abc")));
        assertThat(execute("UPDATE node_value SET value = 'abd' WHERE a = 888")).isOne();
        assertThatThrownBy(() -> store.read(new NodeStore.Key(Kind.NODE, 888)))
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessageContaining("not what was stored");
    }
}
