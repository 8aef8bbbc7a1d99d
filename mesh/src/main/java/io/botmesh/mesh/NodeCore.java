package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Onions;
import io.botmesh.seal.Opener;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node: what joins seal, streams, lanes and store. Events come in as calls, {@link #take} gives out what follows from
 * them; the order between disk and network is the one rule for whoever drives it: commit the turn's writes, then carry out
 * its effects. If the commit fails, throw the core away and make another from the store.
 *
 * <p>No thread, clock, socket or disk, but for reading values of the store. Not for several threads at once. {@code now} is
 * nanoseconds since the epoch of a clock that never goes back, not even over a restart.
 */
public final class NodeCore {
    /** Whose an onion is. */
    static final long OWN_ONION = 1;

    static final long FOREIGN_ONION = 2;

    private final Protection protection;
    private final Peers peers;
    private final TurnBuilder turn;
    private final Deliveries deliveries;
    private final NotTaken notTaken = new NotTaken(this);
    private final Inboxes inboxes;
    private final Outboxes outboxes;
    private final Intake intake;
    private final @Nullable OnionGate gate;
    private final NodeTopics topics;
    private final Untold untold;
    private final AsideRoom asides;
    private final NodeRegisters registers;
    private final NodeStatistics.Counter counter = new NodeStatistics.Counter();
    private final CarrierClock clock = new CarrierClock();
    private final Map<String, Long> refusals = new TreeMap<>();

    /**
     * A node as its store knows it.
     *
     * @param reading finds the post in an update
     */
    public NodeCore(
            String name,
            NodeOptions options,
            Protection protection,
            Peers peers,
            Function<RawUpdate, Optional<Arrival>> reading,
            NodeStore store,
            RandomGenerator random,
            long now) {
        this.protection = protection;
        this.peers = peers;
        Opener opener = protection.opener();
        turn = new TurnBuilder(store);
        untold = new Untold(turn);
        asides = new AsideRoom(this, options, turn);
        deliveries = new Deliveries(this, options.handlers(), turn);
        topics = new NodeTopics(
                this, name, protection, opener instanceof SealedOpener sealed ? sealed : null, peers, turn);
        registers = new NodeRegisters(
                name, protection, peers, topics, turn, random, options.outbox().messageBytes());
        inboxes = new Inboxes(this, name, protection.key(), peers, opener, options, turn, random);
        outboxes = new Outboxes(this, name, options, protection, this::find, inboxes::links, turn, random);
        NodeOptions.Gateway gateway = options.gateway();
        gate = gateway == null ? null : new OnionGate(gateway, this, turn, random);
        intake = new Intake(
                this, name, options, peers, opener, reading, inboxes, outboxes, topics, registers, gate, turn, now);
        new NodeOwner(name, protection.key()).claim(store, turn);
        load(store, now);
    }

    private void load(NodeStore store, long now) {
        untold.load(store);
        topics.load(now);
        intake.load(store, now);
        inboxes.load(store);
        outboxes.load(store, now);
        OnionGate held = gate;
        if (held != null) {
            store.each(Kind.ONION, entry -> {
                if (entry.key().a() == FOREIGN_ONION) held.restore(entry.key().b(), entry.value());
            });
        }
        intake.resume(store, now);
        topics.start(now);
        registers.start(now);
    }

    /** A peer, or the way to a topic. */
    private Optional<Peer> find(String peer) {
        Optional<Peer> topic = topics.way(peer);
        return topic.isPresent() ? topic : peers.byName(peer);
    }

    // --- events

    /** Updates of the reader bot, in order; {@link NodeEffect.Confirm} follows when they are not needed any more. */
    public void onUpdates(List<RawUpdate> updates, long now) {
        intake.onUpdates(updates, now);
    }

    /** A packet was not taken; the first time for each reason is told. */
    void refuse(String reason) {
        refuse(reason, 1);
    }

    /** Several were not taken, or none. */
    void refuse(String reason, long many) {
        if (many > 0 && refusals.merge(reason, many, Long::sum) == many)
            turn.add(new NodeEffect.Tell(new NodeEvent.Refused("", reason)));
    }

    boolean hasRoomForOnions(String peer, int more, long bytes, long now) {
        return outboxes.of(peer, now).hasRoomForOnions(more, bytes);
    }

    /** Posts somebody else's packet; its bytes stand under the key until it is posted. */
    void postOnce(String peer, NodeStore.Key key, byte[] packet, long now) {
        outboxes.of(peer, now).postOnce(key, packet);
    }

    /**
     * Sends a message to a peer through another one, so that it does not learn who sent it. Nothing tells that it has arrived.
     *
     * @param gateway a peer that hands packets on
     * @param to      a peer that we have a key of, and the gateway can post to
     * @throws MeshException.Full when a thousand such packets, or 32 MiB of them, wait to be posted to the gateway
     */
    public void sendHidden(
            String gateway, String to, String subject, List<MessageHeader> headers, byte[] body, long now) {
        if (!(protection instanceof Protection.Sealed sealed)) {
            throw new IllegalArgumentException("plain packets hide nobody");
        }
        Peer reader = peers.byName(to).orElseThrow(() -> new IllegalArgumentException("there is no peer " + to));
        ReaderKey key = reader.reader();
        if (key == null) throw new IllegalArgumentException(to + " has no key to seal to");
        var data = new Data(0, 0, List.of(Piece.whole(subject, headers, body)));
        // A reader that lets us in by a tag will want one of the gateway too.
        boolean stamped = reader.admission() != null;
        byte[] inner = Onions.inner(sealed.seal(), key, stamped, new Content("", List.of(data)));
        outboxes.of(gateway, now).wrap(to, inner);
    }

    // --- documents

    /** The document of an update. */
    public void onFetched(long update, byte[] bytes, long now) {
        intake.onFetched(update, bytes, now);
    }

    /**
     * The document of an update did not come.
     *
     * @param again whether another attempt may bring it
     */
    public void onNotFetched(long update, boolean again, long now) {
        intake.onNotFetched(update, again, now);
    }

    // --- posts that are brought back

    /**
     * What {@link NodeEffect.Recall} asked for.
     *
     * @param arrival as it stands in the channel, null if it is gone
     */
    public void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        intake.onRecalled(post, arrival, now);
    }

    /**
     * A post could not be brought back.
     *
     * @param again whether another attempt may do it
     * @param pause at least, as the server says
     */
    public void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        intake.onNotRecalled(post, again, pause, now);
    }

    /** Whether a one-way stream may still get what it misses. */
    boolean isFetching() {
        return intake.isFetching();
    }

    boolean readsAllOf(String topic) {
        return topics.hadFirstKey(topic);
    }

    boolean mayCome(PeerInbox inbox) {
        return intake.mayCome(inbox);
    }

    // --- sending

    /** Whether a message of this size for a peer would be taken now. */
    public boolean hasRoom(String peer, int bytes, long now) {
        return outboxes.of(peer, now).hasRoom(bytes);
    }

    /** The same for a message on one of the node's own streams. */
    boolean hasRoomForOwn(String peer, int bytes, long now) {
        return outboxes.of(peer, now).hasRoomForOwn(bytes);
    }

    /**
     * Takes a message for a peer.
     *
     * @param stream name of the stream, empty for the first one; messages of a stream keep their order
     * @return its token, unique for the peer as long as the outbox lives
     * @throws IllegalArgumentException when the peer is not known, or the message is not one
     * @throws MeshException.Full       when there is no room, and nothing may be dropped
     */
    public long send(String peer, String stream, String subject, List<MessageHeader> headers, byte[] body, long now) {
        return outboxes.of(peer, now).send(Names.stream(stream), subject, headers, body);
    }

    /**
     * Takes a message for all members of a topic; as {@link #send}.
     *
     * @throws IllegalArgumentException also when it is not about what the topic is about
     */
    public long publish(String topic, String subject, List<MessageHeader> headers, byte[] body, long now) {
        Subject about = topics.topic(topic).subject();
        if (!about.matches(subject)) {
            throw new IllegalArgumentException("topic " + topic + " is about " + about + ", not about " + subject);
        }
        return send(Topic.address(topic), "", subject, headers, body, now);
    }

    /**
     * Changes a topic that this node owns, and tells its members.
     *
     * @throws IllegalArgumentException when it is not this node's, or somebody cannot be told
     * @throws MeshException.Full       when an outbox has no room for that
     */
    public void change(String topic, TopicChange change, long now) {
        topics.change(topic, change, now);
    }

    /** A topic has another key from now on. */
    void onKeys(String topic, Peer way, long now) {
        outboxes.sealWith(Topic.address(topic), way);
        registers.onKeys(topic, now);
        intake.onKeys(now);
    }

    /** Writes something with what the turn writes. For {@link NodeWork}. */
    public void write(NodeStore.Write write) {
        byte[] value = write.value();
        if (value == null) turn.delete(write.key());
        else turn.put(write.key(), value);
    }

    void tell(NodeEvent event) {
        turn.add(new NodeEffect.Tell(event));
    }

    /** Whether a message is for the node itself. */
    boolean takes(Ready ready, long now) {
        PeerInbox inbox = ready.inbox;
        if (!ready.stream.name.equals(NodeTopics.STREAM)) return false;
        if (inbox.peer == null || inbox.topic != null) return true; // no owner speaks so
        NotTaken.Why why = NotTaken.Why.of(ready.subject);
        if (why != null) {
            outboxes.onRefused(inbox.name, inbox.body(ready), why);
            return true;
        }
        return topics.onMessage(inbox.name, ready.stream.name, ready.subject, inbox.body(ready), now);
    }

    /** Where a message comes from, null if it was sent to this node. */
    @Nullable
    Origin origin(Ready ready) {
        PeerInbox inbox = ready.inbox;
        String topic = inbox.topic;
        if (topic == null) return null;
        return new Origin(
                topic,
                topics.queues(topic, ready.epoch),
                ready.epoch,
                Origin.lot(inbox.incarnation, ready.stream.number, ready.last));
    }

    /** How many messages for a peer the program ever gave, in this process or an earlier one. */
    long sent(String peer) {
        return outboxes.sent(peer);
    }

    /** The present by the carrier's clock, as far as the dates of posts tell; from any thread. */
    public Instant carrierTime(long now) {
        return clock.at(now);
    }

    CarrierClock clock() {
        return clock;
    }

    /** What a post or forward has come to. */
    public void onOutcome(long ticket, Outcome outcome, long now) {
        outboxes.onOutcome(ticket, outcome, now);
    }

    long ticket(PeerOutbox.Sent one) {
        return outboxes.ticket(one);
    }

    // --- registers

    /**
     * Looks at a topic's register; {@link RegisterEffect.Answered} follows.
     *
     * @param ticket of the caller's choice
     * @throws IllegalArgumentException when there is no such topic, or it has no owner
     */
    public void look(String topic, long ticket, long now) {
        registers.look(topic, ticket, now);
    }

    /** Looks so often from now on; {@link RegisterEffect.Changed} tells of each value, first of one that is known. */
    public void watch(String topic, Duration every, long now) {
        registers.watch(topic, every, now);
    }

    /**
     * Puts a value into the register of a topic that this node owns; {@link RegisterEffect.Answered} follows.
     *
     * @param ticket of the caller's choice
     * @param after  only in the place of this version, 0 for nothing; negative for whatever is there
     * @throws IllegalArgumentException when it is not this node's, or the value is longer than a message may be
     */
    public void set(String topic, long ticket, byte[] value, long after, long now) {
        registers.set(topic, ticket, value, after, now);
    }

    /** What is pinned in a topic's channel, null for nothing. */
    public void onSeen(String topic, @Nullable Arrival pinned, long now) {
        registers.of(topic).ifPresent(one -> one.onSeen(pinned, now));
    }

    /** The document that is pinned there. */
    public void onSeenWhole(String topic, byte[] document, long now) {
        registers.of(topic).ifPresent(one -> one.onSeenWhole(document, now));
    }

    /**
     * Nobody could see what is pinned.
     *
     * @param rest how long the server wants to be left alone
     */
    public void onNotSeen(String topic, String why, Optional<Duration> rest, long now) {
        registers.of(topic).ifPresent(one -> one.onNotSeen(why, rest, now));
    }

    /** What pinning has come to. */
    public void onPinned(String topic, Outcome outcome, long now) {
        registers.of(topic).ifPresent(one -> one.onPinned(outcome, now));
    }

    // --- handling

    /** A handler has ended; {@code failure} says why it failed, null if it did not. */
    public void onHandled(long delivery, @Nullable String failure, long now) {
        deliveries.onHandled(delivery, failure, now);
    }

    /** No handler wants a message; its sender is told. */
    void onUnhandled(long delivery, long now) {
        deliveries.onUnhandled(delivery, now);
    }

    /** A handler leaves what it got to a later process, with what follows on its stream. */
    public void onLeft(long delivery) {
        deliveries.onLeft(delivery);
    }

    Strangers strangers() {
        return inboxes.strangers();
    }

    /** How many inboxes are in memory. */
    int inboxes() {
        return inboxes.awake();
    }

    NotTaken notTaken() {
        return notTaken;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    AsideRoom asides() {
        return asides;
    }

    Untold untold() {
        return untold;
    }

    NodeStatistics.Counter counter() {
        return counter;
    }

    // --- time and turns

    /** The time has come that {@link #wakeAt} named, or any other. */
    public void onTime(long now) {
        topics.onTime(now);
        intake.onTime(now);
    }

    /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} if nothing waits for time alone. */
    public long wakeAt(long now) {
        long at = Math.min(deliveries.wakeAt(), registers.wakeAt());
        at = Math.min(at, topics.wakeAt());
        at = Math.min(at, untold.wakeAt());
        if (gate != null) at = Math.min(at, gate.wakeAt());
        at = Math.min(at, intake.wakeAt());
        return Math.min(at, outboxes.wakeAt(now));
    }

    /** The process is about to end; the next {@link #take} writes down all that is known. */
    public void onClosing() {
        outboxes.onClosing();
    }

    /** What follows from all events since the last turn. */
    public Turn take(long now) {
        untold.pump();
        deliveries.pump(now);
        if (gate != null) gate.pump(now);
        registers.pump(now);
        outboxes.pump(now);
        intake.pump(now);
        intake.save();
        outboxes.save(now);
        untold.save();
        return turn.take();
    }

    /** Whether nothing waits to be sent and nothing sent may be asked for again. */
    public boolean isDrained() {
        return outboxes.isDrained();
    }

    /** Whether nothing waits to be sent to a peer, and nothing sent to it may be asked for again. */
    public boolean isDrained(String peer) {
        return outboxes.isDrained(peer);
    }

    /** Whether no handler runs. */
    boolean isHandled() {
        return deliveries.running() == 0;
    }

    /** Tells each peer what of its messages has come and is handled, though it has not asked: for a node that is about to end. */
    void tellAll(long now) {
        inboxes.forEachPeer((peer, links) -> {
            if (peers.byName(peer).filter(Peer::reachable).isEmpty()) return;
            List<Frame> frames =
                    links.stream().flatMap(link -> link.frames(true).stream()).toList();
            if (frames.stream().anyMatch(Ack.class::isInstance)) frames.forEach(outboxes.of(peer, now)::say);
        });
    }

    /** Whether no post is on its way, and no peer is to hear anything. */
    boolean isSaid() {
        return outboxes.isSaid();
    }

    public NodeStatistics statistics(long now) {
        return new NodeStatistics(
                counter.posts,
                counter.texts,
                counter.documents,
                counter.controls,
                counter.characters / ((double) counter.fullPosts * Armour.POST_CHARACTERS),
                counter.refused429,
                counter.ambiguous,
                counter.forwards,
                counter.reposts,
                counter.recalled,
                counter.received,
                counter.handled,
                counter.failed,
                counter.late,
                counter.setAside,
                asides.messages(),
                asides.bytes(),
                counter.asideDropped,
                counter.duplicatePieces,
                counter.missed,
                counter.missedPackets,
                counter.broken,
                refusals,
                outboxes.waitingBytes(),
                outboxes.lanes(now));
    }
}
