package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.world.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A document whose bytes the file server does not give yet, and nobody who would send it again; over the emulator. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LateDocumentTest {
    /** More than any pending update of these tests needs to be confirmed by a process that does not wait for its disk. */
    private static final int FAILURES = 50;

    private final Scene annasScene = new Scene(2, Limits.OFF);
    private final Scene bertsScene = new Scene(annasScene, 2);
    private final NodeSide anna = new NodeSide("anna", annasScene);
    private final NodeSide bert = new NodeSide("bert", bertsScene);
    private final byte[] body = new byte[150_000]; // within the credit of who has not answered yet

    @BeforeEach
    void annaPostsItAndIsGone() throws Exception {
        new Random(7).nextBytes(body);
        anna.options = NodeOptions.defaults();
        try (Node a = anna.node(bert).start()) {
            a.link("bert").send("big", body).posted().get();
            assertThat(a.statistics().get().documents()).isPositive();
        }
    }

    @AfterEach
    void close() {
        bertsScene.close();
        annasScene.close();
    }

    /** A reader whose file server is away. */
    private static Carrier.Reader withoutFiles(Carrier.Reader reader, CountDownLatch asked) {
        return new DelegatingReader(reader) {
            @Override
            public byte[] fetch(Arrival.Attachment attachment, int mostBytes) {
                asked.countDown();
                throw new TransportException(TransportException.Happened.NO, "the file server is away", null);
            }
        };
    }

    private long pending() throws InterruptedException {
        return bertsScene.api(bertsScene.reader).call(new GetWebhookInfo()).pendingUpdateCount();
    }

    private Node bert(NodeStore store) {
        return new Node(bert.setup(anna, bertsScene.reading(), store)).handle("big", bert.got::add);
    }

    @Test
    void whatWasConfirmedBeforeItCouldBeFetchedIsFetchedByTheNextProcess() throws Exception {
        var asked = new CountDownLatch(1);
        var disk = new MemoryNodeStore();
        MemoryNodeStore left;
        try (Node first = new Node(bert.setup(anna, withoutFiles(bertsScene.reading(), asked), disk)).start()) {
            asked.await();
            bertsScene.awaitRead(); // the server has nothing of it any more
            left = disk.reopen(); // as kill -9 leaves it
            assertThat(first.name()).isEqualTo("bert");
        }
        try (Node next = bert(left).start()) {
            assertThat(bert.got.take().body()).isEqualTo(body);
            next.settle().get();
        }
        assertThat(left.list(Kind.UPDATE, null, 1)).isEmpty();
    }

    /** What the disk does not take stays at the server, for whoever comes next. */
    @Test
    void theServerKeepsAnUpdateUntilTheDiskHasIt() throws Exception {
        long posted = pending();
        assertThat(posted).isPositive();
        var failed = new CountDownLatch(FAILURES);
        List<Long> seen = new ArrayList<>(); // by the node's thread
        var full = new DelegatingNodeStore(new MemoryNodeStore()) {
            @Override
            public void commit(List<Write> writes) throws InterruptedException {
                if (writes.stream().noneMatch(write -> write.key().kind() == Kind.UPDATE)) {
                    super.commit(writes);
                    return;
                }
                seen.add(pending());
                failed.countDown();
                throw new MeshException.StoreFailed("no space left on device", null);
            }
        };
        var asked = new CountDownLatch(1);
        Node first = new Node(
                bert.setup(anna, withoutFiles(bertsScene.reading(), asked), full),
                pause -> Thread.sleep(pause.dividedBy(1_000)));
        try (first) {
            first.start();
            failed.await();
        }
        assertThatThrownBy(() -> first.stopped().get()).hasCauseInstanceOf(MeshException.StoreFailed.class);
        assertThat(seen).hasSizeGreaterThanOrEqualTo(FAILURES).containsOnly(posted);
        assertThat(asked.getCount()).as("nor is it fetched").isOne();
        try (Node next = bert(new MemoryNodeStore()).start()) {
            assertThat(bert.got.take().body()).isEqualTo(body);
            next.settle().get();
        }
    }
}
