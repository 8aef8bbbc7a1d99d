package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that is closed as soon as its node has stopped, wherever that was closed. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StoreAfterNodeTest {
    private final MemoryCarrier channel = new MemoryCarrier(-1001, InstantSource.system());
    private final AtomicReference<@Nullable Node> running = new AtomicReference<>();
    private final BlockingQueue<String> misuse = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message> got = new LinkedBlockingQueue<>();
    private final NodeRig.Disk kept = new NodeRig.Disk();

    /** What is kept outlives it; it tells of whoever writes after the end. */
    private final class Watched extends DelegatingNodeStore {
        private volatile boolean closed;

        Watched() {
            super(kept);
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            Node node = running.get();
            if (node != null && node.stopped().isDone()) misuse.add("written after the node had stopped");
            if (closed) misuse.add("written after it was closed");
            super.commit(writes);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Node reader(NodeStore store) {
        var ends = new NodeSetup.Ends(channel.reader(), Map.of());
        return new Node(new NodeSetup("reader", new Protection.Plain("test"), Peers.of(List.of()), ends, store));
    }

    private Node sender() {
        var way = channel.writers(1);
        var peer = new Peer("reader", null, null, null, way.lanes(), way.capabilities(), false);
        var ends = new NodeSetup.Ends(null, Map.of("reader", way));
        var setup = new NodeSetup(
                "sender", new Protection.Plain("test"), Peers.of(List.of(peer)), ends, new MemoryNodeStore());
        return new Node(setup.withOptions(NodeOptions.defaults()
                .withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE))));
    }

    @Test
    void aHandlerThatClosesItsNodeLeavesTheStoreToWhatFollowsTheEnd() throws Exception {
        var store = new Watched();
        var closed = new CompletableFuture<Void>();
        var goOn = new CountDownLatch(1);
        Node first = reader(store);
        running.set(first);
        first.handle("n", message -> {
            NodeSide.stop(first);
            var unused = first.stopped().thenRun(store::close).thenRun(() -> closed.complete(null));
            got.add(message);
            goOn.await(); // the node lets it come to its end, and writes that down
        });
        try (Node sender = sender().start()) {
            first.start();
            sender.link("reader").send("n", "last");
            assertThat(got.take().text()).isEqualTo("last");
            assertThat(first.stopped()).isNotDone();
            goOn.countDown();
            closed.get();
            running.set(null);
            sender.link("reader").send("n", "next");
            try (Node next = reader(new Watched()).handle("n", got::add).start()) {
                assertThat(got.take().text()).isEqualTo("next");
                assertThat(next.stopped()).isNotDone();
            }
        }
        assertThat(misuse).isEmpty();
    }

    @Test
    void soDoesAListener() throws Exception {
        var store = new Watched();
        var closed = new CompletableFuture<Void>();
        Node node = reader(store);
        running.set(node);
        node.onEvent(event -> {
            NodeSide.stop(node);
            var unused = node.stopped().thenRun(store::close).thenRun(() -> closed.complete(null));
        });
        node.start(); // and is connected
        closed.get();
        assertThat(misuse).isEmpty();
    }
}
