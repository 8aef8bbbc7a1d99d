package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node does while it reads its store. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NodeStartTest {
    private final MemoryCarrier channel = new MemoryCarrier(-1001, InstantSource.system());
    private final CountDownLatch polled = new CountDownLatch(1);

    private Node node(String name, Carrier.@Nullable Reader reader, NodeStore store) {
        Carrier.Writers way = channel.writers(1);
        var ben = new Peer("ben", null, null, null, way.lanes(), way.capabilities(), reader != null);
        var ends = new NodeSetup.Ends(reader, Map.of("ben", way));
        return new Node(new NodeSetup(name, new Protection.Plain("test"), Peers.of(List.of(ben)), ends, store));
    }

    private Carrier.Reader reader() {
        return new DelegatingReader(channel.reader()) {
            @Override
            public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
                List<RawUpdate> updates = super.poll(updateOffset, limit, Duration.ofMillis(5));
                polled.countDown();
                return updates;
            }
        };
    }

    @Test
    void itPollsWhileItsStoreIsRead() throws Exception {
        try (Node anna = node("anna", null, new MemoryNodeStore())) {
            anna.start();
            anna.link("ben").send("news", "waits").posted().get();
        }
        var slow = new DelegatingNodeStore(new MemoryNodeStore()) {
            @Override
            public void each(Kind kind, Consumer<Entry> visitor) {
                try {
                    polled.await();
                } catch (InterruptedException given) {
                    throw new IllegalStateException("nobody polls", given);
                }
                super.each(kind, visitor);
            }
        };
        var came = new CompletableFuture<String>();
        try (Node ben = node("ben", reader(), slow)) {
            ben.handle("news", message -> came.complete(message.text())).start();
            assertThat(came.get()).isEqualTo("waits");
        }
    }

    @Test
    void oneWhoseStoreCannotBeUsedHasEnded() throws Exception {
        var store = new MemoryNodeStore();
        node("anna", null, store).start().close();
        Node ben = node("ben", reader(), store);
        assertThatThrownBy(ben::start).isInstanceOf(MeshException.Damaged.class).hasMessageContaining("anna");
        assertThatThrownBy(ben.stopped()::get).hasCauseInstanceOf(MeshException.Damaged.class);
        assertThatThrownBy(() -> ben.link("ben").send("news", "x")).isInstanceOf(MeshException.Damaged.class);
        assertThatThrownBy(ben::start).hasMessageContaining("has ended");
        ben.close(); // and its poll with it: this waits for that
    }
}
