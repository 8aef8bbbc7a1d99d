package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskTest {
    private static final NodeStore.Key ONE = new NodeStore.Key(Kind.PACKET, 1, 1);
    private static final NodeStore.Key TWO = new NodeStore.Key(Kind.PACKET, 1, 2);

    private final Disk disk = new Disk();

    private static Write write(NodeStore.Key key, int value) {
        return new Write(key, new byte[] {(byte) value});
    }

    private static int value(NodeStore store, NodeStore.Key key) {
        return store.read(key).map(bytes -> (int) bytes[0]).orElse(0);
    }

    @Test
    void whatWasCommittedOutlivesTheProcess() throws Exception {
        Disk.Store store = disk.open();
        store.commit(List.of(write(ONE, 1), write(TWO, 2), new Write(TWO, null)));
        disk.crash(store, 5);
        NodeStore next = disk.open();
        assertThat(value(next, ONE)).isEqualTo(1);
        assertThat(next.read(TWO)).isEmpty();
    }

    @Test
    void aFullDiskTakesNothing() throws Exception {
        Disk.Store store = disk.open();
        store.commit(List.of(write(ONE, 1)));
        disk.full(true);
        assertThatThrownBy(() -> store.commit(List.of(write(ONE, 2), write(TWO, 2))))
                .isInstanceOf(Disk.Full.class);
        assertThat(value(store, ONE)).isEqualTo(1);
        assertThat(store.read(TWO)).isEmpty();
    }

    @Test
    void aLyingDiskForgetsItsLastCommitsWholly() throws Exception {
        disk.lies(true);
        Disk.Store store = disk.open();
        store.commit(List.of(write(ONE, 1)));
        store.commit(List.of(write(ONE, 2), write(ONE, 3), write(TWO, 2)));
        store.commit(List.of(new Write(ONE, null)));
        disk.crash(store, 2);
        NodeStore next = disk.open();
        assertThat(value(next, ONE)).isEqualTo(1);
        assertThat(next.read(TWO)).isEmpty();
    }

    @Test
    void aDeadProcessCannotWrite() {
        Disk.Store old = disk.open();
        disk.crash(old, 0);
        assertThatThrownBy(() -> old.commit(List.of(write(ONE, 1)))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoseStoreWasTakenMayLookAndNotWrite() throws Exception {
        Disk.Store old = disk.open();
        old.commit(List.of(write(ONE, 1)));
        Disk.Store next = disk.open();
        assertThat(next.fence()).isGreaterThan(old.fence());
        assertThatThrownBy(() -> old.commit(List.of(write(ONE, 2)))).isInstanceOf(MeshException.Unusable.class);
        assertThat(value(old, ONE)).isEqualTo(1);
        assertThat(value(next, ONE)).isEqualTo(1);
    }

    @Test
    void listsOneKindInOrderFromAPlace() throws Exception {
        Disk.Store store = disk.open();
        store.commit(List.of(
                write(TWO, 2),
                write(ONE, 1),
                write(new NodeStore.Key(Kind.MESSAGE, 9), 1),
                write(new NodeStore.Key(Kind.INBOX, -5), 1)));
        assertThat(store.list(Kind.PACKET, null, 9))
                .extracting(NodeStore.Entry::key)
                .containsExactly(ONE, TWO);
        assertThat(store.list(Kind.PACKET, ONE, 9))
                .extracting(NodeStore.Entry::key)
                .containsExactly(TWO);
        assertThat(store.list(Kind.PACKET, null, 1))
                .extracting(NodeStore.Entry::key)
                .containsExactly(ONE);
        assertThat(store.list(Kind.INBOX, null, 9)).hasSize(1);
    }
}
