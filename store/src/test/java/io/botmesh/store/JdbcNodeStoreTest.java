package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import io.botmesh.mesh.NodeStoreContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's store in a SQLite file. */
class JdbcNodeStoreTest extends NodeStoreContract {
    private static final NodeStore.Key KEY = new NodeStore.Key(Kind.OUTBOX, 5);

    @TempDir
    private Path folder;

    private final List<NodeStore> opened = new ArrayList<>();

    @Override
    protected NodeStore open() {
        return open(opened.size());
    }

    private NodeStore open(int number) {
        NodeStore store = JdbcNodeStore.open(file(number), "node " + number);
        if (number == opened.size()) opened.add(store);
        else opened.set(number, store);
        return store;
    }

    private Path file(int number) {
        return folder.resolve("node" + number + ".db");
    }

    @Override
    protected NodeStore reopen(NodeStore store) {
        int number = opened.indexOf(store);
        store.close();
        return open(number);
    }

    @AfterEach
    void close() {
        opened.forEach(NodeStore::close);
    }

    @Test
    void aFullDiskFailsTheCommitAndLeavesNothingOfIt() throws Exception {
        try (var database = SqliteDatabase.open(file(9));
                var store = JdbcNodeStore.open(database, "full")) {
            store.commit(List.of(put(KEY, "kept")));
            database.call(handle -> handle.execute("PRAGMA max_page_count = 100"));
            assertThatThrownBy(() -> store.commit(List.of(
                            put(new NodeStore.Key(Kind.NODE, 1), "new"),
                            delete(KEY),
                            new Write(new NodeStore.Key(Kind.PACKET, 1), new byte[1_000_000]))))
                    .isInstanceOf(MeshException.StoreFailed.class)
                    .hasMessageEndingWith("the disk is full; free some space") // which is all: a node waits for it
                    .message()
                    .doesNotContain("\n");
            assertThat(all(store, 9)).isEqualTo(Map.of(KEY, "kept"));
            store.commit(List.of(put(KEY, "goes on")));
        }
        try (var store = JdbcNodeStore.open(file(9), "full")) {
            assertThat(all(store, 9)).isEqualTo(Map.of(KEY, "goes on"));
        }
    }

    @Test
    void damagedBytesAreNoticedInOneLineAndNeverHandedOut() throws Exception {
        try (var database = SqliteDatabase.open(file(9));
                var store = JdbcNodeStore.open(database, "flipped")) {
            store.commit(List.of(put(KEY, "abc"), put(new NodeStore.Key(Kind.OUTBOX, 6), "abc")));
            for (String change : List.of("value = x'616264'", "a = 7", "kind = 3", "crc = crc + 1")) {
                database.call(handle -> handle.execute("UPDATE node_value SET " + change + " WHERE a = 5"));
                NodeStore.Key changed = new NodeStore.Key(
                        change.startsWith("kind") ? Kind.MESSAGE : Kind.OUTBOX, change.startsWith("a") ? 7 : 5);
                assertThatThrownBy(() -> store.read(changed))
                        .as(change)
                        .isInstanceOf(MeshException.Unusable.class)
                        .hasMessageContaining(file(9).toString())
                        .hasMessageContaining("damaged")
                        .message()
                        .doesNotContain("\n");
                assertThatThrownBy(() -> store.list(changed.kind(), null, 9))
                        .isInstanceOf(MeshException.Unusable.class);
                store.commit(List.of(delete(changed), put(KEY, "abc")));
                assertThat(text(store, KEY)).isEqualTo("abc");
            }
        }
    }

    @Test
    void aFileBelongsToOneNodeAndOneProcess() {
        try (var store = JdbcNodeStore.open(file(9), "anna")) {
            assertThat(store.read(KEY)).isEmpty();
            assertThatThrownBy(() -> JdbcNodeStore.open(file(9), "anna"))
                    .isInstanceOf(MeshException.Unusable.class)
                    .hasMessageContaining(file(9).toString())
                    .hasMessageContaining("in use by another process")
                    .message()
                    .doesNotContain("\n");
        }
        assertThatThrownBy(() -> JdbcNodeStore.open(file(9), "ben"))
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessageContaining("belongs to node anna")
                .hasMessageContaining("name another file for ben");
        JdbcNodeStore.open(file(9), "anna").close();
        assertThatThrownBy(() -> JdbcNodeStore.open(folder.resolve("none").resolve("x.db"), "anna"))
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void severalNodesOfOneProcessMayShareAFileButEachIsOpenOnce() throws Exception {
        try (var database = SqliteDatabase.open(file(9));
                var anna = JdbcNodeStore.open(database, "anna")) {
            NodeStore ben = JdbcNodeStore.open(database, "ben");
            anna.commit(List.of(put(KEY, "anna")));
            assertThat(ben.read(KEY)).isEmpty();
            assertThatThrownBy(() -> JdbcNodeStore.open(database, "ben"))
                    .isInstanceOf(MeshException.Unusable.class)
                    .hasMessageContaining("node ben is open in process "
                            + ProcessHandle.current().pid());
            ben.close();
            JdbcNodeStore.open(database, "ben").close();
        }
    }
}
