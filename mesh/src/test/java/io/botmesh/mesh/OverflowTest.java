package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeOptions.Waiting;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node does that may not post and whose outbox is full. */
@Timeout(60)
class OverflowTest {
    private final MemoryCarrier channel = new MemoryCarrier(-1001, InstantSource.system());
    private final CountDownLatch barred = new CountDownLatch(1);
    private final List<Node> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Node::close);
    }

    /** Its first message is in a packet that nobody takes; from here on, and for the minute until the next try, nothing leaves the outbox. */
    private Link full(Overflow overflow) throws InterruptedException {
        return full(overflow, OtherWriters.barred(channel.writers(1)));
    }

    private Link full(Overflow overflow, Carrier.Writers writers) throws InterruptedException {
        return full(overflow, writers, 1 << 20);
    }

    private Link full(Overflow overflow, Carrier.Writers writers, long pending) throws InterruptedException {
        var peer = new Peer("sink", null, null, null, writers.lanes(), writers.capabilities(), false);
        var setup = new NodeSetup(
                        "sender",
                        new Protection.Plain(""),
                        Peers.of(List.of(peer)),
                        new NodeSetup.Ends(null, Map.of("sink", writers)),
                        new MemoryNodeStore())
                .withOptions(NodeOptions.defaults()
                        .withOutbox(new Waiting(2 * (Backlog.COST + 5), overflow, 1_000).withPending(pending)));
        Node node = new Node(setup).onEvent(event -> {
            if (event instanceof NodeEvent.Unreachable) barred.countDown();
        });
        open.add(node.start());
        Link link = node.link("sink");
        link.send("s", "0000");
        barred.await();
        return link;
    }

    private long waiting() throws Exception {
        return open.getFirst().statistics().get().waitingBytes().getOrDefault("sink", 0L);
    }

    @Test
    void aFullOutboxRefusesTheMessageAndKeepsTheOthers() throws Exception {
        Link link = full(Overflow.FAIL);
        link.send("s", "0001");
        link.send("s", "0002");
        assertThatThrownBy(() -> link.send("s", "0003")).isInstanceOf(MeshException.Full.class);
        assertThat(waiting()).isEqualTo(8);
        assertThat(link.sent()).isEqualTo(3);
    }

    @Test
    void messagesWithoutABodyFillAnOutboxToo() throws Exception {
        Link link = full(Overflow.FAIL);
        link.send("s", "");
        link.send("s", "");
        assertThatThrownBy(() -> link.send("s", ""))
                .isInstanceOf(MeshException.Full.class)
                .hasMessage("the outbox for sink holds 2 bytes, which cost 258 of 266");
    }

    @Test
    void theOldestMessagesGiveWayAndTheirReceiptsSaySo() throws Exception {
        Link link = full(Overflow.DROP_OLDEST);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 1; i <= 20; i++) receipts.add(link.send("s", String.format(Locale.ROOT, "%04d", i)));
        assertThat(receipts.subList(0, 18))
                .allSatisfy(receipt -> assertThatThrownBy(receipt.posted()::get)
                        .hasCauseInstanceOf(MeshException.Lost.class)
                        .hasMessageContaining("gave way"));
        assertThat(receipts.subList(18, 20))
                .noneMatch(receipt -> receipt.posted().isDone());
        assertThat(waiting()).isEqualTo(8);
    }

    @Test
    void aMessageLargerThanTheOutboxIsTakenAlone() throws Exception {
        Link link = full(Overflow.DROP_OLDEST);
        Receipt small = link.send("s", "0001");
        Receipt large = link.send("s", "x".repeat(100));
        assertThatThrownBy(small.posted()::get).hasCauseInstanceOf(MeshException.Lost.class);
        assertThat(large.posted().isDone()).isFalse();
        assertThat(waiting()).isEqualTo(100);
    }

    @Test
    void whoGivesUpWhileItWaitsForRoomHasNotSent() throws Exception {
        var writing = new CountDownLatch(1);
        Link link = full(Overflow.BLOCK, new OtherWriters(channel.writers(1)) {
            @Override
            public Outcome post(int lane, byte[] packet, boolean document) throws InterruptedException {
                barred.countDown();
                writing.await();
                return super.post(lane, packet, document);
            }
        });
        byte[] body = new byte[4];
        long sent;
        boolean bothGaveUp;
        do { // a lane may have several posts under way, and a packet that leaves in between makes room
            CompletableFuture<Receipt> waits;
            do {
                sent = link.sent();
                waits = link.sendAsync("s", List.of(), body);
            } while (link.sent() > sent);
            boolean interrupted = givesUp(link, body);
            bothGaveUp = waits.cancel(false) && interrupted;
        } while (!bothGaveUp);
        writing.countDown();
        open.getFirst().drain().get();
        assertThat(link.sent()).isEqualTo(sent);
    }

    /** Whether who sends has ended by being interrupted; else the message was taken. */
    private static boolean givesUp(Link link, byte[] body) throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        Thread gone = Thread.ofVirtual().start(() -> {
            try {
                link.send("s", body);
                interrupted.complete(false);
            } catch (InterruptedException given) {
                interrupted.complete(true);
            }
        });
        gone.interrupt();
        return interrupted.get();
    }

    @Test
    void whatIsGivenWithoutWaitingIsBoundedAndWhoWaitsIsNot() throws Exception {
        Link link = full(Overflow.BLOCK, OtherWriters.barred(channel.writers(1)), 2 * (Backlog.COST + 5));
        byte[] body = new byte[4];
        link.send("s", body);
        link.send("s", body); // and it is full
        CompletableFuture<Receipt> first = link.sendAsync("s", List.of(), body);
        CompletableFuture<Receipt> second = link.sendAsync("s", List.of(), body);
        assertThatThrownBy(link.sendAsync("s", List.of(), body)::get)
                .cause()
                .isInstanceOf(MeshException.TooManyPending.class)
                .hasMessage("messages of 266 bytes are pending, of at most 266:"
                        + " wait until some of them are taken, or use send");
        assertThatThrownBy(open.getFirst().link("nobody").sendAsync("s", List.of(), body)::get)
                .cause()
                .isInstanceOf(MeshException.TooManyPending.class); // all peers share it
        var failed = new CompletableFuture<Receipt>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                failed.complete(link.send("s", body));
            } catch (MeshException | InterruptedException why) {
                failed.completeExceptionally(why);
            }
        });
        assertThat(first.cancel(false)).isTrue();
        CompletableFuture<Receipt> third = link.sendAsync("s", List.of(), body);
        assertThat(List.of(second, third, failed)).noneMatch(CompletableFuture::isDone);
        open.getFirst().close();
        waiting.join();
        for (var each : List.of(second, third, failed))
            assertThatThrownBy(each::get).cause().isInstanceOf(MeshException.Closed.class);
        assertThatThrownBy(link.sendAsync("s", List.of(), new byte[1_000])::get) // nothing is pending any more
                .cause()
                .isInstanceOf(MeshException.Closed.class);
    }

    @Test
    void oneMessageMayBePendingHoweverLong() {
        var pending = new Pending(100);
        var alone = pending.within(1_000, CompletableFuture<Void>::new);
        assertThat(pending.within(1, CompletableFuture<Void>::new)).isCompletedExceptionally();
        alone.complete(null);
        assertThat(pending.within(100, CompletableFuture<Void>::new)).isNotDone();
        assertThat(pending.within(1, CompletableFuture<Void>::new)).isCompletedExceptionally();
    }
}
