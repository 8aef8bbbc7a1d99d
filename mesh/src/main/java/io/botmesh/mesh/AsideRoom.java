package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How much stands aside in the store, by whose it is. Where there is no room for more, the oldest of the same sender gives way, or of all strangers
 * together; that is told. Part of {@link NodeCore}.
 */
final class AsideRoom {
    /** Most messages of all strangers together. */
    static final int MOST_OF_STRANGERS = 1_000;

    /** What a message costs beside its row, here and on the disk. */
    static final int COST = 512;

    private static final int PAGE = 16; // rows are as long as messages

    private static final class Group {
        final LinkedHashMap<NodeStore.Key, Long> weights = new LinkedHashMap<>(); // oldest first
        long weight;
    }

    private record Found(
            Instant postedAt, NodeStore.Key key, @Nullable String peer, long weight) {}

    private final NodeCore core;
    private final TurnBuilder turn;
    private final long mostOfPeer;
    private final long mostOfStrangers;
    private final Map<String, Group> peers = new HashMap<>();
    private final Group strangers = new Group();
    private final Map<Long, Integer> perInbox = new HashMap<>();

    AsideRoom(NodeCore core, NodeOptions options, TurnBuilder turn) {
        this.core = core;
        this.turn = turn;
        mostOfPeer = options.links().receiving().peerWeight();
        mostOfStrangers = options.strangers().bytes();
    }

    /**
     * What earlier processes left.
     *
     * @param peers names the peer of an inbox, null for a stranger's
     */
    void load(NodeStore store, LongFunction<@Nullable String> peers) {
        var found = new ArrayList<Found>();
        NodeStore.Key after = null;
        List<NodeStore.Entry> page;
        do {
            page = store.list(Kind.ASIDE, after, PAGE);
            for (NodeStore.Entry entry : page) {
                NodeStore.Key key = entry.key();
                Instant posted = SetAside.letter(key, entry.value()).postedAt();
                found.add(new Found(posted, key, peers.apply(key.a()), weight(entry.value())));
                after = key;
            }
        } while (page.size() == PAGE);
        found.sort(Comparator.comparing(Found::postedAt).thenComparing(Found::key));
        for (Found one : found) add(one.peer, one.key, one.weight);
    }

    /** Puts a message aside. */
    void add(PeerInbox inbox, NodeStore.Key key, byte[] row) {
        turn.put(key, row);
        add(inbox.known ? inbox.name : null, key, weight(row));
    }

    private static long weight(byte[] row) {
        return (long) row.length + COST;
    }

    private void add(@Nullable String peer, NodeStore.Key key, long weight) {
        Group group = peer == null ? strangers : peers.computeIfAbsent(peer, any -> new Group());
        group.weights.put(key, weight);
        group.weight += weight;
        perInbox.merge(key.a(), 1, Integer::sum);
        int most = peer == null ? MOST_OF_STRANGERS : Integer.MAX_VALUE;
        while (group.weight > (peer == null ? mostOfStrangers : mostOfPeer) || group.weights.size() > most) drop(group);
    }

    private void drop(Group group) {
        Map.Entry<NodeStore.Key, Long> oldest = group.weights.pollFirstEntry();
        NodeStore.Key key = oldest.getKey();
        group.weight -= oldest.getValue();
        perInbox.computeIfPresent(key.a(), (inbox, many) -> many == 1 ? null : many - 1);
        core.counter().asideDropped++;
        turn.read(key)
                .map(row -> SetAside.letter(key, row))
                .ifPresent(letter -> core.untold().tell(new NodeEvent.AsideDropped(letter.from(), letter.subject())));
        turn.delete(key);
    }

    /** Whether messages of an inbox stand aside, which may be given to their handler again. */
    boolean isNeeded(long inbox) {
        return perInbox.containsKey(inbox);
    }

    int messages() {
        return strangers.weights.size()
                + peers.values().stream()
                        .mapToInt(group -> group.weights.size())
                        .sum();
    }

    /** What they weigh, {@link #COST} for each among it. */
    long bytes() {
        return strangers.weight
                + peers.values().stream().mapToLong(group -> group.weight).sum();
    }
}
