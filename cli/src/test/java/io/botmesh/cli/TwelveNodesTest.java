package io.botmesh.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.Link;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Twelve nodes made of one peer file talk along every lane that it gives them. */
@Timeout(240)
class TwelveNodesTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
    private static final int MESSAGES = 20;
    private static final PeerSecrets.Passphrase NONE = () -> {
        throw new IllegalStateException("nobody to ask");
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"ring, 24", "star, 22", "full, 132"})
    void everyLaneOfATopologyCarriesItsMessagesInOrder(String topology, int directed) throws Exception {
        try (Emulator emulator = Emulator.start()) {
            init(emulator, topology);
            Map<String, Queue<String>> got = new ConcurrentHashMap<>(); // by "to<from"
            var left = new CountDownLatch(directed * MESSAGES);
            Map<String, NodeStore> stores = new HashMap<>();
            for (String name : NAMES) stores.put(name, new MemoryNodeStore());
            // Half of them send before the others are there, and are gone when those begin to read.
            int sent = 0;
            for (List<String> half : List.of(NAMES.subList(0, 6), NAMES.subList(6, 12))) {
                sent += withNodes(emulator.api(), half, stores, got, left, false);
            }
            assertThat(sent).isEqualTo(directed);
            withNodes(emulator.api(), NAMES, stores, got, left, true);
            assertThat(got).hasSize(directed);
            got.forEach((way, bodies) -> {
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) expected.add(way + " " + i);
                assertThat(bodies).as(way).containsExactlyElementsOf(expected);
            });
        }
    }

    private void init(Emulator emulator, String topology) {
        var err = new ByteArrayOutputStream();
        int code = Botmesh.run(
                new Terminal(InputStream.nullInputStream(), new ByteArrayOutputStream(), err),
                "peers",
                "init",
                "--emulator",
                emulator.control().toString(),
                "--nodes",
                String.join(",", NAMES),
                "--topology",
                topology,
                "--writers",
                "1",
                "--dir",
                folder.toString());
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }

    /** Runs some of the nodes: either they send to all whom they can reach, or they wait for what was sent to them. */
    private int withNodes(
            URI server,
            List<String> names,
            Map<String, NodeStore> stores,
            Map<String, Queue<String>> got,
            CountDownLatch left,
            boolean reading)
            throws Exception {
        int ways = 0;
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            for (String name : names) {
                PeerView view = PeerView.read(folder.resolve("mesh.peers"), folder.resolve(name + ".secrets"), NONE);
                Mesh mesh = Mesh.of(view, server);
                open.addFirst(mesh);
                Node node = mesh.node(requireNonNull(stores.get(name))).handle("n", message -> {
                    assertThat(message.isFromPeer()).isTrue();
                    got.computeIfAbsent(name + "<" + message.from(), way -> new ConcurrentLinkedQueue<>())
                            .add(message.text());
                    left.countDown();
                });
                open.addFirst(node.start());
                if (reading) continue;
                for (Peer peer : view.peers()) {
                    if (!peer.reachable()) continue;
                    ways++;
                    Link link = node.link(peer.name());
                    for (int i = 0; i < MESSAGES; i++) link.send("n", peer.name() + "<" + name + " " + i);
                }
            }
            if (reading)
                assertThat(left.await(3, TimeUnit.MINUTES))
                        .as(left.getCount() + " missing")
                        .isTrue();
        } finally {
            for (AutoCloseable one : open) one.close();
        }
        return ways;
    }
}
