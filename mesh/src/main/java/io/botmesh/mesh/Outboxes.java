package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Frame;
import io.botmesh.wire.LinkReceiver;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The outboxes of a node, one for each peer and topic that it has ever sent to, and the posts of all that are on their way. Part of {@link NodeCore}. */
final class Outboxes {
    /** Nanoseconds: an outbox is not made anew sooner than that after the last time. */
    private static final long CALM = 3_600_000_000_000L;

    private final NodeCore core;
    private final String self;
    private final NodeOptions options;
    private final Protection protection;
    private final Function<String, Optional<Peer>> peers;
    private final Function<String, List<LinkReceiver>> heard;
    private final TurnBuilder turn;
    private final RandomGenerator random;
    private final Map<String, PeerOutbox> byPeer = new TreeMap<>();
    private final Map<Long, PeerOutbox.Sent> sent = new HashMap<>();
    private final Map<String, Long> calm = new HashMap<>(); // until then no outbox is made anew, by peer
    private long tickets;

    /**
     * @param peers finds a peer, or the way to a topic
     * @param heard the links by which a peer speaks to us
     */
    Outboxes(
            NodeCore core,
            String self,
            NodeOptions options,
            Protection protection,
            Function<String, Optional<Peer>> peers,
            Function<String, List<LinkReceiver>> heard,
            TurnBuilder turn,
            RandomGenerator random) {
        this.core = core;
        this.self = self;
        this.options = options;
        this.protection = protection;
        this.peers = peers;
        this.heard = heard;
        this.turn = turn;
        this.random = random;
    }

    void load(NodeStore store, long now) {
        Map<Long, PeerOutbox> byIncarnation = new HashMap<>();
        store.each(Kind.OUTBOX, entry -> {
            var saved = OutboxRow.parse(entry.value());
            Peer peer = peers.apply(saved.peer()).filter(Peer::reachable).orElse(null);
            if (peer == null) return; // kept for when it is known again
            var outbox = make(peer, entry.key().a(), saved, now);
            byIncarnation.put(outbox.incarnation, outbox);
        });
        store.each(Kind.MESSAGE, entry -> {
            PeerOutbox outbox = byIncarnation.get(entry.key().a());
            if (outbox != null) outbox.restore(entry.key(), entry.value());
        });
        store.each(Kind.PAST, entry -> {
            PeerOutbox outbox = byIncarnation.get(entry.key().a());
            if (outbox != null) outbox.restorePast(entry.key(), entry.value());
        });
        byIncarnation.values().forEach(PeerOutbox::resume);
        store.each(Kind.ONION, entry -> {
            PeerOutbox to = byIncarnation.get(entry.key().b());
            if (entry.key().a() == NodeCore.OWN_ONION && to != null) to.postOnce(entry.key(), entry.value());
        });
    }

    private PeerOutbox make(Peer peer, long incarnation, @Nullable OutboxRow saved, long now) {
        var outbox = new PeerOutbox(
                core,
                peer,
                protection.envelope(self, peer),
                incarnation,
                options,
                turn,
                () -> heard.apply(peer.name()),
                saved,
                random,
                now);
        byPeer.put(peer.name(), outbox);
        return outbox;
    }

    /** The outbox for a peer, made when it is first needed. */
    PeerOutbox of(String peer, long now) {
        PeerOutbox known = byPeer.get(peer);
        if (known != null) return known;
        Peer found = peers.apply(peer).orElseThrow(() -> new IllegalArgumentException("there is no peer " + peer));
        if (!found.reachable()) throw new IllegalArgumentException("nothing can be posted to " + peer);
        return make(found, random.nextLong(), null, now);
    }

    /** The outbox for whoever has spoken to us, who is to get acks; null if nothing can be posted there. */
    @Nullable
    PeerOutbox back(Peer peer, long now) {
        PeerOutbox known = byPeer.get(peer.name());
        if (known != null || !peer.reachable()) return known;
        return make(peer, random.nextLong(), null, now);
    }

    /** What a peer says to an outbox of ours; one whose numbers were used before gives way to a new one, but not to a peer that says so again and again. */
    void onFrames(PeerOutbox box, long incarnation, long packet, List<Frame> frames, long now) {
        box.onFrames(incarnation, packet, frames, now);
        if (!box.isOutdated() || now < calm.getOrDefault(box.peer.name(), Long.MIN_VALUE)) return;
        calm.put(box.peer.name(), now + CALM);
        box.moveTo(make(box.peer, random.nextLong(), null, now));
    }

    /** A peer does not take a message of ours. */
    void onRefused(String peer, byte[] which, NotTaken.Why why) {
        PeerOutbox outbox = byPeer.get(peer);
        if (outbox != null && which.length == 3 * Long.BYTES) outbox.onRefused(ByteBuffer.wrap(which), why);
    }

    /** From now on a topic's posts are sealed to its new key. */
    void sealWith(String address, Peer way) {
        PeerOutbox out = byPeer.get(address);
        if (out != null) out.sealWith(protection.envelope(self, way), requireNonNull(way.reader()));
    }

    /** A number for a post or forward that goes out now. */
    long ticket(PeerOutbox.Sent one) {
        sent.put(tickets, one);
        return tickets++;
    }

    void onOutcome(long ticket, Outcome outcome, long now) {
        PeerOutbox.Sent one = sent.remove(ticket);
        if (one != null) one.outbox().onOutcome(one, outcome, now);
    }

    /** How many messages for a peer the program ever gave, in this process or an earlier one. */
    long sent(String peer) {
        PeerOutbox outbox = byPeer.get(peer);
        return outbox == null ? 0 : outbox.given();
    }

    void pump(long now) {
        for (PeerOutbox outbox : byPeer.values()) outbox.pump(now);
    }

    void save(long now) {
        for (PeerOutbox outbox : byPeer.values()) outbox.save(now);
    }

    long wakeAt(long now) {
        long at = Long.MAX_VALUE;
        for (PeerOutbox outbox : byPeer.values()) at = Math.min(at, outbox.wakeAt(now));
        return at;
    }

    void onClosing() {
        byPeer.values().forEach(PeerOutbox::onClosing);
    }

    boolean isDrained() {
        return byPeer.values().stream().allMatch(PeerOutbox::isIdle);
    }

    boolean isDrained(String peer) {
        PeerOutbox outbox = byPeer.get(peer);
        return outbox == null || outbox.isIdle();
    }

    /** Whether no post is on its way, and no peer is to hear anything. */
    boolean isSaid() {
        return sent.isEmpty() && byPeer.values().stream().noneMatch(PeerOutbox::hasNews);
    }

    Map<String, Long> waitingBytes() {
        Map<String, Long> waiting = new TreeMap<>();
        byPeer.forEach((peer, outbox) -> waiting.put(peer, outbox.waitingBytes()));
        return waiting;
    }

    Map<String, List<LaneStatistics>> lanes(long now) {
        Map<String, List<LaneStatistics>> lanes = new TreeMap<>();
        byPeer.forEach((peer, outbox) -> lanes.put(peer, outbox.lanes(now)));
        return lanes;
    }
}
