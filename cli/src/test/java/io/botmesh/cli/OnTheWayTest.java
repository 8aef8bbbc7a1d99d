package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.DelegatingNodeStore;
import io.botmesh.mesh.MemoryCarrier;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that give a node lines, and whose disk is full. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OnTheWayTest {
    private final SmallDisk disk = new SmallDisk();
    private final MemoryCarrier carrier = new MemoryCarrier(-1001, InstantSource.system());

    /** Takes nothing while it is full. */
    private static final class SmallDisk extends DelegatingNodeStore {
        private volatile boolean full;

        SmallDisk() {
            super(new MemoryNodeStore());
        }

        void full(boolean full) {
            this.full = full;
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            if (full) throw new MeshException.StoreFailed("cannot write to anna.db: the disk is full", null);
            super.commit(writes);
        }
    }

    private Node node() {
        var way = carrier.writers(1);
        var ben = new Peer("ben", null, null, null, way.lanes(), way.capabilities(), false);
        var ends = new NodeSetup.Ends(null, Map.of("ben", way));
        return new Node(new NodeSetup("anna", new Protection.Plain("test"), Peers.of(List.of(ben)), ends, disk));
    }

    /** Its writer keeps silent after that. */
    private static Terminal lines(PipedOutputStream writer, String lines) throws Exception {
        var terminal = new Terminal(
                new PipedInputStream(writer, 1 << 16), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        writer.write(lines.getBytes(StandardCharsets.UTF_8));
        writer.flush();
        return terminal;
    }

    @Test
    void aDiskThatStaysFullEndsTheWaitAndSaysHowManyLinesWereTaken() throws Exception {
        var sent = new OnTheWay(1);
        try (var writer = new PipedOutputStream();
                Node node = node().onEvent(sent).start()) {
            assertThatThrownBy(() -> sent.addLines(node, lines(writer, "one\ntwo\nthree\nfour\n"), line -> {
                        disk.full(new String(line, StandardCharsets.UTF_8).equals("three"));
                        return node.link("ben").send("s", line).posted();
                    }))
                    .isInstanceOf(CommandException.class)
                    .hasMessage("nothing could be written for 1 s: cannot write to anna.db: the disk is full;"
                            + " the first 2 messages are taken and go out when this node runs again, give it the"
                            + " others then");
        }
        disk.full(false);
        try (Node again = node().start()) {
            assertThat(again.link("ben").sent()).isEqualTo(2);
        }
    }

    @Test
    void aDiskThatWorksAgainInTimeEndsNothing() throws Exception {
        var sent = new OnTheWay(100);
        var lines = new ByteArrayInputStream("one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8));
        var terminal = new Terminal(lines, new ByteArrayOutputStream(), new ByteArrayOutputStream());
        try (Node node = node().onEvent(sent)
                .onEvent(event -> {
                    if (event instanceof NodeEvent.StoreFails) disk.full(false);
                })
                .start()) {
            sent.addLines(node, terminal, line -> {
                disk.full(new String(line, StandardCharsets.UTF_8).equals("two"));
                return node.link("ben").send("s", line).posted();
            });
            assertThat(sent.await("posted")).isEqualTo(3);
        }
    }
}
