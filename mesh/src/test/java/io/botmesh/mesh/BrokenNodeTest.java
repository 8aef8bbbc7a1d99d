package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that ends by itself, and what those hear of it who wait for something. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BrokenNodeTest {
    private final MemoryCarrier channel = new MemoryCarrier(-1001, InstantSource.system());
    private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();
    private final IllegalStateException mistake = new IllegalStateException("a carrier's own mistake");

    /** One whose disk and reader fail when they are told to. */
    private Node node(Carrier.@Nullable Reader reader, Carrier.Writers way) {
        var disk = new DelegatingNodeStore(new MemoryNodeStore()) {
            @Override
            public void commit(List<Write> writes) throws InterruptedException {
                RuntimeException failure = fault.get();
                if (failure instanceof MeshException) throw failure;
                super.commit(writes);
            }
        };
        var peer = new Peer("peer", null, null, null, way.lanes(), way.capabilities(), reader != null);
        var ends = new NodeSetup.Ends(reader, Map.of("peer", way));
        var setup = new NodeSetup("node", new Protection.Plain("test"), Peers.of(List.of(peer)), ends, disk);
        return new Node(setup.withOptions(NodeOptions.defaults()
                .withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE))));
    }

    private Carrier.Reader reader() {
        return new DelegatingReader(channel.reader()) {
            @Override
            public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
                RuntimeException failure = fault.get();
                if (failure != null) throw failure;
                return super.poll(updateOffset, limit, Duration.ofMillis(5));
            }
        };
    }

    /** Hears of the end, and takes messages with what it is given. */
    private record Hearing(Runnable takes, CompletableFuture<Void> end) implements Flow.Subscriber<Message> {
        Hearing(Runnable takes) {
            this(takes, new CompletableFuture<>());
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Message message) {
            takes.run();
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }

    @Test
    void aSubscriberHearsWhatBrokeItsNodeAndThatItWasClosed() throws Exception {
        var closed = new Hearing(() -> {});
        var broken = new Hearing(() -> {});
        var late = new Hearing(() -> {});
        try (Node node = node(null, channel.writers(1))) {
            node.messages("n").subscribe(closed);
            node.start();
        }
        closed.end.get();
        try (Node node = node(null, channel.writers(1))) {
            node.messages("n").subscribe(broken);
            node.start();
            var overtaken = new MeshException.Overtaken("another process has the store");
            fault.set(overtaken);
            assertThatThrownBy(() -> node.link("peer").send("n", "x")).isSameAs(overtaken);
            assertThatThrownBy(broken.end::get).hasCause(overtaken);
            node.messages("n").subscribe(late);
            assertThatThrownBy(late.end::get).hasCause(overtaken);
            assertThatThrownBy(node.stopped()::get).hasCause(overtaken);
        }
    }

    @Test
    void theEndWaitsUntilASubscriberIsOutOfAMessage() throws Exception {
        var inside = new CountDownLatch(1);
        var out = new CountDownLatch(1);
        var one = new Hearing(() -> {
            inside.countDown();
            while (out.getCount() > 0) Thread.onSpinWait(); // does not hear an interrupt
        });
        try (Node node = node(reader(), channel.writers(1))) {
            node.messages("n").subscribe(one);
            node.start();
            node.link("peer").send("n", "to ourselves");
            inside.await();
            fault.set(mistake);
            assertThatThrownBy(node.stopped()::get).hasCause(mistake);
            assertThat(one.end).isNotDone();
            out.countDown();
            assertThatThrownBy(one.end::get).hasCause(mistake);
        }
    }

    @Test
    void whatIsOnItsWayEndsWithTheCauseAndSoDoesWhatComesLater() throws Exception {
        try (Node node = node(reader(), OtherWriters.barred(channel.writers(1)))) {
            node.start();
            Link link = node.link("peer");
            Receipt receipt = link.send("n", "x");
            CompletableFuture<Message> reply = link.request("n", "x", Duration.ofHours(1));
            CompletableFuture<Void> drained = node.drain();
            fault.set(mistake);
            for (CompletableFuture<?> each : List.of(receipt.posted(), receipt.done(), reply, drained)) {
                assertThatThrownBy(each::get)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(MeshException.Closed.class)
                        .hasMessage("node node broke: " + mistake)
                        .hasCause(mistake);
            }
            assertThatThrownBy(() -> link.send("n", "later"))
                    .isInstanceOf(MeshException.Closed.class)
                    .hasCause(mistake);
        }
    }

    @Test
    void whatIsSpooledStaysWhenItsNodeBreaksOrIsClosed(@TempDir Path folder) throws Exception {
        try (Node node = node(null, OtherWriters.barred(channel.writers(1))).spool(folder.resolve("closed"), 100)) {
            node.start();
            node.link("peer").put("o", new ByteArrayInputStream(new byte[50]));
        }
        assertThat(filesIn(folder.resolve("closed"))).isPositive();
        try (Node node = node(null, OtherWriters.barred(channel.writers(1))).spool(folder.resolve("broken"), 100)) {
            node.start();
            Receipt receipt = node.link("peer").put("o", new ByteArrayInputStream(new byte[50]));
            fault.set(new MeshException.Overtaken("another process has the store"));
            assertThatThrownBy(() -> node.link("peer").send("n", "x")).isInstanceOf(MeshException.Overtaken.class);
            assertThatThrownBy(receipt.posted()::get).hasRootCauseInstanceOf(MeshException.Overtaken.class);
        }
        assertThat(filesIn(folder.resolve("broken"))).isPositive();
    }

    private static long filesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }
}
