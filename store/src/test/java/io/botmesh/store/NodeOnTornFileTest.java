package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.LaneId;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.Protection;
import io.botmesh.mesh.Turn;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose file is reopened from copies that are cut at each page: it knows all that it had promised until there, and goes on. */
class NodeOnTornFileTest {
    private static final int MESSAGES = 8;
    private static final long NOW = 1_800_000_000_000_000_000L;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final Protection protection =
            Protection.Sealed.of(Identity.generate(), Keyring.of(ReaderSecret.generate()));
    private final Peers peers = Peers.of(List.of(new Peer(
            "ben",
            Identity.generate().key(),
            ReaderSecret.generate().key(),
            null,
            List.of(new LaneId(7, "-100"), new LaneId(8, "-100")),
            new Carrier.Capabilities("test", 7_678, 1 << 20, false, true),
            true)));

    private NodeCore node(NodeStore store) {
        return new NodeCore(
                "anna", NodeOptions.defaults(), protection, peers, any -> Optional.empty(), store, random, NOW);
    }

    private long send(NodeCore node) {
        byte[] body = new byte[random.nextInt(5_000)];
        random.nextBytes(body);
        return node.send("ben", "s", "subject", List.of(), body, NOW);
    }

    private static Turn turn(NodeCore node, NodeStore store) throws InterruptedException {
        node.onTime(NOW);
        Turn turn = node.take(NOW);
        if (!turn.writes().isEmpty()) store.commit(turn.writes());
        return turn;
    }

    @Test
    void whereverTheLogIsCutTheNodeKnowsWhatItPromisedUntilThere() throws Exception {
        System.out.println("NodeOnTornFileTest seed " + seed);
        var torn = new TornFile<Long>(folder, MeshException.class, this::reopened);
        JdbcNodeStore.open(torn.path(), "anna").close();
        torn.begun(0L);
        try (var store = JdbcNodeStore.open(torn.path(), "anna")) {
            NodeCore node = node(store);
            for (long sent = 1; sent <= MESSAGES; sent++) {
                send(node);
                Turn turn = turn(node, store);
                torn.promise(sent);
                for (NodeEffect effect : turn.effects()) {
                    if (effect instanceof NodeEffect.Post post && random.nextBoolean())
                        node.onOutcome(
                                post.ticket(),
                                new Outcome.Posted(new PostId(-100, sent), Instant.ofEpochSecond(1_800_000_000)),
                                NOW);
                }
                turn(node, store);
            }
            torn.written();
        }
        int cuts = 0;
        for (int length = TornFile.LOG_HEADER; length <= torn.log.length; length += TornFile.FRAME, cuts++)
            torn.assertCut(length);
        assertThat(cuts).isGreaterThan(2 * MESSAGES);
    }

    /** How many messages the node knows that is made of this file; it takes one more and posts. */
    private long reopened(Path file) {
        try (var store = JdbcNodeStore.open(file, "anna")) {
            NodeCore node = node(store);
            long known = send(node);
            assertThat(turn(node, store).effects()).anyMatch(NodeEffect.Post.class::isInstance);
            return known;
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
    }
}
