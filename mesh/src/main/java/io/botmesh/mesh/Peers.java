package io.botmesh.mesh;

import io.botmesh.seal.NodeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whom a node knows: a peer file today, a directory some day. Asked when a name or key is first met. */
public interface Peers {
    Optional<Peer> byName(String name);

    /** Who signs with this key. */
    Optional<Peer> byKey(NodeKey key);

    /** Channels with many readers. The same for as long as a node runs. */
    default List<Topic> topics() {
        return List.of();
    }

    /**
     * These and no others.
     *
     * @throws IllegalArgumentException if two have one name or one key
     */
    static Peers of(List<Peer> peers) {
        return of(peers, List.of());
    }

    /**
     * These and no others, and topics.
     *
     * @throws IllegalArgumentException if two have one name or one key
     */
    static Peers of(List<Peer> peers, List<Topic> topics) {
        List<Topic> all = List.copyOf(topics);
        if (all.stream().map(Topic::name).distinct().count() < all.size())
            throw new IllegalArgumentException("two topics of one name");
        Map<String, Peer> names = new HashMap<>();
        Map<NodeKey, Peer> keys = new HashMap<>();
        for (Peer peer : new ArrayList<>(peers)) {
            if (names.put(peer.name(), peer) != null) throw new IllegalArgumentException("two peers " + peer.name());
            NodeKey key = peer.node();
            if (key == null) continue;
            Peer other = keys.put(key, peer);
            if (other != null) throw new IllegalArgumentException(peer.name() + " has the key of " + other.name());
        }
        return new Peers() {
            @Override
            public Optional<Peer> byName(String name) {
                return Optional.ofNullable(names.get(name));
            }

            @Override
            public Optional<Peer> byKey(NodeKey key) {
                return Optional.ofNullable(keys.get(key));
            }

            @Override
            public List<Topic> topics() {
                return all;
            }
        };
    }
}
