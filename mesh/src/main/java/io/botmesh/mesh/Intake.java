package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Admitted;
import io.botmesh.seal.Announcement;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Opened;
import io.botmesh.seal.Opener;
import io.botmesh.seal.SealException;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.LaneGrant;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PostWatch;
import io.botmesh.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What comes in: from the update to the post, from there, at once or when its document is here, to the packet, and on to the inbox that it is
 * for. Part of {@link NodeCore}.
 */
final class Intake {
    /** No update's id: the document of a post that was brought back. */
    private static final long RECALLED = -1;

    private final NodeCore core;
    private final String self;
    private final Peers peers;
    private final Opener opener;
    private final Function<RawUpdate, Optional<Arrival>> reading;
    private final Inboxes inboxes;
    private final Outboxes outboxes;
    private final NodeTopics topics;
    private final NodeRegisters registers;
    private final TurnBuilder turn;
    private final Fetches fetches;
    private final Recalls recalls;
    private final OtherChannels others;
    private final @Nullable OnionGate gate;
    private final @Nullable Granting granting;
    private final Map<Long, PostWatch> watches = new HashMap<>();
    private final Unopened unopened = new Unopened(); // sealed to a key that may be on its way
    private final Set<String> old = new HashSet<>(); // peers that were told of

    /**
     * @param reading finds the post in an update
     */
    Intake(
            NodeCore core,
            String self,
            NodeOptions options,
            Peers peers,
            Opener opener,
            Function<RawUpdate, Optional<Arrival>> reading,
            Inboxes inboxes,
            Outboxes outboxes,
            NodeTopics topics,
            NodeRegisters registers,
            @Nullable OnionGate gate,
            TurnBuilder turn,
            long now) {
        this.core = core;
        this.self = self;
        this.peers = peers;
        this.opener = opener;
        this.reading = reading;
        this.inboxes = inboxes;
        this.outboxes = outboxes;
        this.topics = topics;
        this.registers = registers;
        this.gate = gate;
        this.turn = turn;
        fetches = new Fetches(turn);
        recalls = new Recalls(options.links().recalls(), turn);
        others = new OtherChannels(options.channel(), OtherChannels.MOST_BYTES, turn);
        granting = options.lanes().granted() == 0 ? null : new Granting(options.lanes(), now);
    }

    /** Takes back what was to be brought back; before any packet is opened. */
    void load(NodeStore store, long now) {
        recalls.load(store, now);
    }

    /** Takes back the updates of which a document or a key was missing; after all inboxes and outboxes. */
    void resume(NodeStore store, long now) {
        lookForLacks(now);
        store.each(Kind.UPDATE, entry -> onUpdate(RawUpdate.parse(entry.value()), now, true));
    }

    // --- updates

    void onUpdates(List<RawUpdate> updates, long now) {
        for (RawUpdate update : updates) onUpdate(update, now, false);
        if (!updates.isEmpty())
            turn.add(new NodeEffect.Confirm(updates.getLast().updateId() + 1));
    }

    private void onUpdate(RawUpdate update, long now, boolean stored) {
        Arrival arrival = reading.apply(update).orElse(null);
        if (arrival != null && others.keeps(update, arrival, stored)) return;
        if (arrival != null && !stored) {
            core.clock().onArrived(arrival.date(), now);
            core.refuse("NOT_RECALLED", recalls.onPost(arrival.post()));
        }
        String text = arrival == null ? null : arrival.text();
        if (arrival == null || text == null || fetches.contains(update.updateId())) return;
        try {
            byte[] bytes = Armour.decode(text);
            Arrival.Attachment attachment = arrival.attachment();
            if (attachment == null) {
                open(opener.open(Packet.parse(bytes), arrival.date()), bytes.length, arrival, now);
            } else {
                Admitted admitted = opener.admit(bytes, arrival.date());
                if (!stored) turn.put(row(update), update.bytes());
                fetches.add(update.updateId(), arrival, attachment, admitted);
                return;
            }
        } catch (SealException refused) {
            if (isAwaited(refused) && keep(update, arrival, stored)) return;
            if (!isAwaited(refused)) refuse(refused);
        } catch (WireException refused) {
            core.refuse(refused.reason().name());
        }
        if (stored) turn.delete(row(update));
    }

    private void refuse(SealException refused) {
        core.refuse(refused.reason().name());
        if (!(refused instanceof SealException.Repeated repeated)) return;
        NodeKey key = repeated.reusedBy().orElse(null);
        if (key == null) return;
        String who =
                inboxes.isOurs(key) ? self : peers.byKey(key).map(Peer::name).orElse(null);
        if (who != null && old.add(who)) core.tell(new NodeEvent.PeerIsOld(who));
    }

    private static NodeStore.Key row(RawUpdate update) {
        return new NodeStore.Key(Kind.UPDATE, update.updateId());
    }

    /** Whether the key that would open it may be on its way. */
    private boolean isAwaited(SealException refused) {
        return refused.reason() == SealException.Reason.RECIPIENT_UNKNOWN && topics.awaitsKeys();
    }

    /** Keeps what a topic's next key may open, unless nobody would let it in then; another one may give way. */
    private boolean keep(RawUpdate update, Arrival arrival, boolean stored) {
        Unopened.Whose whose;
        try {
            whose = whose(arrival);
        } catch (SealException refused) {
            core.refuse(refused.reason().name());
            return false;
        } catch (WireException refused) {
            core.refuse(refused.reason().name());
            return false;
        }
        RawUpdate gone = unopened.keep(update, whose);
        if (!stored) turn.put(row(update), update.bytes());
        if (gone == null) return true;
        turn.delete(row(gone));
        core.refuse("RECIPIENT_UNKNOWN");
        return true;
    }

    private Unopened.Whose whose(Arrival arrival) {
        byte[] bytes = Armour.decode(requireNonNull(arrival.text()));
        Announcement packet =
                arrival.attachment() == null ? Announcement.of(Packet.parse(bytes)) : Announcement.parse(bytes);
        long incarnation = packet.header().incarnation();
        String secret = opener instanceof SealedOpener sealed ? sealed.enrolled(packet) : "";
        return new Unopened.Whose(secret, inboxes.isPublisher(incarnation) ? incarnation : 0);
    }

    /** There is another key, that of a topic. */
    void onKeys(long now) {
        recalls.onKeys();
        for (RawUpdate update : unopened.takeAll()) onUpdate(update, now, true);
    }

    // --- packets

    private void open(Opened opened, int size, Arrival arrival, long now) {
        NodeTopics.Epoch epoch = topics.of(opened.header());
        if (epoch == null) openOurs(opened, size, arrival, now);
        else openPublished(opened, epoch, size, arrival, now);
    }

    /** What was sealed to us alone. */
    private void openOurs(Opened opened, int size, Arrival arrival, long now) {
        PostId post = arrival.post();
        PeerInbox inbox = inboxes.of(opened, null, size);
        if (inbox == null) return;
        if (inbox.topic != null) {
            core.refuse("OF_A_TOPIC");
            return;
        }
        watches.computeIfAbsent(post.channel(), any -> new PostWatch(0))
                .onPost(post.message())
                .ifPresent(gap -> inboxes.all().stream()
                        .filter(PeerInbox::canAsk)
                        .forEach(one -> one.link().onGap(post.channel(), gap)));
        if (inbox.known && !inbox.canAsk()) recalls.watch(post);
        inbox.onPacket(opened, opener, post.channel(), post.message(), size, arrival.date(), 0, now);
        List<Frame> frames = opened.content().frames();
        // Strangers are told no grant, and would take a part of everybody's by a packet now and then.
        if (granting != null && inbox.known && !onlyGrants(frames))
            granting.onPost(opened.header().incarnation(), now);
        if (opened.late()) { // a copy perhaps
            core.refuse(
                    "TOO_OLD",
                    frames.stream().filter(Confidential.Onion.class::isInstance).count());
            return;
        }
        onOnions(frames, now);
        Peer peer = inbox.peer;
        if (peer == null) return;
        for (Frame frame : frames) {
            if (frame instanceof KeyNotice notice) topics.onFrame(peer.name(), notice, now);
        }
        PeerOutbox back = outboxes.back(peer, now);
        if (back != null)
            outboxes.onFrames(
                    back, opened.header().incarnation(), opened.header().packetNumber(), frames, now);
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
            if (gate == null || next == null) core.refuse("ONION");
            else gate.onOnion(onion, next, now);
        }
    }

    /** What was sealed to a topic's key: pieces alone, and of those who may publish there. */
    private void openPublished(Opened opened, NodeTopics.Epoch epoch, int size, Arrival arrival, long now) {
        NodeKey key = opened.sender();
        Topic topic = epoch.topic();
        String who = inboxes.isOurs(key)
                ? self
                : key == null ? null : peers.byKey(key).map(Peer::name).orElse(null);
        if (who == null || !topic.publishes(who)) {
            core.refuse("NO_PUBLISHER");
            return;
        }
        if (registers.onPublished(topic, key, opened.content(), now)) return;
        PeerInbox inbox = inboxes.of(opened, topic, size);
        if (inbox == null) return;
        if (!topic.name().equals(inbox.topic)) {
            core.refuse("OF_A_TOPIC");
            return;
        }
        PostId post = arrival.post();
        recalls.watch(post);
        inbox.onPacket(opened, opener, post.channel(), post.message(), size, arrival.date(), epoch.number(), now);
    }

    // --- documents

    void onFetched(long update, byte[] bytes, long now) {
        Fetches.Fetch one = fetches.onFetched(update, now);
        if (one == null) return;
        if (update == RECALLED) recalls.onDone(now);
        try {
            open(opener.open(Packet.parse(bytes), one.admitted), bytes.length, one.arrival, now);
            if (update == RECALLED) core.counter().recalled++;
        } catch (SealException refused) {
            refuse(refused);
        } catch (WireException refused) {
            core.refuse(refused.reason().name());
        }
    }

    void onNotFetched(long update, boolean again, long now) {
        if (!fetches.onNotFetched(update, again, now)) return;
        if (update == RECALLED) recalls.onDone(now);
        core.refuse("NOT_FETCHED"); // its sender finds out, if it can be asked
    }

    // --- posts that are brought back

    void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        if (!recalls.isAsked(post) || recalls.onDate(arrival == null ? null : arrival.date(), now)) return;
        String text = arrival == null ? null : arrival.text();
        if (arrival != null && text != null) {
            try {
                byte[] bytes = Armour.decode(text);
                Arrival.Attachment attachment = arrival.attachment();
                if (attachment != null) {
                    fetches.addInHaste(RECALLED, arrival, attachment, opener.admit(bytes, arrival.date()));
                    return; // it is done when its document is here
                }
                open(opener.open(Packet.parse(bytes), arrival.date()), bytes.length, arrival, now);
                core.counter().recalled++;
            } catch (SealException refused) {
                if (isAwaited(refused)) {
                    recalls.onUnopened(now);
                    return;
                }
            } catch (WireException noPacket) { // of people, or another's
            }
        }
        recalls.onDone(now);
    }

    void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        if (recalls.isAsked(post) && recalls.onFailed(again, pause.toNanos(), now)) core.refuse("NOT_RECALLED");
    }

    /** Whether documents are on their way here. */
    boolean isFetching() {
        return !fetches.isEmpty();
    }

    /** Whether a one-way stream may still get what it misses. */
    boolean mayCome(PeerInbox inbox) {
        return inbox.link().channels().stream().anyMatch(channel -> !recalls.isDone(channel));
    }

    // --- time and turns

    void onTime(long now) {
        fetches.onTime(now);
        inboxes.onTime(now);
        if (granting == null || now < granting.wakeAt()) return;
        Map<Long, List<LaneGrant>> divided = granting.divide(now);
        for (PeerInbox inbox : inboxes.all()) {
            List<LaneGrant> lanes = divided.get(inbox.incarnation);
            Peer peer = inbox.peer;
            if (lanes == null || peer == null || !inbox.canAsk()) continue;
            outboxes.of(peer.name(), now).say(new Credit(inbox.incarnation, 0, List.of(), lanes));
        }
    }

    long wakeAt() {
        long at = Math.min(fetches.wakeAt(), recalls.wakeAt());
        at = Math.min(at, inboxes.wakeAt());
        return granting == null ? at : Math.min(at, granting.wakeAt());
    }

    void pump(long now) {
        lookForLacks(now);
        recalls.pump(now);
    }

    private void lookForLacks(long now) {
        var lacked = new ArrayList<Long>();
        for (PeerInbox inbox : inboxes.all()) lacked.addAll(inbox.lackedIn());
        recalls.onLacked(lacked, now);
    }

    void save() {
        inboxes.save();
        recalls.save();
    }
}
