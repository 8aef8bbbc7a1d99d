package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.DelegatingNodeStore;
import io.botmesh.mesh.MemoryCarrier;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that wait, and whose node stops by itself meanwhile. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AliveTest {
    private final CountDownLatch breaks = new CountDownLatch(1);

    /** In use by this process until it is told that another one has it. */
    private final class Taken extends DelegatingNodeStore {
        Taken() {
            super(new MemoryNodeStore());
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            if (breaks.getCount() == 0) throw new MeshException.Unusable("taken over by another process", null);
            super.commit(writes);
        }
    }

    private Node node() {
        var carrier = new MemoryCarrier(-1001, InstantSource.system());
        var way = carrier.writers(1);
        var anna = new Peer("anna", null, null, null, way.lanes(), way.capabilities(), false);
        var ends = new NodeSetup.Ends(null, Map.of("anna", way));
        return new Node(new NodeSetup("ben", new Protection.Plain("test"), Peers.of(List.of(anna)), ends, new Taken()));
    }

    private void takeOver(Node node) {
        breaks.countDown();
        var unused = node.link("anna").sendAsync("s", List.of(), new byte[1]);
    }

    @Test
    void whoWaitsForMessagesHearsWhyNoneComeAnyMore() throws Exception {
        try (Node node = node().start()) {
            var wanted = new Wanted(1, () -> {});
            var waits = CompletableFuture.supplyAsync(
                    () -> failure(() -> wanted.await(node, 100_000)), Thread::startVirtualThread);
            takeOver(node);
            assertThat(waits.get()).hasMessage("taken over by another process");
            assertThat(Failures.explain(waits.get()).exitCode()).isEqualTo(ExitCodes.FAILED);
        }
    }

    @Test
    void whoWaitsForALineOfInputHearsItToo() throws Exception {
        try (var idle = new PipedOutputStream();
                var in = new PipedInputStream(idle);
                Node node = node().start()) {
            var terminal = new Terminal(in, new ByteArrayOutputStream(), new ByteArrayOutputStream());
            var read = new CompletableFuture<String>();
            var waits = CompletableFuture.supplyAsync(
                    () -> failure(() -> new OnTheWay(100_000).addLines(node, terminal, line -> {
                        read.complete(new String(line, StandardCharsets.UTF_8));
                        return new CompletableFuture<>();
                    })),
                    Thread::startVirtualThread);
            idle.write("a line\n".getBytes(StandardCharsets.UTF_8));
            idle.flush();
            assertThat(read.get()).isEqualTo("a line");
            takeOver(node);
            assertThat(waits.get()).hasMessage("taken over by another process");
        }
    }

    @Test
    void aNodeThatWasClosedIsNamedInALine() {
        Node node = node().start();
        node.close();
        assertThatThrownBy(() -> new Wanted(1, () -> {}).await(node, 100_000))
                .isInstanceOf(CommandException.class)
                .hasMessage("the node has stopped");
    }

    private interface Waiting {
        void run() throws Exception;
    }

    private static Throwable failure(Waiting waiting) {
        try {
            waiting.run();
        } catch (ExecutionException failed) {
            return Objects.requireNonNull(failed.getCause());
        } catch (Exception failed) {
            return failed;
        }
        throw new AssertionError("nothing was said");
    }
}
