package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.Backlog.Flow;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.PostQueue.Job;
import io.botmesh.seal.Envelope;
import io.botmesh.seal.Onions;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that goes to one peer: messages that wait, packets on their way, and the lanes that they take. A packet begins with
 * what the links in the other direction have to say; the rest is filled from the streams in turn. Part of {@link NodeCore}.
 */
final class PeerOutbox {
    /** A post or forward that is on its way. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Sent(PeerOutbox outbox, Job job, int lane, long at) {}

    private static final long MILLI = 1_000_000;

    /** Bytes that a packet leaves free so that its content fits one with a longer number and a tag, should the reader's key change. */
    private static final int SPARE = 16;

    /** Bytes of control frames in a packet; a peer with many outboxes may make us say more than fits one. */
    private static final int MOST_CONTROL = LinkReceiver.MAX_BYTES + LinkSender.MAX_BYTES;

    /** Packets that no ack will tell of. */
    static final int MOST_ONIONS = 1_000;

    static final long MOST_ONION_BYTES = 32 << 20;

    /** Credit is not used in smaller shares than this, unless the message itself is smaller. */
    private static final int SMALLEST_SHARE = 1024;

    /** What the peer said is written down after so long, or with the next packet: a state of many messages is large. */
    private static final long LAZY = 500L * MILLI;

    /** A topic's readers are told so long after the last packet that it was posted, if no later one tells them; in milliseconds. */
    private static final long LULL = 60_000;

    final Peer peer;
    final long incarnation;
    private final NodeOptions options;
    private final TurnBuilder turn;
    private Envelope envelope;
    private final LinkSender sender;
    private final Lanes lanes;
    private final FileSwitch files;
    private final Carrier.Capabilities carrier;
    private final Supplier<List<LinkReceiver>> heard;
    private final NodeCore core;
    private final Backlog backlog;
    private final PastStreams past;
    private final Places places;
    private final PostQueue again = new PostQueue();
    private final List<Frame> news = new ArrayList<>(); // that the peer should hear soon
    private long packets;
    private long first; // packet of this process
    private final boolean repacks;
    private double packed = 1; // bytes of a packet per byte of messages, as lately seen
    private boolean dirty; // a packet was made or a stream begun: what is stored must know it
    private long staleSince = -1; // nanoseconds; what is stored is older than that, which costs a post at most
    private boolean dead;
    private boolean retired; // another one is in its place
    private final boolean published; // to all readers of a topic
    private OutboxRow.@Nullable Keyed keyed; // since when a topic's key is in use; null if nobody knows
    private boolean untold; // posts of which no later packet says that they stand
    private long tellAt = Long.MAX_VALUE; // milliseconds; the readers are to hear that then
    private long wake = Long.MAX_VALUE;
    private long nextTidy;
    private final NodeStatistics.Counter counter;

    PeerOutbox(
            NodeCore core,
            Peer peer,
            Envelope envelope,
            long incarnation,
            NodeOptions options,
            TurnBuilder turn,
            Supplier<List<LinkReceiver>> heard,
            @Nullable OutboxRow saved,
            RandomGenerator random,
            long now) {
        this.core = core;
        this.peer = peer;
        this.incarnation = incarnation;
        this.options = options;
        this.turn = turn;
        this.envelope = envelope;
        backlog = new Backlog(incarnation, turn);
        this.heard = heard;
        repacks = envelope instanceof SealedEnvelope && !Names.isOwn(peer.name());
        carrier = requireNonNull(peer.carrier());
        counter = core.counter();
        LinkSender.Options sending =
                options.links().sending().withLanes(peer.lanes().size());
        if (!peer.answers()) sending = sending.withoutAnswers();
        sender = new LinkSender(incarnation, saved == null ? LinkSender.State.fresh() : saved.sender(), sending);
        past = new PastStreams(incarnation, turn);
        places = new Places(backlog, sender, past, peer.answers());
        lanes = new Lanes(
                peer.lanes(), options.lanes().limits(), options.lanes().share(), random, now);
        // Who is let in by a tag has a quota for documents, strangers have none.
        boolean stranger = envelope instanceof SealedEnvelope && peer.admission() == null;
        published = Topic.isAddress(peer.name());
        untold = sender.inFlight() > 0;
        files = new FileSwitch(carrier.textBytes(), options.textOnly() || carrier.textOnly() || stranger);
        keyed = published ? keyed(requireNonNull(peer.reader()), saved) : null;
        if (saved == null) return;
        packets = saved.packets();
        first = packets;
        backlog.restore(saved, sender);
    }

    /** Takes back a message that was stored; in the order of tokens. */
    void restore(NodeStore.Key key, byte[] value) {
        backlog.restore(key, value);
    }

    /** Takes back what was stored of a stream that has ended; in the order of their numbers. */
    void restorePast(NodeStore.Key key, byte[] value) {
        past.restore(key, value);
    }

    /** After everything is restored. */
    void resume() {
        apply(sender.resume());
    }

    private OutboxRow.@Nullable Keyed keyed(ReaderKey key, @Nullable OutboxRow saved) {
        if (saved == null) return new OutboxRow.Keyed(key.toBytes(), 0);
        OutboxRow.Keyed before = saved.keyed();
        return before == null || Arrays.equals(before.key(), key.toBytes())
                ? before
                : new OutboxRow.Keyed(key.toBytes(), sender.next(0));
    }

    /** Seals to a topic's key with this from now on; what is sealed stays as it is. */
    void sealWith(Envelope next, ReaderKey key) {
        envelope = next;
        OutboxRow.Keyed before = keyed;
        if (before != null && Arrays.equals(before.key(), key.toBytes())) return;
        keyed = new OutboxRow.Keyed(key.toBytes(), sender.next(0));
        dirty = true;
    }

    // --- messages come in

    boolean hasRoom(int bytes) {
        return backlog.bytes() == 0
                || backlog.held() + bytes + Backlog.COST <= options.outbox().bytes();
    }

    /** The same for a message of the node's own, which programs' may have to give way to. */
    boolean hasRoomForOwn(int bytes) {
        if (options.outbox().overflow() != Overflow.DROP_OLDEST) return hasRoom(bytes);
        long own = backlog.own();
        return own == 0 || own + bytes + Backlog.COST <= options.outbox().bytes();
    }

    long send(String name, String subject, List<MessageHeader> headers, byte[] body) {
        if (body.length > options.outbox().messageBytes()) {
            throw new IllegalArgumentException("a message of " + body.length + " bytes, at most "
                    + options.outbox().messageBytes() + " here: send it as an object");
        }
        byte[] row = new Content(
                        "",
                        List.of(new Data(0, 0, List.of(Piece.whole(subject, headers, body))))) // checks its parts too
                .toBytes();
        if (!hasRoom(body.length)) {
            if (options.outbox().overflow() != Overflow.DROP_OLDEST) {
                throw new MeshException.Full(
                        "the outbox for " + peer.name() + " holds " + backlog.bytes() + " bytes, which cost "
                                + backlog.held() + " of " + options.outbox().bytes());
            }
            dirty = true; // how many were taken is not to be counted by those that are left
            backlog.drop(
                    backlog.held()
                            + body.length
                            + Backlog.COST
                            - options.outbox().bytes(),
                    token -> core.untold().lost(peer.name(), token, "gave way to later messages"));
        }
        return backlog.add(stream(name), subject, headers, body, row);
    }

    private Flow stream(String name) {
        Flow known = backlog.find(name);
        if (known != null) return known;
        Flow stream = backlog.make(name);
        places.onNew(stream);
        dirty = true;
        return stream;
    }

    /** Tells the peer something with the next packet, or alone. */
    void say(Frame frame) {
        news.add(frame);
    }

    /** Hides a packet for another reader in one for this peer, the gateway. */
    void wrap(String next, byte[] inner) {
        if (!(envelope instanceof SealedEnvelope sealed)) {
            throw new IllegalArgumentException("plain packets hide nobody");
        }
        if (!hasRoomForOnions(1, inner.length)) {
            throw new MeshException.Full(again.onions() + " packets for others wait at the outbox for " + peer.name()
                    + ": send fewer, or wait until they are posted");
        }
        long number = packets++;
        dirty = true;
        byte[] packet = Onions.wrap(sealed, incarnation, number, next, inner);
        var key = new NodeStore.Key(Kind.ONION, NodeCore.OWN_ONION, incarnation, number);
        turn.put(key, packet);
        postOnce(key, packet);
    }

    /** Whether so many more packets, of so many bytes together, may wait of which no ack will tell; they are in memory. */
    boolean hasRoomForOnions(int more, long bytes) {
        return again.onions() + more <= MOST_ONIONS && again.onionBytes() + bytes <= MOST_ONION_BYTES;
    }

    /** Posts a packet whose bytes stand under a key until it is posted, for no ack will tell. */
    void postOnce(NodeStore.Key key, byte[] packet) {
        boolean document = packet.length > carrier.textBytes();
        again.last(new Job(-1, Lanes.ANY, null, packet, document, true, key));
    }

    // --- packets go out

    /** Posts what can be posted now. */
    void pump(long now) {
        long millis = now / MILLI;
        wake = Long.MAX_VALUE;
        again.onTime(now);
        dirty |= places.pump(millis);
        while (true) {
            Job job = again.peek();
            List<Flow> ready = job == null ? ready() : List.of();
            if (job == null && ready.isEmpty() && dueAt() > millis) break;
            Lanes.Choice choice = lanes.choose(now, texts(), job == null ? Lanes.ANY : job.avoid());
            if (choice == null) break; // the outcome of a post will come
            if (choice.waitNanos() > 0) {
                wake = now + choice.waitNanos();
                break;
            }
            if (job != null) {
                again.remove();
                resend(job, choice.lane(), now);
            } else if (!make(ready, choice.lane(), now)) {
                break;
            }
        }
        boolean blocked = backlog.waiting() > 0;
        for (Flow stream : backlog.streams()) blocked |= !stream.queue.isEmpty() && !fits(stream);
        sender.onBlocked(blocked, millis);
        if (now >= nextTidy) {
            nextTidy = now + 180L * 1_000 * MILLI;
            List<Effect> tidied = sender.onTime(millis);
            if (!tidied.isEmpty()) stale(now);
            apply(tidied);
        }
        tellIfDead();
    }

    private void tellIfDead() {
        String why = lanes.deadBecause();
        if ((why != null) == dead) return;
        dead = why != null;
        turn.add(new NodeEffect.Tell(
                why == null ? new NodeEvent.Reachable(peer.name()) : new NodeEvent.Unreachable(peer.name(), why)));
    }

    long wakeAt(long now) {
        long at = wake;
        at = Math.min(at, again.wakeAt());
        if (staleSince >= 0) at = Math.min(at, staleSince + LAZY);
        long due = dueAt();
        if (due < Long.MAX_VALUE / MILLI && due * MILLI > now) at = Math.min(at, due * MILLI);
        if (isTidy()) at = Math.min(at, nextTidy);
        return at;
    }

    /** Whether posts are deleted one day. */
    private boolean isTidy() {
        return options.links().sending().keepMillis() >= 0;
    }

    /** When control frames are to go alone, in milliseconds. */
    private long dueAt() {
        long due = news.isEmpty() ? Math.min(tellAt, sender.dueAt()) : 0;
        for (LinkReceiver link : heard.get()) due = Math.min(due, link.dueAt());
        return due;
    }

    /** How many texts the waiting bytes would fill. */
    private double texts() {
        double texts = backlog.bytes() * packed / carrier.textBytes();
        return backlog.bytes() == 0 ? again.size() : Math.max(1, texts) + again.size();
    }

    /** Streams from which something may be sent, who waited longest first. */
    private List<Flow> ready() {
        List<Flow> ready = new ArrayList<>();
        if (published && sender.unpostedWeight(0) >= mostAhead()) return ready;
        for (Flow stream : backlog.streams()) if (!stream.queue.isEmpty() && fits(stream)) ready.add(stream);
        ready.sort((one, two) -> Long.compare(one.served, two.served));
        return ready;
    }

    /** Readers of a topic keep what comes before a packet that is not posted yet, and cannot ask for what they have no room for. */
    private long mostAhead() {
        return options.links().receiving().streamWeight() / 2;
    }

    private boolean fits(Flow stream) {
        return sender.room(stream.number) >= share(stream);
    }

    /** The credit that a stream wants at least, to send any of what waits. */
    static long share(Flow stream) {
        int left = stream.queue.getFirst().body().length - stream.packed;
        return Math.min(left, SMALLEST_SHARE) + (long) Limits.PIECE_WEIGHT;
    }

    private void resend(Job job, int lane, long now) {
        PostId forward = job.forward();
        if (forward != null) {
            post(job, lane, now, ticket -> new NodeEffect.Forward(ticket, peer.name(), lane, forward));
            return;
        }
        Job whole = job.bytes() == null ? stored(job) : job;
        if (whole == null) return; // acked meanwhile
        byte[] bytes = requireNonNull(whole.bytes());
        post(whole, lane, now, ticket -> new NodeEffect.Post(ticket, peer.name(), lane, bytes, whole.document()));
    }

    private @Nullable Job stored(Job job) {
        byte[] row = turn.read(new NodeStore.Key(Kind.PACKET, incarnation, job.packet()))
                .orElse(null);
        if (row == null) return null;
        var stored = PacketRow.parse(row);
        return new Job(job.packet(), job.avoid(), null, stored.packet(), stored.document(), false, null);
    }

    /**
     * Puts the pieces of a packet that the peer may have no key for any more into another one, under the key that it has now; false if
     * that is the same key.
     */
    private boolean repack(long number) {
        if (number >= first || !(envelope instanceof SealedEnvelope sealed) || !repacks) return false;
        PacketRow old = turn.read(key(number)).map(PacketRow::parse).orElse(null);
        if (old == null || old.key().length == 0 || sealed.isTo(old.key())) return false;
        boolean deflated = Packet.parse(old.packet()).header().deflated();
        long anew = packets++;
        dirty = true;
        var header = sealed.header(incarnation, anew).withDeflated(deflated);
        var kept = sealed.keep(header, sealed.reopen(old.key(), old.packet()));
        turn.put(key(anew), new PacketRow(old.document(), kept.key(), kept.packet()).toBytes());
        apply(sender.onRepacked(number, anew));
        again.repost(new Job(anew, Lanes.ANY, null, null, false, false, null));
        counter.reposts++;
        return true;
    }

    private NodeStore.Key key(long packet) {
        return new NodeStore.Key(Kind.PACKET, incarnation, packet);
    }

    private interface Call {
        NodeEffect of(long ticket);
    }

    private void post(Job job, int lane, long now, Call call) {
        lanes.onSend(lane, now);
        counter.posts++;
        turn.add(call.of(core.ticket(new Sent(this, job, lane, now))));
    }

    /** Makes the next packet and posts it; false if there was nothing to say. */
    private boolean make(List<Flow> ready, int lane, long now) {
        long millis = now / MILLI;
        boolean alone = ready.isEmpty();
        boolean document = !alone && files.document(backlog.bytes() * packed, lanes.postsPerSecond());
        PacketHeader header = envelope.header(incarnation, packets);
        int capacity = Math.min(document ? carrier.documentBytes() : carrier.textBytes(), Limits.MAX_PACKET_BYTES)
                - envelope.overhead(header)
                - (repacks ? SPARE : 0);
        List<Frame> frames = control(ready, millis);
        if (published) sayPosted(frames);
        if (alone && frames.isEmpty()) return false;
        List<Flow> named = named(ready, frames);
        byte[] content;
        boolean deflated = false;
        List<Part> parts = List.of();
        if (alone) {
            content = new Content(envelope.sender(), frames).toBytes();
        } else {
            var fill = new PacketFill(backlog, sender, envelope.sender(), frames, now);
            Packer.Filled filled = fill.from(named, document, capacity);
            parts = fill.parts();
            content = filled.body();
            deflated = filled.deflated();
            packed += 0.3 * ((double) content.length / Math.max(1, filled.contentBytes()) - packed);
        }
        byte[] packet;
        byte[] key = {};
        if (!alone && repacks && envelope instanceof SealedEnvelope sealed) {
            var kept = sealed.keep(header.withDeflated(deflated), content);
            packet = kept.packet();
            key = kept.key();
        } else {
            packet = envelope.wrap(header.withDeflated(deflated), content);
        }
        long number = packets++;
        dirty = true;
        if (!alone) {
            apply(sender.onPacked(number, parts));
            turn.put(key(number), new PacketRow(document, key, packet).toBytes());
        }
        if (!document && !alone && backlog.bytes() > 0) {
            int characters = Carriers.armour(packet.length).characters(packet.length);
            lanes.onFilled(lane, (double) characters / Armour.POST_CHARACTERS);
            counter.fullPosts++;
            counter.characters += characters;
        }
        counter.onPacket(document, alone);
        post(
                new Job(number, Lanes.ANY, null, packet, document, alone, null),
                lane,
                now,
                ticket -> new NodeEffect.Post(ticket, peer.name(), lane, packet, document));
        return true;
    }

    /** Who misses a piece below that can stop waiting for it, and who comes now begins there, or where its first key was new. */
    private void sayPosted(List<Frame> frames) {
        long posted = sender.posted(0);
        frames.add(new Control.Reset(0, posted, keyed == null ? 0 : keyed.from() + 1));
        untold = posted < sender.next(0);
        tellAt = Long.MAX_VALUE;
    }

    /** What a packet begins with: as much as leaves room for data in a text. What has no room is still due. */
    private List<Frame> control(List<Flow> ready, long millis) {
        boolean alone = ready.isEmpty();
        List<Frame> frames =
                sender.frames(millis, ready.stream().map(flow -> flow.number).toList());
        int left = MOST_CONTROL - size(frames);
        for (LinkReceiver link : heard.get()) {
            if (left < LinkReceiver.MAX_BYTES) break;
            List<Frame> said = link.frames(alone);
            left -= size(said);
            frames.addAll(said);
        }
        while (!news.isEmpty()) {
            left -= size(List.of(news.getFirst()));
            if (left < 0 && !frames.isEmpty()) break;
            frames.add(news.removeFirst());
        }
        return frames;
    }

    /** Those of which data may go with these frames: what comes without a name may be handled without. */
    private List<Flow> named(List<Flow> ready, List<Frame> frames) {
        var opened = new HashSet<Long>();
        for (Frame frame : frames) if (frame instanceof Control.Open open) opened.add(open.stream());
        return ready.stream()
                .filter(flow -> !sender.needsName(flow.number) || opened.contains(flow.number))
                .toList();
    }

    private static int size(List<Frame> frames) {
        return frames.isEmpty() ? 0 : new Content("", frames).toBytes().length;
    }

    // --- what becomes of them

    void onOutcome(Sent sent, Outcome outcome, long now) {
        Job job = sent.job;
        if (retired) {
            if (job.onion() != null) turn.delete(job.onion());
            return;
        }
        int lane = sent.lane;
        switch (outcome) {
            case Outcome.Posted posted -> onPosted(sent, posted, now);
            case Outcome.FloodWait wait -> {
                lanes.onFloodWait(lane, wait.retryAfter(), now);
                counter.refused429++;
                again.first(job.avoiding(lane));
            }
            case Outcome.Barred barred -> {
                lanes.onBarred(lane, barred.scope(), barred.why(), now);
                again.first(job.avoiding(lane));
            }
            case Outcome.Unreachable unreachable -> {
                lanes.onUnreachable(lane, now);
                again.first(job.avoiding(Lanes.ANY));
            }
            case Outcome.Unknown unknown -> {
                lanes.onUnknown(lane, unknown.why(), now);
                counter.ambiguous++;
                if (job.onion() != null) again.last(job.avoiding(lane));
                else if (!job.control()) apply(sender.onUnknown(job.packet(), lane));
            }
            case Outcome.Refused refused -> {
                lanes.onRefused(lane);
                if (job.forward() != null) apply(sender.onNotForwarded(job.packet()));
                else park(job, refused.why(), now);
            }
            case Outcome.Doubtful doubtful -> {
                lanes.onRefused(lane);
                if (job.forward() != null) apply(sender.onNotForwarded(job.packet()));
                else onDoubt(job, lane, doubtful.why(), now);
            }
        }
    }

    private void onDoubt(Job job, int lane, String why, long now) {
        if (again.doubt(job, lane, why) && lanes.anotherLives(lane)) {
            again.first(job.avoiding(lane));
        } else {
            again.settle(job);
            park(job, why, now);
        }
    }

    private void park(Job job, String why, long now) {
        turn.add(new NodeEffect.Tell(new NodeEvent.Unreachable(peer.name(), why)));
        dead = true;
        if (job.control() && job.onion() == null) return;
        again.park(job, now);
    }

    private void onPosted(Sent sent, Outcome.Posted posted, long now) {
        Job job = sent.job;
        lanes.onPosted(sent.lane, now);
        core.clock().onPosted(posted.date(), sent.at, now);
        PostQueue.Doubt doubt = again.settle(job);
        if (doubt != null && doubt.lane() != sent.lane) lanes.onProvenBad(doubt.lane(), doubt.why(), now);
        if (job.forward() == null) {
            double seconds = (now - sent.at) / 1e9;
            if (job.document()) files.onDocument(seconds);
            else files.onText(seconds);
        } else {
            counter.forwards++;
        }
        if (job.onion() != null) {
            turn.delete(job.onion());
            return;
        }
        var post = new LinkSender.PostId(
                sent.lane, posted.post().channel(), posted.post().message(), now / MILLI);
        if (job.control()) {
            sender.onControlPosted(post);
            if (isTidy()) stale(now);
            return;
        }
        if (peer.answers()) stale(now);
        else dirty = true; // its bytes go now, and nobody would ever tell the next process why
        apply(sender.onPosted(job.packet(), post));
        if (published && untold && sender.inFlight() == 0) tellAt = now / MILLI + LULL;
    }

    /** What the peer says about what it got, and what it lets us post. */
    void onFrames(long outbox, long packet, List<Frame> frames, long now) {
        for (Frame frame : frames) {
            if (!(frame instanceof Control.Credit credit) || credit.incarnation() != incarnation) continue;
            if (credit.lanes().isEmpty()) continue;
            lanes.onGrants(
                    credit.lanes().stream()
                            .map(one -> new Lanes.Grant(one.writer(), one.millipostsPerMinute() / 60_000.0))
                            .toList(),
                    now);
        }
        long memory = sender.session();
        apply(sender.onFrames(outbox, packet, frames, now / MILLI));
        if (memory != 0 && memory != sender.session()) core.untold().tell(new NodeEvent.PeerForgot(peer.name()));
        stale(now);
    }

    /** The peer does not take a message: the outbox, the stream, and the first piece. */
    void onRefused(ByteBuffer which, NotTaken.Why why) {
        if (which.getLong() != incarnation) return;
        for (Effect effect : sender.onRefused(which.getLong(), which.getLong()))
            if (effect instanceof Effect.Refused refused)
                core.untold().lost(peer.name(), refused.message(), peer.name() + " " + why.words());
        dirty = true;
    }

    /** Whether the peer has pieces of this outbox that were never packed here: the store is older than what was sent. */
    boolean isOutdated() {
        return sender.isOutdated();
    }

    /** Ends an outbox whose numbers were used before; what is in no packet goes on with another one. */
    void moveTo(PeerOutbox next) {
        retired = true;
        LinkSender.State state = sender.state();
        for (LinkSender.Flight flight : state.flights())
            turn.delete(new NodeStore.Key(Kind.PACKET, incarnation, flight.packet()));
        for (LinkSender.StreamState stream : state.streams()) {
            for (LinkSender.Waiting message : stream.waiting())
                core.untold()
                        .lost(
                                peer.name(),
                                message.message(),
                                "the store is older than what was sent to " + peer.name()
                                        + ": it may have come or not");
        }
        turn.delete(new NodeStore.Key(Kind.OUTBOX, incarnation));
        for (Job job : again.takeOnions()) {
            NodeStore.Key onion = requireNonNull(job.onion());
            if (onion.a() == NodeCore.OWN_ONION) turn.delete(onion); // sealed under a number that may be used
            else next.postOnce(onion, requireNonNull(job.bytes()));
        }
        next.backlog.countFrom(backlog);
        for (Backlog.Moved one : backlog.takeAll()) next.backlog.adopt(next.stream(one.stream()), one.message());
        next.dirty = true;
        core.untold().tell(new NodeEvent.StoreIsOld(peer.name()));
    }

    /** The process is about to end: the next one need not post again what it can know. */
    void onClosing() {
        dirty |= staleSince >= 0;
    }

    private void stale(long now) {
        if (staleSince < 0) staleSince = now;
    }

    private void apply(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Repost repost -> {
                    if (repack(repost.packet())) continue;
                    again.repost(new Job(repost.packet(), repost.avoid(), null, null, false, false, null));
                    counter.reposts++;
                }
                case Effect.Forward forward -> {
                    if (repack(forward.packet())) continue;
                    if (carrier.shared()) {
                        var post = new PostId(
                                forward.post().channel(), forward.post().message());
                        again.last(new Job(forward.packet(), Lanes.ANY, post, null, false, false, null));
                    } else {
                        apply(sender.onNotForwarded(forward.packet())); // each bot numbers the chat for itself
                    }
                }
                case Effect.Forget forget -> turn.delete(key(forget.packet()));
                case Effect.Delete delete ->
                    turn.add(new NodeEffect.Delete(peer.name(), delete.lane(), delete.channel(), delete.messages()));
                case Effect.Reached reached -> {
                    turn.add(new NodeEffect.Reached(peer.name(), reached.message(), reached.level()));
                    core.notTaken().onReached(peer.name(), reached.message(), reached.level());
                }
                case Effect.Refused refused -> // one that had not ended when the peer said so
                    core.untold()
                            .lost(peer.name(), refused.message(), peer.name() + " " + NotTaken.Why.TOO_LONG.words());
                case Effect.Lost lost ->
                    core.untold().lost(peer.name(), lost.message(), peer.name() + " has lost what it had stored");
            }
        }
    }

    /** Writes what has changed. */
    void save(long now) {
        if (!dirty && (staleSince < 0 || now < staleSince + LAZY)) return;
        dirty = false;
        staleSince = -1;
        turn.put(
                new NodeStore.Key(Kind.OUTBOX, incarnation),
                new OutboxRow(
                                peer.name(),
                                packets,
                                backlog.messages(),
                                backlog.given(),
                                backlog.rows(),
                                keyed,
                                sender.state())
                        .toBytes());
    }

    /** Whether the peer is to hear something that no packet says yet. */
    boolean hasNews() {
        return !news.isEmpty();
    }

    /** Whether nothing waits, and nothing is on its way that somebody may ask for again. */
    boolean isIdle() {
        return backlog.bytes() == 0 && again.isEmpty() && sender.inFlight() == 0;
    }

    /** How many messages the program ever gave. */
    long given() {
        return backlog.given();
    }

    long waitingBytes() {
        return backlog.bytes();
    }

    int inFlight() {
        return sender.inFlight();
    }

    List<LaneStatistics> lanes(long now) {
        return lanes.statistics(now);
    }
}
