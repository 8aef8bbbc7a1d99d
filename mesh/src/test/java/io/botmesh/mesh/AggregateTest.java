package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A quasi-server that makes one state of what initiators send, and dies at each of its writes in turn. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AggregateTest {
    private static final int MESSAGES = 12;

    private final MemoryCarrier channel = new MemoryCarrier(-1, InstantSource.system());
    private final NodeRig.Disk disk = new NodeRig.Disk();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** A disk that breaks at one commit, after or before it. */
    private static final class Breaking extends DelegatingNodeStore {
        private final AtomicInteger left;
        private final boolean after;

        Breaking(NodeStore disk, int left, boolean after) {
            super(disk);
            this.left = new AtomicInteger(left);
            this.after = after;
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            boolean last = left.decrementAndGet() == 0;
            if (!last || after) super.commit(writes);
            if (last) throw new MeshException.Unusable("the process is killed", null);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
    }

    private NodeSetup setup(String name, Carrier.@Nullable Reader reader, NodeStore store, List<Peer> peers) {
        Map<String, Carrier.Writers> writers = peers.isEmpty() ? Map.of() : Map.of("sink", channel.writers(1));
        return new NodeSetup(
                        name, new Protection.Plain(""), Peers.of(peers), new NodeSetup.Ends(reader, writers), store)
                .withOptions(NodeOptions.defaults()
                        .withLanes(new NodeOptions.Sharing(new LaneLimits(10_000, 10_000), LaneShare.WHOLE)))
                .withPollTimeout(Duration.ofSeconds(1));
    }

    private Quasi sink(NodeStore store) {
        Quasi sink = Quasi.of(setup("sink", channel.reader(), store, List.of()));
        open.add(sink);
        return sink;
    }

    private static byte[] plus(byte[] sum, Message message) {
        long so = sum.length == 0 ? 0 : Long.parseLong(new String(sum, UTF_8));
        return Long.toString(so + Long.parseLong(message.text())).getBytes(UTF_8);
    }

    @Test
    void eachMessageCountsOnceWhateverWriteTheProcessDiesAt() throws Exception {
        Carrier.Writers lanes = channel.writers(1);
        var peer = new Peer("sink", null, null, null, lanes.lanes(), lanes.capabilities(), false);
        Node initiator = new Node(setup("initiator", null, new MemoryNodeStore(), List.of(peer))).start();
        open.add(initiator);
        Receipt last = null;
        for (int i = 1; i <= MESSAGES; i++)
            last = initiator.link("sink").stream("s" + i % 3).send("result", Integer.toString(1 << i));
        if (last != null) last.posted().get();
        long all = (2L << MESSAGES) - 2; // each message is a bit of its own: what counts twice or never shows
        int lives = 0;
        for (int at = 1; ; at++) {
            Quasi sink = sink(new Breaking(disk, at, at % 2 == 0));
            Aggregate sum = sink.aggregate("sum", "result", AggregateTest::plus);
            long before = sum.text().isEmpty() ? 0 : Long.parseLong(sum.text());
            assertThat(before & ~all).isZero();
            if (before == all) break;
            sink.start();
            while (!sink.stopped().isDone() && !sum.text().equals(Long.toString(all))) Thread.onSpinWait();
            sink.close();
            lives++;
        }
        assertThat(lives).isGreaterThan(2);
    }

    @Test
    void aNodeThatHasLostItsStoreAsksForNoMoreUpdates() throws Exception {
        var begun = new AtomicInteger();
        var ended = new AtomicInteger();
        var reader = new DelegatingReader(channel.reader()) {
            @Override
            public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
                begun.incrementAndGet();
                try {
                    if (timeout.isPositive()) new CountDownLatch(1).await(); // only an interrupt ends it
                    return super.poll(updateOffset, limit, timeout);
                } finally {
                    ended.incrementAndGet();
                }
            }
        };
        Quasi sink = Quasi.of(setup("sink", reader, new Breaking(disk, 1, false), List.of()));
        open.add(sink);
        sink.start();
        while (!sink.stopped().isDone()) Thread.onSpinWait();
        while (begun.get() != ended.get()) Thread.onSpinWait();
    }

    @Test
    void aNodeWhoseStoreIsLostBeforeItsPollBeginsNeverAsks() throws Exception {
        var asked = new AtomicInteger();
        var reader = new DelegatingReader(channel.reader()) {
            @Override
            public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
                asked.incrementAndGet();
                return super.poll(updateOffset, limit, timeout);
            }
        };
        NodeSetup setup = setup("sink", reader, disk, List.of());
        var poll = new NodePoll(setup, new NodeLoop(setup, Thread::sleep, (why, broken) -> {}), Thread::sleep);
        poll.stop();
        poll.start(reader);
        poll.awaitEnd();
        assertThat(asked).hasValue(0);
    }

    @Test
    void aStepThatFailsIsTriedAgainAndLeavesTheStateAsItWas() throws Exception {
        Carrier.Writers lanes = channel.writers(1);
        var peer = new Peer("sink", null, null, null, lanes.lanes(), lanes.capabilities(), false);
        Node initiator = new Node(setup("initiator", null, new MemoryNodeStore(), List.of(peer))).start();
        open.add(initiator);
        BlockingQueue<String> ids = new LinkedBlockingQueue<>();
        Quasi sink = sink(disk);
        Aggregate sum = sink.aggregate("sum", "result", (state, message) -> {
            ids.add(message.id());
            if (message.attempt() == 1) throw new IllegalStateException("not yet");
            return plus(state, message);
        });
        sink.start();
        initiator.link("sink").send("result", "5");
        assertThat(ids.take()).isEqualTo(ids.take()).startsWith("initiator/");
        while (sum.text().isEmpty()) Thread.onSpinWait();
        assertThat(sum.text()).isEqualTo("5");
        assertThat(sink.statistics().get().handled()).isEqualTo(1);
    }

    @Test
    void whoDoesNotReadIsNoQuasiServer() {
        assertThatThrownBy(() -> Quasi.of(setup("sink", null, disk, List.of())))
                .hasMessageContaining("no bot that reads");
    }

    @Test
    void connectionsAreToldOf() throws Exception {
        var events = new LinkedBlockingQueue<NodeEvent>();
        var down = new CopyOnWriteArrayList<Integer>();
        Carrier.Reader reader = channel.reader();
        var flaky = new DelegatingReader(reader) {
            @Override
            public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
                List<RawUpdate> updates = super.poll(updateOffset, limit, timeout);
                if (updateOffset > 0 && down.isEmpty()) {
                    down.add(1);
                    throw new TransportException(TransportException.Happened.UNKNOWN, "the cable is out", null);
                }
                return updates;
            }
        };
        Quasi sink = Quasi.of(setup("sink", flaky, disk, List.of())).onEvent(events::add);
        open.add(sink);
        sink.handle(">", message -> {}).start();
        assertThat(events.take()).isEqualTo(new NodeEvent.Connected());
        channel.writers(1).post(0, new byte[] {1}, false);
        assertThat(events.take()).isInstanceOf(NodeEvent.Refused.class);
        assertThat(events.take()).isEqualTo(new NodeEvent.Disconnected("the cable is out"));
        assertThat(events.take()).isEqualTo(new NodeEvent.Connected());
    }

    @Test
    void twoAggregatesOfOneNameAreRefused() {
        Quasi sink = sink(disk);
        Aggregate one = sink.aggregate("sum", "n", AggregateTest::plus);
        assertThat(one.text()).isEmpty();
        assertThatThrownBy(() -> sink.aggregate("sum", "m", AggregateTest::plus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is an aggregate sum already");
    }
}
