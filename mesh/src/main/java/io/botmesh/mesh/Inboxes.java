package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Opened;
import io.botmesh.seal.Opener;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Control;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.Piece;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The inboxes of a node, one for each outbox that it has heard; few of strangers and of one peer are in memory, the others rest in the store. Part of
 * {@link NodeCore}.
 */
final class Inboxes {
    /** Whose outbox an inbox hears: the key that signed, or in plain packets the name. */
    record Heard(@Nullable NodeKey key, String name, long incarnation) {
        static Heard of(PeerInbox inbox) {
            return new Heard(inbox.key, inbox.key == null ? inbox.name : "", inbox.incarnation);
        }
    }

    private final NodeCore core;
    private final String self;
    private final @Nullable NodeKey ours;
    private final Peers peers;
    private final Opener opener;
    private final NodeOptions options;
    private final TurnBuilder turn;
    private final RandomGenerator random;
    private final Map<Heard, PeerInbox> awake = new HashMap<>();
    private final Map<String, List<LinkReceiver>> heardFrom = new HashMap<>();
    private final Strangers strangers;
    private final Retired retired;
    private final KnownInboxes acquainted = new KnownInboxes();
    private long next = 1;

    /**
     * @param ours the key that this node signs with, null if it does not
     */
    Inboxes(
            NodeCore core,
            String self,
            @Nullable NodeKey ours,
            Peers peers,
            Opener opener,
            NodeOptions options,
            TurnBuilder turn,
            RandomGenerator random) {
        this.core = core;
        this.self = self;
        this.ours = ours;
        this.peers = peers;
        this.opener = opener;
        this.options = options;
        this.turn = turn;
        this.random = random;
        strangers = new Strangers(options.strangers());
        retired = new Retired(
                turn,
                opener instanceof SealedOpener sealed ? sealed : null,
                options.strangers().retired());
    }

    void load(NodeStore store) {
        retired.load(store);
        Map<Long, PeerInbox> byId = new TreeMap<>(); // as they began
        List<Heard> outlived = new ArrayList<>();
        store.each(Kind.INBOX, entry -> {
            PeerInbox inbox = restored(entry.key().a(), entry.value());
            Heard heard = Heard.of(inbox);
            if (inbox.known || !inbox.isComplete()) {
                byId.put(inbox.id, inbox);
                add(inbox);
            } else { // not all at once in memory
                strangers.rest(heard, inbox.id, entry.value().length);
            }
            next = Math.max(next, inbox.id + 1);
            NodeKey key = inbox.key;
            if (key != null && opener instanceof SealedOpener sealed && inbox.window().length > 0) {
                if (inbox.known || sealed.needs(inbox.window())) {
                    sealed.restore(key, inbox.incarnation, inbox.window());
                } else {
                    outlived.add(heard);
                }
            }
        });
        store.each(Kind.READY, entry -> {
            PeerInbox inbox = byId.get(entry.key().a());
            if (inbox == null) {
                byte[] row = store.read(
                                new NodeStore.Key(Kind.INBOX, entry.key().a()))
                        .orElse(null);
                if (row == null) return;
                inbox = restored(entry.key().a(), row);
                byId.put(inbox.id, inbox);
                add(inbox);
            }
            inbox.restore(entry.key(), entry.value());
        });
        core.asides().load(store, id -> {
            PeerInbox inbox = byId.get(id);
            return inbox == null || !inbox.known ? null : inbox.name;
        });
        byId.values().forEach(PeerInbox::resume);
        for (PeerInbox inbox : byId.values()) if (!inbox.known && inbox.isComplete()) rest(Heard.of(inbox), inbox);
        for (Heard heard : outlived) forget(heard);
        shorten();
        for (PeerInbox inbox : byId.values())
            if (inbox.known && inbox.isComplete() && acquainted.isOverfull(inbox)) rest(Heard.of(inbox), inbox);
    }

    private PeerInbox restored(long id, byte[] row) {
        var saved = InboxRow.parse(row);
        NodeKey key = saved.key().length == 0 ? null : NodeKey.of(saved.key());
        Peer peer = (key == null ? peers.byName(saved.name()) : peers.byKey(key)).orElse(null);
        return PeerInbox.restored(core, id, saved, row.length, peer, peer != null || isOurs(key), options, turn);
    }

    boolean isOurs(@Nullable NodeKey key) {
        NodeKey own = ours;
        return key != null && own != null && key.equals(own);
    }

    private void add(PeerInbox inbox) {
        awake.put(Heard.of(inbox), inbox);
        if (inbox.known) acquainted.add(Heard.of(inbox), inbox);
        else strangers.add(Heard.of(inbox), inbox);
        Peer peer = inbox.peer;
        if (peer != null && inbox.topic == null)
            heardFrom.computeIfAbsent(peer.name(), any -> new ArrayList<>()).add(inbox.link());
    }

    /** The inbox for a packet, made when it is the first of its outbox; null if it is a stranger's and there is no room, which is counted. */
    @Nullable
    PeerInbox of(Opened opened, @Nullable Topic topic, int size) {
        PeerInbox inbox = find(opened, topic, size);
        if (inbox != null && inbox.known) {
            long begins = inbox.begins(opened.content().frames());
            if (begins > 0)
                acquainted.makeRoom(inbox, begins, options.links().receiving().peerWeight());
        }
        return inbox;
    }

    private @Nullable PeerInbox find(Opened opened, @Nullable Topic topic, int size) {
        NodeKey key = opened.sender();
        String sender = key == null ? opened.content().sender() : "";
        var heard = new Heard(key, sender, opened.header().incarnation());
        PeerInbox known = awake.get(heard);
        if (known != null) {
            if (known.known) {
                acquainted.touch(heard, known);
                return known;
            }
            strangers.touch(heard);
            return mayHold(heard, cost(opened, size)) ? known : null;
        }
        Peer peer = (key == null ? peers.byName(sender) : peers.byKey(key)).orElse(null);
        boolean isKnown = peer != null || (topic != null && isOurs(key));
        Long resting = isKnown ? acquainted.resting(heard) : strangers.resting(heard);
        if (resting == null && retired.drops(heard, opened.header().packetNumber())) {
            core.refuse("REPLAYED");
            return null;
        }
        String about = topic == null ? null : topic.name();
        if (isKnown) {
            String who = peer == null ? self : peer.name();
            if (resting == null && !acquainted.mayRemember(who, about)) {
                core.refuse("LIMIT_INCARNATIONS");
                return null;
            }
            if (acquainted.isFull(who, about) && !giveUp(acquainted.gives(who, about))) {
                core.refuse("LIMIT_OUTBOXES");
                return null;
            }
        } else {
            if (!mayHold(heard, cost(opened, size))) return null;
            if ((resting == null && !strangers.hasRoom() && !retire(heard)) || !canWake()) {
                core.refuse("LIMIT_STRANGERS");
                return null;
            }
        }
        if (resting != null) {
            PeerInbox woken = woken(resting, peer, isKnown);
            if (isKnown || mayHold(heard, cost(opened, size))) return woken;
            rest(heard, woken); // its streams were too much
            return null;
        }
        String name = peer != null ? peer.name() : key == null ? sender : key.shortName();
        InboxRow back = retired.remove(heard, name).orElse(null);
        return back == null ? make(heard, opened, peer, topic, isKnown) : woken(next++, back, 0, peer, isKnown);
    }

    private PeerInbox make(Heard heard, Opened opened, @Nullable Peer peer, @Nullable Topic topic, boolean known) {
        NodeKey key = heard.key;
        String who = peer != null ? peer.name() : isOurs(key) ? self : key == null ? heard.name : key.shortName();
        var inbox = new PeerInbox(
                core,
                next++,
                heard.incarnation,
                key,
                who,
                peer,
                topic == null ? null : topic.name(),
                known,
                options,
                turn,
                topic == null
                        ? LinkReceiver.State.fresh(random.nextLong())
                        : PeerInbox.joining(
                                random.nextLong(), opened.content().frames(), core.readsAllOf(topic.name())),
                PeerInbox.missing(0, known),
                new FirstNumbers(Collections.emptySortedMap()),
                new byte[0]);
        add(inbox);
        core.tell(new NodeEvent.Heard(peer == null ? "" : peer.name()));
        return inbox;
    }

    // --- strangers

    private boolean mayHold(Heard heard, long cost) {
        if (strangers.mayHold(cost)) return true;
        for (PeerInbox inbox : strangers.inTheWay(cost, heard)) {
            inbox.giveUpUnfinished();
            if (!inbox.hasReady()) rest(Heard.of(inbox), inbox);
        }
        if (strangers.mayHold(cost)) return true;
        core.refuse("LIMIT_STRANGER_BYTES");
        return false;
    }

    /** A small packet may hold a great many messages without a body, on as many streams. */
    private static long cost(Opened opened, int size) {
        long cost = 0;
        var streams = new HashSet<Long>();
        for (Frame frame : opened.content().frames()) {
            switch (frame) {
                case Data data -> {
                    streams.add(data.stream());
                    cost += LinkReceiver.RUN_COST;
                    for (Piece piece : data.pieces()) cost += piece.body().length + Limits.PIECE_WEIGHT + Ready.COST;
                }
                case Control.Open open -> {
                    streams.add(open.stream());
                    cost += open.name().length();
                }
                default -> {}
            }
        }
        return Math.max(size, cost + (long) streams.size() * LinkReceiver.STREAM_COST);
    }

    /** Whether one more inbox of a stranger may be in memory, for which another one may have to rest, and give up what is not whole. */
    private boolean canWake() {
        if (strangers.mayWake()) return true;
        Heard gives = strangers.idle();
        if (gives == null) gives = strangers.unfinished();
        return giveUp(gives == null ? null : awake.get(gives));
    }

    /** Lets an inbox rest, and what of it is not whole go: or who begins messages and ends none would keep all others out. */
    private boolean giveUp(@Nullable PeerInbox inbox) {
        if (inbox == null) return false;
        inbox.giveUpUnfinished();
        rest(Heard.of(inbox), inbox);
        return true;
    }

    /** Lets go of an inbox of which nothing waits; its row stays, and the replay window stays with the opener. */
    private void rest(Heard heard, PeerInbox inbox) {
        inbox.giveUpPackets();
        inbox.save();
        awake.remove(heard);
        if (!inbox.known) {
            strangers.rest(heard, inbox);
            shorten();
            return;
        }
        acquainted.rest(heard, inbox);
        heardFrom.getOrDefault(inbox.name, List.of()).remove(inbox.link());
    }

    /** Where all rows of strangers that rest take too much, streams go from the long ones: what comes on them later is missed. */
    private void shorten() {
        for (Heard heard = strangers.tooLarge(); heard != null; heard = strangers.tooLarge()) {
            var key = new NodeStore.Key(Kind.INBOX, requireNonNull(strangers.resting(heard)));
            byte[] row = InboxRow.parse(row(key)).withoutStreams().toBytes();
            turn.put(key, row);
            strangers.shortened(heard, row.length);
        }
    }

    private byte[] row(NodeStore.Key key) {
        return turn.read(key).orElseThrow(() -> new MeshException.Damaged("inbox " + key.a() + " is gone"));
    }

    private PeerInbox woken(long id, @Nullable Peer peer, boolean known) {
        byte[] row = row(new NodeStore.Key(Kind.INBOX, id));
        return woken(id, InboxRow.parse(row), row.length, peer, known);
    }

    /** Of an outbox that nobody has heard for longest a digest is left, so that there is room for another one; false if there is none. */
    private boolean retire(Heard comes) {
        if (!retired.hasRoom() && !retired.has(comes)) return false;
        for (Heard one : strangers.resting()) {
            var row = new NodeStore.Key(Kind.INBOX, requireNonNull(strangers.resting(one)));
            byte[] inbox =
                    core.asides().isNeeded(row.a()) ? null : turn.read(row).orElse(null);
            if (inbox == null) continue;
            retired.add(one, InboxRow.parse(inbox));
            turn.delete(row);
            strangers.forget(one);
            return true;
        }
        return false;
    }

    private PeerInbox woken(long id, InboxRow row, int bytes, @Nullable Peer peer, boolean known) {
        var inbox = PeerInbox.restored(core, id, row, bytes, peer, known, options, turn);
        inbox.resume();
        add(inbox);
        return inbox;
    }

    /** No key opens the packets of that outbox any more, so that a copy of them is worth nothing. */
    private void forget(Heard heard) {
        if (awake.containsKey(heard)) return; // what waits is still to be handled
        Long id = strangers.resting(heard);
        if (id == null || core.asides().isNeeded(id)) return; // what stands aside may yet be
        strangers.forget(heard);
        turn.delete(new NodeStore.Key(Kind.INBOX, id));
    }

    Strangers strangers() {
        return strangers;
    }

    // --- all of them

    Collection<PeerInbox> all() {
        return awake.values();
    }

    /** The links by which a peer speaks to us. */
    List<LinkReceiver> links(String peer) {
        return heardFrom.getOrDefault(peer, List.of());
    }

    /** Whether an outbox of that incarnation was heard on a topic. */
    boolean isPublisher(long incarnation) {
        return awake.values().stream().anyMatch(inbox -> inbox.topic != null && inbox.incarnation == incarnation);
    }

    /** How many are in memory. */
    int awake() {
        return awake.size();
    }

    void forEachPeer(BiConsumer<String, List<LinkReceiver>> action) {
        heardFrom.forEach(action);
    }

    void onTime(long now) {
        for (PeerInbox inbox : awake.values()) inbox.onTime(now);
    }

    long wakeAt() {
        long at = retired.wakeAt();
        for (PeerInbox inbox : awake.values()) at = Math.min(at, inbox.wakeAt());
        return at;
    }

    void save() {
        retired.sweep();
        for (PeerInbox inbox : awake.values()) inbox.save();
    }
}
