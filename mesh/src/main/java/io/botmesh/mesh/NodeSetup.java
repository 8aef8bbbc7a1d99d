package io.botmesh.mesh;

import io.botmesh.mesh.Carrier.Reader;
import io.botmesh.wire.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node is made of.
 *
 * @param name        of the node; not empty
 * @param protection  how its packets are sealed
 * @param peers       whom it knows
 * @param ends        what it reads from and posts through
 * @param store       what it must not forget
 * @param options     how it behaves
 * @param pollTimeout how long a poll waits for something to come, at most 50 s
 */
public record NodeSetup(
        String name,
        Protection protection,
        Peers peers,
        Ends ends,
        NodeStore store,
        NodeOptions options,
        Duration pollTimeout) {
    /**
     * The ends of carriers that a node holds.
     *
     * @param reader  what it reads, null if it only sends
     * @param writers what it posts through, by name of the peer
     * @param boards  where registers are pinned, by name of the topic
     */
    public record Ends(
            @Nullable Reader reader, Map<String, Carrier.Writers> writers, Map<String, Carrier.Board> boards) {
        public Ends {
            writers = Map.copyOf(writers);
            boards = Map.copyOf(boards);
        }

        /** Without registers. */
        public Ends(@Nullable Reader reader, Map<String, Carrier.Writers> writers) {
            this(reader, writers, Map.of());
        }

        /** A copy that posts to a topic too. */
        public Ends withTopic(String topic, Carrier.Writers into) {
            Map<String, Carrier.Writers> all = new HashMap<>(writers);
            all.put(Topic.address(topic), into);
            return new Ends(reader, all, boards);
        }

        /** A copy that sees what is pinned in a topic's channel. */
        public Ends withBoard(String topic, Carrier.Board board) {
            Map<String, Carrier.Board> all = new HashMap<>(boards);
            all.put(topic, board);
            return new Ends(reader, writers, all);
        }
    }

    public NodeSetup {
        if (name.isEmpty()) throw new IllegalArgumentException("a node without a name");
        Names.checked("a name", name, Limits.MAX_SENDER_BYTES);
        if (pollTimeout.isNegative() || pollTimeout.toSeconds() > 50) {
            throw new IllegalArgumentException("pollTimeout: " + pollTimeout);
        }
    }

    /** With the usual options, and polls of half a minute. */
    public NodeSetup(String name, Protection protection, Peers peers, Ends ends, NodeStore store) {
        this(name, protection, peers, ends, store, NodeOptions.defaults(), Duration.ofSeconds(30));
    }

    /** A copy with other options. */
    public NodeSetup withOptions(NodeOptions options) {
        return new NodeSetup(name, protection, peers, ends, store, options, pollTimeout);
    }

    /** A copy with another poll timeout. */
    public NodeSetup withPollTimeout(Duration pollTimeout) {
        return new NodeSetup(name, protection, peers, ends, store, options, pollTimeout);
    }

    Optional<Carrier.Reader> reader() {
        return Optional.ofNullable(ends.reader);
    }

    Optional<Carrier.Board> board(String topic) {
        return Optional.ofNullable(ends.boards.get(topic));
    }

    Carrier.Writers writers(String peer) {
        Carrier.Writers writers = ends.writers.get(peer);
        if (writers == null) throw new IllegalStateException("no writers for " + peer);
        return writers;
    }
}
