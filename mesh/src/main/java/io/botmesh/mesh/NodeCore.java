package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Admitted;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Onions;
import io.botmesh.seal.Opened;
import io.botmesh.seal.Opener;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.SealException;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.LaneGrant;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Packet;
import io.botmesh.wire.Piece;
import io.botmesh.wire.PostWatch;
import io.botmesh.wire.WireException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
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

    /** No update's id: the document of a post that was brought back. */
    private static final long RECALLED = -1;

    /** Updates that are kept because a key may come that opens them. */
    private static final int UNOPENED = 256;

    /** Whose outbox an inbox hears: the key that signed, or in plain packets the name. */
    record Heard(@Nullable NodeKey key, String name, long incarnation) {
        static Heard of(PeerInbox inbox) {
            return new Heard(inbox.key, inbox.key == null ? inbox.name : "", inbox.incarnation);
        }
    }

    private final String name;
    private final NodeOptions options;
    private final Protection protection;
    private final Opener opener;
    private final Peers peers;
    private final Function<RawUpdate, Optional<Arrival>> reading;
    private final RandomGenerator random;
    private final TurnBuilder turn;
    private final Deliveries deliveries;
    private final NodeStatistics.Counter counter = new NodeStatistics.Counter();
    private final Map<String, PeerOutbox> outboxes = new TreeMap<>();
    private final Map<Heard, PeerInbox> inboxes = new HashMap<>();
    private final Map<String, List<LinkReceiver>> heardFrom = new HashMap<>();
    private final Map<Long, PeerOutbox.Sent> sent = new HashMap<>();
    private final Map<Long, PostWatch> watches = new HashMap<>();
    private final Fetches fetches;
    private final Recalls recalls;
    private final Strangers strangers;
    private final Map<String, Long> refusals = new TreeMap<>();
    private final @Nullable OnionGate gate;
    private final @Nullable Granting granting;
    private final NodeTopics topics;
    private final NodeRegisters registers;
    private final TreeMap<Long, RawUpdate> unopened = new TreeMap<>(); // sealed to a key that may be on its way
    private long tickets;
    private long nextInbox = 1;

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
        this.name = name;
        this.options = options;
        this.protection = protection;
        this.peers = peers;
        this.reading = reading;
        this.random = random;
        opener = protection.opener();
        turn = new TurnBuilder(store);
        deliveries = new Deliveries(this, options.handlers(), turn);
        fetches = new Fetches(turn);
        recalls = new Recalls(options.links().recalls(), turn);
        strangers = new Strangers(options.strangers());
        NodeOptions.Gateway gateway = options.gateway();
        gate = gateway == null ? null : new OnionGate(gateway, this, turn, random);
        granting = options.lanes().granted() == 0 ? null : new Granting(options.lanes(), now);
        topics = new NodeTopics(
                this, name, protection, opener instanceof SealedOpener sealed ? sealed : null, peers, turn);
        registers = new NodeRegisters(
                name, protection, peers, topics, turn, random, options.outbox().messageBytes());
        load(store, now);
    }

    // --- what was stored

    private void load(NodeStore store, long now) {
        new NodeOwner(name, protection.key()).claim(store, turn);
        topics.load(now);
        recalls.load(store);
        Map<Long, PeerInbox> byId = new HashMap<>();
        List<PeerInbox> outlived = new ArrayList<>();
        store.each(Kind.INBOX, entry -> {
            var saved = InboxRow.parse(entry.value());
            NodeKey key = saved.key().length == 0 ? null : NodeKey.of(saved.key());
            Peer peer = (key == null ? peers.byName(saved.name()) : peers.byKey(key)).orElse(null);
            var inbox =
                    PeerInbox.restored(this, entry.key().a(), saved, peer, peer != null || isOurs(key), options, turn);
            byId.put(inbox.id, inbox);
            add(inbox);
            nextInbox = Math.max(nextInbox, inbox.id + 1);
            if (key != null && opener instanceof SealedOpener sealed && saved.window().length > 0) {
                if (inbox.known || sealed.needs(saved.window())) {
                    sealed.restore(key, saved.incarnation(), saved.window());
                } else {
                    outlived.add(inbox);
                }
            }
        });
        store.each(Kind.READY, entry -> {
            PeerInbox inbox = byId.get(entry.key().a());
            if (inbox != null) inbox.restore(entry.key(), entry.value());
        });
        byId.values().forEach(PeerInbox::resume);
        for (PeerInbox inbox : byId.values()) if (!inbox.known && inbox.isComplete()) rest(Heard.of(inbox), inbox);
        for (PeerInbox inbox : outlived) forget(inbox);
        Map<Long, PeerOutbox> byIncarnation = new HashMap<>();
        store.each(Kind.OUTBOX, entry -> {
            var saved = OutboxRow.parse(entry.value());
            Peer peer = find(saved.peer()).filter(Peer::reachable).orElse(null);
            if (peer == null) return; // kept for when it is known again
            var outbox = outbox(peer, entry.key().a(), saved, now);
            byIncarnation.put(outbox.incarnation, outbox);
        });
        store.each(Kind.MESSAGE, entry -> {
            PeerOutbox outbox = byIncarnation.get(entry.key().a());
            if (outbox != null) outbox.restore(entry.key(), entry.value());
        });
        byIncarnation.values().forEach(PeerOutbox::resume);
        store.each(Kind.ONION, entry -> {
            PeerOutbox to = byIncarnation.get(entry.key().b());
            if (entry.key().a() == OWN_ONION && to != null) to.postOnce(entry.key(), entry.value());
            if (entry.key().a() == FOREIGN_ONION && gate != null)
                gate.restore(entry.key().b(), entry.value());
        });
        store.each(Kind.UPDATE, entry -> onUpdate(RawUpdate.parse(entry.value()), now, true));
        topics.start(now);
        registers.start(now);
    }

    private boolean isOurs(@Nullable NodeKey key) {
        NodeKey ours = protection.key();
        return key != null && ours != null && key.equals(ours);
    }

    /** A peer, or the way to a topic. */
    private Optional<Peer> find(String peer) {
        Optional<Peer> topic = topics.way(peer);
        return topic.isPresent() ? topic : peers.byName(peer);
    }

    private void add(PeerInbox inbox) {
        inboxes.put(Heard.of(inbox), inbox);
        if (!inbox.known) strangers.add(Heard.of(inbox), inbox);
        Peer peer = inbox.peer;
        if (peer != null && inbox.topic == null)
            heardFrom.computeIfAbsent(peer.name(), any -> new ArrayList<>()).add(inbox.link());
    }

    /** Lets go of an inbox of which nothing waits; its row stays, and the replay window stays with the opener. */
    private void rest(Heard heard, PeerInbox inbox) {
        inbox.save();
        inboxes.remove(heard);
        strangers.rest(heard, inbox);
    }

    /** No key opens the packets of that outbox any more, so that a copy of them is worth nothing. */
    private void forget(PeerInbox inbox) {
        if (!inbox.isComplete()) return; // what waits is still to be handled
        strangers.forget(Heard.of(inbox));
        turn.delete(new NodeStore.Key(Kind.INBOX, inbox.id));
    }

    /** Whether one more inbox of a stranger may be in memory, for which another one may have to rest. */
    private boolean canWake() {
        if (strangers.mayWake()) return true;
        Heard idle = strangers.idle();
        if (idle == null) return false;
        PeerInbox inbox = inboxes.get(idle);
        if (inbox != null) rest(idle, inbox);
        return true;
    }

    private PeerOutbox outbox(Peer peer, long incarnation, @Nullable OutboxRow saved, long now) {
        var outbox = new PeerOutbox(
                this,
                peer,
                protection.envelope(name, peer),
                incarnation,
                options,
                turn,
                () -> heardFrom.getOrDefault(peer.name(), List.of()),
                saved,
                random,
                now);
        outboxes.put(peer.name(), outbox);
        return outbox;
    }

    /** The outbox for a peer, made when it is first needed. */
    private PeerOutbox outbox(String peer, long now) {
        PeerOutbox known = outboxes.get(peer);
        if (known != null) return known;
        Peer found = find(peer).orElseThrow(() -> new IllegalArgumentException("there is no peer " + peer));
        if (!found.reachable()) throw new IllegalArgumentException("nothing can be posted to " + peer);
        return outbox(found, random.nextLong(), null, now);
    }

    // --- events

    /** Updates of the reader bot, in order; {@link NodeEffect.Confirm} follows when they are not needed any more. */
    public void onUpdates(List<RawUpdate> updates, long now) {
        for (RawUpdate update : updates) onUpdate(update, now, false);
        if (!updates.isEmpty())
            turn.add(new NodeEffect.Confirm(updates.getLast().updateId() + 1));
    }

    private void onUpdate(RawUpdate update, long now, boolean stored) {
        Arrival arrival = reading.apply(update).orElse(null);
        if (arrival != null && !stored) recalls.onPost(arrival.post());
        String text = arrival == null ? null : arrival.text();
        if (arrival == null || text == null || fetches.contains(update.updateId())) return;
        try {
            byte[] bytes = Armour.decode(text);
            Arrival.Attachment attachment = arrival.attachment();
            if (attachment == null) {
                Packet packet = Packet.parse(bytes);
                Instant date = arrival.date();
                open(opener.open(packet, date), bytes.length, arrival, now);
            } else {
                Admitted admitted = opener.admit(bytes, arrival.date());
                if (!stored) turn.put(new NodeStore.Key(Kind.UPDATE, update.updateId()), update.bytes());
                fetches.add(update.updateId(), arrival, attachment, admitted);
                return;
            }
        } catch (SealException refused) {
            if (refused.reason() == SealException.Reason.RECIPIENT_UNKNOWN && topics.awaitsKeys()) {
                keep(update, stored);
                return;
            }
            refuse(refused.reason().name());
        } catch (WireException refused) {
            refuse(refused.reason().name());
        }
        if (stored) turn.delete(new NodeStore.Key(Kind.UPDATE, update.updateId()));
    }

    /** Keeps what a topic's next key may open; the oldest give way. */
    private void keep(RawUpdate update, boolean stored) {
        unopened.put(update.updateId(), update);
        if (!stored) turn.put(new NodeStore.Key(Kind.UPDATE, update.updateId()), update.bytes());
        if (unopened.size() <= UNOPENED) return;
        long oldest = unopened.pollFirstEntry().getKey();
        turn.delete(new NodeStore.Key(Kind.UPDATE, oldest));
        refuse("RECIPIENT_UNKNOWN");
    }

    private void refuse(String reason) {
        if (refusals.merge(reason, 1L, Long::sum) == 1)
            turn.add(new NodeEffect.Tell(new NodeEvent.Refused("", reason)));
    }

    private void open(Opened opened, int size, Arrival arrival, long now) {
        NodeTopics.Epoch epoch = topics.of(opened.header());
        PostId post = arrival.post();
        if (epoch != null) {
            openPublished(opened, epoch, size, arrival, now);
            return;
        }
        PeerInbox inbox = inbox(opened, null, size);
        if (inbox == null) return;
        if (inbox.topic != null) {
            refuse("OF_A_TOPIC");
            return;
        }
        watches.computeIfAbsent(post.channel(), any -> new PostWatch(0))
                .onPost(post.message())
                .ifPresent(gap -> inboxes.values().stream()
                        .filter(this::canAsk)
                        .forEach(one -> one.link().onGap(post.channel(), gap)));
        if (inbox.known && !canAsk(inbox)) recalls.watch(post);
        inbox.onPacket(opened, opener, post.channel(), post.message(), size, arrival.date(), 0, now);
        if (granting != null && !onlyGrants(opened.content().frames()))
            granting.onPost(opened.header().incarnation(), now);
        if (!opened.late()) onOnions(opened.content().frames(), now);
        Peer peer = inbox.peer;
        if (peer == null || opened.late()) return;
        for (Frame frame : opened.content().frames()) {
            if (frame instanceof KeyNotice notice) topics.onNotice(peer.name(), notice, now);
        }
        PeerOutbox back = outboxes.get(peer.name());
        if (back == null && peer.reachable()) back = outbox(peer, random.nextLong(), null, now); // acks need it
        if (back != null) {
            back.onFrames(
                    opened.header().incarnation(),
                    opened.header().packetNumber(),
                    opened.content().frames(),
                    now);
        }
    }

    /** Two readers that grant each other lanes would else go on with that for ever. */
    private static boolean onlyGrants(List<Frame> frames) {
        return frames.stream()
                .allMatch(frame -> frame instanceof Credit credit
                        && credit.weight() == 0
                        && credit.streams().isEmpty());
    }

    private void onOnions(List<Frame> frames, long now) {
        for (Frame frame : frames) {
            if (!(frame instanceof Confidential.Onion onion)) continue;
            Peer next = peers.byName(onion.next()).filter(Peer::reachable).orElse(null);
            if (gate == null || next == null) refuse("ONION");
            else gate.onOnion(onion, next, now);
        }
    }

    /** Posts somebody else's packet; its bytes stand under the key until it is posted. */
    void postOnce(String peer, NodeStore.Key key, byte[] packet, long now) {
        outbox(peer, now).postOnce(key, packet);
    }

    /**
     * Sends a message to a peer through another one, so that it does not learn who sent it. Nothing tells that it has arrived.
     *
     * @param gateway a peer that hands packets on
     * @param to      a peer that we have a key of, and the gateway can post to
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
        outbox(gateway, now).wrap(to, inner);
    }

    /** What was sealed to a topic's key: pieces alone, and of those who may publish there. */
    private void openPublished(Opened opened, NodeTopics.Epoch epoch, int size, Arrival arrival, long now) {
        NodeKey key = opened.sender();
        Topic topic = epoch.topic();
        String who = isOurs(key)
                ? name
                : key == null ? null : peers.byKey(key).map(Peer::name).orElse(null);
        if (who == null || !topic.publishes(who)) {
            refuse("NO_PUBLISHER");
            return;
        }
        if (registers.onPublished(topic, key, opened.content(), now)) return;
        PeerInbox inbox = inbox(opened, topic, size);
        if (inbox == null) return;
        if (!topic.name().equals(inbox.topic)) {
            refuse("OF_A_TOPIC");
            return;
        }
        PostId post = arrival.post();
        recalls.watch(post);
        inbox.onPacket(opened, opener, post.channel(), post.message(), size, arrival.date(), epoch.number(), now);
    }

    /** The inbox for a packet; null if it is a stranger's and there is no room, which is counted. */
    private @Nullable PeerInbox inbox(Opened opened, @Nullable Topic topic, int size) {
        NodeKey key = opened.sender();
        String sender = key == null ? opened.content().sender() : "";
        var of = new Heard(key, sender, opened.header().incarnation());
        PeerInbox known = inboxes.get(of);
        if (known != null) {
            if (known.known) return known;
            strangers.touch(of);
            return mayHold(size) ? known : null;
        }
        Peer peer = (key == null ? peers.byName(sender) : peers.byKey(key)).orElse(null);
        boolean ours = isOurs(key);
        String who = peer != null ? peer.name() : ours ? name : key == null ? sender : key.shortName();
        boolean isKnown = peer != null || (topic != null && ours);
        Long resting = strangers.resting(of);
        if (!isKnown) {
            if (!mayHold(size)) return null;
            if ((resting == null && !strangers.hasRoom()) || !canWake()) {
                refuse("LIMIT_STRANGERS");
                return null;
            }
        }
        if (resting != null) return woken(resting);
        var inbox = new PeerInbox(
                this,
                nextInbox++,
                of.incarnation,
                key,
                who,
                peer,
                topic == null ? null : topic.name(),
                isKnown,
                options,
                turn,
                topic == null
                        ? LinkReceiver.State.fresh(random.nextLong())
                        : PeerInbox.joining(random.nextLong(), opened.content().frames()),
                new byte[0]);
        add(inbox);
        turn.add(new NodeEffect.Tell(new NodeEvent.Heard(peer == null ? "" : peer.name())));
        return inbox;
    }

    private boolean mayHold(int size) {
        if (strangers.mayHold(size)) return true;
        refuse("LIMIT_STRANGER_BYTES");
        return false;
    }

    private PeerInbox woken(long id) {
        byte[] row = turn.read(new NodeStore.Key(Kind.INBOX, id))
                .orElseThrow(() -> new MeshException.Damaged("inbox " + id + " is gone"));
        var inbox = PeerInbox.restored(this, id, InboxRow.parse(row), null, false, options, turn);
        inbox.resume();
        add(inbox);
        return inbox;
    }

    /** Whether the sender can be asked for what is missing. */
    boolean canAsk(PeerInbox inbox) {
        Peer peer = inbox.peer;
        return inbox.topic == null && peer != null && peer.reachable() && peer.answers();
    }

    // --- documents

    /** The document of an update. */
    public void onFetched(long update, byte[] bytes, long now) {
        Fetches.Fetch one = fetches.onFetched(update, now);
        if (one == null) return;
        if (update == RECALLED) recalls.onDone(now);
        try {
            open(opener.open(Packet.parse(bytes), one.admitted), bytes.length, one.arrival, now);
            if (update == RECALLED) counter.recalled++;
        } catch (SealException refused) {
            refuse(refused.reason().name());
        } catch (WireException refused) {
            refuse(refused.reason().name());
        }
    }

    /**
     * The document of an update did not come.
     *
     * @param again whether another attempt may bring it
     */
    public void onNotFetched(long update, boolean again, long now) {
        if (!fetches.onNotFetched(update, again, now)) return;
        if (update == RECALLED) recalls.onDone(now);
        refuse("NOT_FETCHED"); // its sender finds out, if it can be asked
    }

    // --- posts that are brought back

    /**
     * What {@link NodeEffect.Recall} asked for.
     *
     * @param arrival as it stands in the channel, null if it is gone
     */
    public void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        if (!recalls.isAsked(post)) return;
        String text = arrival == null ? null : arrival.text();
        if (arrival != null && text != null) {
            try {
                byte[] bytes = Armour.decode(text);
                Arrival.Attachment attachment = arrival.attachment();
                if (attachment != null) {
                    fetches.add(RECALLED, arrival, attachment, opener.admit(bytes, arrival.date()));
                    return; // it is done when its document is here
                }
                open(opener.open(Packet.parse(bytes), arrival.date()), bytes.length, arrival, now);
                counter.recalled++;
            } catch (SealException refused) {
                if (refused.reason() == SealException.Reason.RECIPIENT_UNKNOWN && topics.awaitsKeys()) {
                    recalls.onUnopened(now); // the key may be on its way
                    return;
                }
            } catch (WireException noPacket) { // of people, or another's
            }
        }
        recalls.onDone(now);
    }

    /**
     * A post could not be brought back.
     *
     * @param again whether another attempt may do it
     * @param pause at least, as the server says
     */
    public void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        if (recalls.isAsked(post) && recalls.onFailed(again, pause.toNanos(), now)) refuse("NOT_RECALLED");
    }

    /** Whether a one-way stream may still get what it misses. */
    boolean mayCome(PeerInbox inbox) {
        return inbox.link().channels().stream().anyMatch(channel -> !recalls.isDone(channel));
    }

    // --- sending

    /** Whether a message of this size for a peer would be taken now. */
    public boolean hasRoom(String peer, int bytes, long now) {
        return outbox(peer, now).hasRoom(bytes);
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
        return outbox(peer, now).send(stream, subject, headers, body);
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
        PeerOutbox out = outboxes.get(Topic.address(topic));
        if (out != null) out.sealWith(protection.envelope(name, way));
        registers.onKeys(topic, now);
        recalls.onKeys();
        var again = new ArrayList<>(unopened.values());
        unopened.clear();
        for (RawUpdate update : again) onUpdate(update, now, true);
    }

    /** Writes something with what the turn writes. */
    void write(NodeStore.Write write) {
        byte[] value = write.value();
        if (value == null) turn.delete(write.key());
        else turn.put(write.key(), value);
    }

    void tell(NodeEvent event) {
        turn.add(new NodeEffect.Tell(event));
    }

    /** Whether a message is for the node itself. */
    boolean takes(PeerInbox.Ready ready, long now) {
        PeerInbox inbox = ready.inbox;
        if (!ready.stream.name.equals(NodeTopics.STREAM)) return false;
        if (inbox.peer == null || inbox.topic != null) return true; // no owner speaks so
        return topics.onMessage(inbox.name, ready.stream.name, ready.subject, inbox.body(ready), now);
    }

    /** Where a message comes from, null if it was sent to this node. */
    @Nullable
    Origin origin(PeerInbox.Ready ready) {
        PeerInbox inbox = ready.inbox;
        String topic = inbox.topic;
        if (topic == null) return null;
        return new Origin(
                topic,
                topics.queues(topic, ready.epoch),
                Origin.lot(inbox.incarnation, ready.stream.number, ready.last));
    }

    /** How many messages for a peer were ever taken, by this process or an earlier one. */
    long sent(String peer) {
        PeerOutbox outbox = outboxes.get(peer);
        return outbox == null ? 0 : outbox.messages();
    }

    /** What a post or forward has come to. */
    public void onOutcome(long ticket, Outcome outcome, long now) {
        PeerOutbox.Sent one = sent.remove(ticket);
        if (one != null) one.outbox().onOutcome(one, outcome, now);
    }

    long ticket(PeerOutbox.Sent one) {
        sent.put(tickets, one);
        return tickets++;
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

    Strangers strangers() {
        return strangers;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    NodeStatistics.Counter counter() {
        return counter;
    }

    // --- time and turns

    /** The time has come that {@link #wakeAt} named, or any other. */
    public void onTime(long now) {
        fetches.onTime(now);
        for (PeerInbox inbox : inboxes.values()) inbox.onTime(now);
        if (granting != null && now >= granting.wakeAt()) {
            Map<Long, List<LaneGrant>> divided = granting.divide(now);
            for (PeerInbox inbox : inboxes.values()) {
                List<LaneGrant> lanes = divided.get(inbox.incarnation);
                Peer peer = inbox.peer;
                if (lanes == null || peer == null || !canAsk(inbox)) continue;
                outbox(peer.name(), now).say(new Credit(inbox.incarnation, 0, List.of(), lanes));
            }
        }
    }

    /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} if nothing waits for time alone. */
    public long wakeAt(long now) {
        long at = deliveries.wakeAt();
        at = Math.min(at, registers.wakeAt());
        if (gate != null) at = Math.min(at, gate.wakeAt());
        if (granting != null) at = Math.min(at, granting.wakeAt());
        for (PeerOutbox outbox : outboxes.values()) at = Math.min(at, outbox.wakeAt(now));
        for (PeerInbox inbox : inboxes.values()) at = Math.min(at, inbox.wakeAt());
        at = Math.min(at, fetches.wakeAt());
        at = Math.min(at, recalls.wakeAt());
        return at;
    }

    /** The process is about to end; the next {@link #take} writes down all that is known. */
    public void onClosing() {
        outboxes.values().forEach(PeerOutbox::onClosing);
    }

    /** What follows from all events since the last turn. */
    public Turn take(long now) {
        deliveries.pump(now);
        if (gate != null) gate.pump(now);
        registers.pump(now);
        for (PeerOutbox outbox : outboxes.values()) outbox.pump(now);
        recalls.pump(now);
        for (PeerInbox inbox : inboxes.values()) inbox.save();
        for (PeerOutbox outbox : outboxes.values()) outbox.save(now);
        recalls.save();
        return turn.take();
    }

    /** Whether nothing waits to be sent and nothing sent may be asked for again. */
    public boolean isDrained() {
        return outboxes.values().stream().allMatch(PeerOutbox::isIdle);
    }

    /** Whether nothing waits to be sent to a peer, and nothing sent to it may be asked for again. */
    boolean isDrained(String peer) {
        PeerOutbox outbox = outboxes.get(peer);
        return outbox == null || outbox.isIdle();
    }

    /** Whether no handler runs. */
    boolean isHandled() {
        return deliveries.running() == 0;
    }

    /** Tells each peer what of its messages has come and is handled, though it has not asked: for a node that is about to end. */
    void tellAll(long now) {
        heardFrom.forEach((peer, links) -> {
            if (peers.byName(peer).filter(Peer::reachable).isEmpty()) return;
            List<Frame> frames =
                    links.stream().flatMap(link -> link.frames(true).stream()).toList();
            if (frames.stream().anyMatch(Ack.class::isInstance)) frames.forEach(outbox(peer, now)::say);
        });
    }

    /** Whether no post is on its way, and no peer is to hear anything. */
    boolean isSaid() {
        return sent.isEmpty() && outboxes.values().stream().noneMatch(PeerOutbox::hasNews);
    }

    public NodeStatistics statistics(long now) {
        Map<String, Long> waiting = new TreeMap<>();
        Map<String, List<LaneStatistics>> lanes = new TreeMap<>();
        outboxes.forEach((peer, outbox) -> {
            waiting.put(peer, outbox.waitingBytes());
            lanes.put(peer, outbox.lanes(now));
        });
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
                counter.setAside,
                counter.duplicatePieces,
                counter.missed,
                counter.broken,
                refusals,
                waiting,
                lanes);
    }
}
