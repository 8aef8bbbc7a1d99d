package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node's threads: what they do when the disk or the network fails, or the program does odd things. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NodeLoopTest {
    private final MemoryCarrier channel = new MemoryCarrier(-1001, InstantSource.system());
    private final BlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

    /** The pauses take no time, and the first ones are written down. */
    private void sleep(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        pauses.add(pause);
    }

    private Node node(String name, NodeStore store, Carrier.@Nullable Reader reader, Carrier.Writers... ways) {
        return node(name, NodeOptions.defaults(), store, reader, ways);
    }

    private Node node(
            String name,
            NodeOptions options,
            NodeStore store,
            Carrier.@Nullable Reader reader,
            Carrier.Writers... ways) {
        List<Peer> peers = new ArrayList<>();
        Map<String, Carrier.Writers> writers = new HashMap<>();
        for (Carrier.Writers way : ways) {
            String peer = "peer" + peers.size();
            peers.add(new Peer(peer, null, null, null, way.lanes(), way.capabilities(), false));
            writers.put(peer, way);
        }
        var ends = new NodeSetup.Ends(reader, writers);
        var setup = new NodeSetup(name, new Protection.Plain("test"), Peers.of(peers), ends, store)
                .withOptions(options.withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE)));
        return new Node(setup, this::sleep);
    }

    private Node reading(Carrier.Reader reader) {
        return node("reader", new MemoryNodeStore(), reader)
                .handle(">", message -> got.add(message.text()))
                .start();
    }

    @Test
    void aDiskThatFailsHoldsUpEverythingAndLosesNothing() throws Exception {
        var disk = new FailingStore(4);
        Node reader = reading(channel.reader());
        try (Node sender = node("sender", disk, null, channel.writers(1)).start();
                reader) {
            sender.link("peer0").send("a", "hello").posted().get();
            assertThat(got.take()).isEqualTo("hello");
        }
        List<Duration> seen = new ArrayList<>();
        pauses.drainTo(seen);
        assertThat(seen)
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800));
    }

    @Test
    void whoListensHearsThatTheDiskFailsAndThatItWorksAgain() throws Exception {
        var told = new LinkedBlockingQueue<NodeEvent>();
        try (Node sender = node("sender", new FailingStore(4), null, channel.writers(1))
                .onEvent(told::add)
                .start()) {
            sender.link("peer0").send("a", "hello");
            NodeEvent first = told.take();
            assertThat(first)
                    .isInstanceOfSatisfying(
                            NodeEvent.StoreFails.class,
                            fails -> assertThat(fails.why()).isEqualTo("no space left on device"));
            assertThat(told.take()).isEqualTo(new NodeEvent.StoreWorks());
        }
    }

    /** The pause goes on until somebody breaks it off. */
    @Test
    void whoClosesANodeThatWaitsForItsDiskDoesNotWaitForTheDisk() throws Exception {
        var waits = new CountDownLatch(1);
        var way = channel.writers(1);
        var peer = new Peer("peer0", null, null, null, way.lanes(), way.capabilities(), false);
        var ends = new NodeSetup.Ends(null, Map.of("peer0", way));
        var disk = new FailingStore(Integer.MAX_VALUE);
        var setup = new NodeSetup("sender", new Protection.Plain("test"), Peers.of(List.of(peer)), ends, disk);
        Node sender = new Node(setup, pause -> {
            waits.countDown();
            new CountDownLatch(1).await();
        });
        sender.start();
        var given = sender.link("peer0").sendAsync("a", List.of(), new byte[1]);
        waits.await();
        sender.close();
        assertThatThrownBy(given::get).hasCauseInstanceOf(MeshException.StoreFailed.class);
    }

    @Test
    void whoWaitsForATurnThatNeverHappensIsToldWhy() throws Exception {
        var overtaken = new AtomicBoolean();
        var disk = new DelegatingNodeStore(new MemoryNodeStore()) {
            @Override
            public void commit(List<Write> writes) throws InterruptedException {
                if (overtaken.get()) throw new MeshException.Overtaken("another process has the store");
                super.commit(writes);
            }
        };
        try (Node sender = node("sender", disk, null, channel.writers(1)).start()) {
            sender.link("peer0").send("a", "hello").posted().get();
            overtaken.set(true);
            assertThatThrownBy(() -> sender.link("peer0").send("a", "never"))
                    .isInstanceOf(MeshException.Overtaken.class);
        }
    }

    @Test
    void aPollThatFailsIsTriedAgainAfterGrowingPauses() throws Exception {
        var reset = new TransportException(TransportException.Happened.UNKNOWN, "connection reset", null);
        var reader = new FailingReader(channel.reader(), List.of(reset, reset, reset));
        Node reading = reading(reader);
        try (Node sender = node("sender", new MemoryNodeStore(), null, channel.writers(1))
                        .start();
                reading) {
            sender.link("peer0").send("a", "hello");
            assertThat(got.take()).isEqualTo("hello");
        }
        assertThat(pauses.take()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(pauses.take()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(pauses.take()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(pauses).isEmpty();
    }

    @Test
    void aRequestToWhomCannotAnswerIsRefusedAtOnceAndNotSent() throws Exception {
        var noTime = Duration.ofDays(10_000);
        try (Node asking = node("asking", new MemoryNodeStore(), channel.reader(), channel.writers(1))
                        .start();
                Node deaf = node("deaf", new MemoryNodeStore(), null, channel.writers(1))
                        .start()) {
            assertThatThrownBy(asking.link("peer0").request("q", "x", noTime)::get)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("peer0 cannot answer asking: no way back from it is known");
            assertThatThrownBy(deaf.link("peer0").request("q", "x", noTime)::get)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(asking.link("peer0").sent()).isZero();
        }
    }

    @Test
    void aPeerWhoseOutboxIsFullHoldsUpNoOther() throws Exception {
        var small = new NodeOptions.Waiting(10_000, Overflow.BLOCK, 10_000);
        Node reader = reading(channel.reader());
        var barred = new CountDownLatch(1);
        List<CompletableFuture<Receipt>> waits = new ArrayList<>();
        try (Node sender = node(
                                "sender",
                                NodeOptions.defaults().withOutbox(small),
                                new MemoryNodeStore(),
                                null,
                                OtherWriters.barred(channel.writers(1)),
                                channel.writers(1))
                        .onEvent(event -> {
                            if (event instanceof NodeEvent.Unreachable) barred.countDown();
                        })
                        .start();
                reader) {
            Link full = sender.link("peer0");
            full.send("a", new byte[9_000]); // in a packet that nobody takes
            barred.await();
            full.send("a", new byte[9_000]);
            for (int i = 0; i < 3; i++) waits.add(full.sendAsync("a", List.of(), new byte[9_000]));
            for (int i = 0; i < 20; i++) {
                sender.link("peer1").send("b", "x".repeat(9_000) + i);
                assertThat(got.take()).endsWith(Integer.toString(i));
            }
            assertThat(waits).noneMatch(CompletableFuture::isDone);
        }
        assertThat(waits)
                .allSatisfy(each -> assertThatThrownBy(each::get).cause().isInstanceOf(MeshException.Closed.class));
    }

    @Test
    void aNodeThatNeverRanTakesNothingOnceItIsClosed() {
        Node node = node("sender", new MemoryNodeStore(), null, channel.writers(1));
        CompletableFuture<Receipt> early = node.link("peer0").sendAsync("a", List.of(), new byte[1]);
        node.close();
        assertThat(node.stopped()).isCompleted();
        assertThatThrownBy(early::get).cause().isInstanceOf(MeshException.Closed.class);
        assertThatThrownBy(() -> node.link("peer0").send("a", "b")).isInstanceOf(MeshException.Closed.class);
        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
    }

    /** Refuses the first commits. */
    private static final class FailingStore extends DelegatingNodeStore {
        private int failures;

        FailingStore(int failures) {
            super(new MemoryNodeStore());
            this.failures = failures;
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            if (failures-- > 0) throw new MeshException.StoreFailed("no space left on device", null);
            super.commit(writes);
        }
    }

    /** Fails before it reads. */
    private static final class FailingReader extends DelegatingReader {
        private final Deque<RuntimeException> failures;

        FailingReader(Carrier.Reader reader, List<RuntimeException> failures) {
            super(reader);
            this.failures = new ConcurrentLinkedDeque<>(failures);
        }

        @Override
        public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
            RuntimeException failure = failures.poll();
            if (failure != null) throw failure;
            return super.poll(updateOffset, limit, timeout);
        }
    }
}
