package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Envelope;
import io.botmesh.seal.Onions;
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
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /**
     * A packet that is to be posted.
     *
     * @param avoid   lane that should not take it if another can, or {@link Lanes#ANY}
     * @param forward post that stands in for the bytes, or null
     * @param bytes   null if they are to be read from the store
     * @param control whether it holds no pieces: then it is sent once, and nobody asks for it
     * @param onion   where the bytes stand until they are posted, if no ack will tell; or null
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Job(
            long packet,
            int avoid,
            @Nullable PostId forward,
            byte @Nullable [] bytes,
            boolean document,
            boolean control,
            NodeStore.@Nullable Key onion) {
        Job avoiding(int lane) {
            return new Job(packet, lane, forward, bytes, document, control, onion);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Queued(long token, String subject, List<MessageHeader> headers, byte[] body) {
        /** About what it takes in a packet. */
        int bytes() {
            int bytes = body.length + subject.length() + 12;
            for (MessageHeader header : headers) bytes += header.name().length() + header.value().length + 8;
            return bytes;
        }
    }

    private static final class Flow {
        final long number;
        final String name;
        final Deque<Queued> queue = new ArrayDeque<>();
        final Packer packer = new Packer();
        int packed; // bytes of the head that are in packets
        long served;

        Flow(long number, String name) {
            this.number = number;
            this.name = name;
        }
    }

    private record Doubt(int lane, String why) {}

    private static final long MILLI = 1_000_000;

    /** A packet that nobody takes is offered again after so long. */
    private static final long PARKED = 600L * 1_000 * MILLI;

    /** Credit is not used in smaller shares than this, unless the message itself is smaller. */
    private static final int SMALLEST_SHARE = 1024;

    private static final int MOST_REPAIR_DEPTH = 10_000;

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
    private final TreeMap<Long, Flow> streams = new TreeMap<>();
    private final Map<String, Flow> byName = new HashMap<>();
    private final Deque<Job> repairs = new ArrayDeque<>();
    private final TreeMap<Long, List<Job>> parked = new TreeMap<>();
    private final List<Frame> news = new ArrayList<>(); // that the peer should hear soon
    private final Map<Long, Doubt> doubts = new HashMap<>();
    private long packets;
    private long messages;
    private long waiting; // bytes of messages that are in no packet
    private long turns;
    private double packed = 1; // bytes of a packet per byte of messages, as lately seen
    private boolean dirty;
    private boolean dead;
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
            @Nullable Saved saved,
            RandomGenerator random,
            long now) {
        this.core = core;
        this.peer = peer;
        this.incarnation = incarnation;
        this.options = options;
        this.turn = turn;
        this.envelope = envelope;
        this.heard = heard;
        carrier = requireNonNull(peer.carrier());
        counter = core.counter();
        LinkSender.Options sending =
                options.links().sending().withLanes(peer.lanes().size());
        if (!peer.answers()) sending = sending.withoutAnswers();
        sender = new LinkSender(incarnation, saved == null ? LinkSender.State.fresh() : saved.sender(), sending);
        lanes = new Lanes(
                peer.lanes(), options.lanes().limits(), options.lanes().share(), random, now);
        // Who is let in by a tag has a quota for documents, strangers have none.
        boolean stranger = envelope instanceof SealedEnvelope && peer.admission() == null;
        files = new FileSwitch(carrier.textBytes(), options.textOnly() || carrier.textOnly() || stranger);
        if (saved == null) return;
        packets = saved.packets();
        messages = saved.messages();
        for (Saved.StreamRow one : saved.streams()) {
            var stream = new Flow(one.number(), one.name());
            stream.packed = one.packed();
            streams.put(one.number(), stream);
            byName.put(one.name(), stream);
        }
    }

    /** Takes back a message that was stored; in the order of tokens. */
    void restore(NodeStore.Key key, byte[] value) {
        Flow stream = streams.get(key.b());
        if (stream == null) return; // cannot be: a stream is stored before its first message
        var content = Content.parse(value, false);
        Piece piece = ((Data) content.frames().getFirst()).pieces().getFirst();
        var queued = new Queued(key.c(), piece.subject(), piece.headers(), piece.body());
        messages = Math.max(messages, queued.token + 1);
        add(stream, queued);
        if (stream.queue.size() == 1) {
            waiting -= stream.packed;
        }
    }

    /** After everything is restored. */
    void resume() {
        apply(sender.resume());
    }

    /** Seals with this from now on; what is sealed stays as it is. */
    void sealWith(Envelope next) {
        envelope = next;
    }

    // --- messages come in

    boolean hasRoom(int bytes) {
        return waiting == 0 || waiting + bytes <= options.outbox().bytes();
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
                throw new MeshException.Full("the outbox for " + peer.name() + " holds " + waiting + " bytes");
            }
            drop(body.length);
        }
        Flow stream = stream(name);
        var queued = new Queued(messages++, subject, headers, body);
        turn.put(new NodeStore.Key(Kind.MESSAGE, incarnation, stream.number, queued.token), row);
        add(stream, queued);
        return queued.token;
    }

    private void add(Flow stream, Queued queued) {
        stream.queue.add(queued);
        waiting += Math.max(1, queued.body.length);
    }

    private Flow stream(String name) {
        Flow stream = byName.get(name);
        if (stream != null) return stream;
        stream = new Flow(streams.isEmpty() ? 0 : streams.lastKey() + 1, name);
        streams.put(stream.number, stream);
        byName.put(name, stream);
        if (!name.isEmpty()) sender.open(stream.number, name);
        dirty = true;
        return stream;
    }

    /** Lets the oldest messages go of which nothing is in a packet. */
    private void drop(long bytes) {
        long wanted = waiting + bytes - options.outbox().bytes();
        while (wanted > 0) {
            Flow oldest = null;
            long token = Long.MAX_VALUE;
            for (Flow stream : streams.values()) {
                Queued head = first(stream);
                if (head == null || head.token > token) continue;
                oldest = stream;
                token = head.token;
            }
            if (oldest == null) return;
            boolean started = oldest.packed > 0;
            Queued kept = started ? oldest.queue.removeFirst() : null;
            Queued gone = oldest.queue.removeFirst();
            if (kept != null) oldest.queue.addFirst(kept);
            long size = Math.max(1, gone.body.length);
            waiting -= size;
            wanted -= size;
            turn.delete(new NodeStore.Key(Kind.MESSAGE, incarnation, oldest.number, gone.token));
            turn.add(new NodeEffect.Lost(peer.name(), gone.token, "gave way to later messages"));
        }
    }

    /** The oldest message of which nothing is in a packet. */
    private static @Nullable Queued first(Flow stream) {
        if (stream.packed == 0) return stream.queue.peekFirst();
        var all = stream.queue.iterator();
        if (all.hasNext()) all.next();
        return all.hasNext() ? all.next() : null;
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
        long number = packets++;
        dirty = true;
        byte[] packet = Onions.wrap(sealed, incarnation, number, next, inner);
        var key = new NodeStore.Key(Kind.ONION, NodeCore.OWN_ONION, incarnation, number);
        turn.put(key, packet);
        postOnce(key, packet);
    }

    /** Posts a packet whose bytes stand under a key until it is posted, for no ack will tell. */
    void postOnce(NodeStore.Key key, byte[] packet) {
        boolean document = packet.length > carrier.textBytes();
        repairs.addLast(new Job(-1, Lanes.ANY, null, packet, document, true, key));
    }

    // --- packets go out

    /** Posts what can be posted now. */
    void pump(long now) {
        long millis = now / MILLI;
        wake = Long.MAX_VALUE;
        while (!parked.isEmpty() && parked.firstKey() <= now)
            repairs.addAll(parked.pollFirstEntry().getValue());
        while (true) {
            Job job = repairs.peekFirst();
            List<Flow> ready = job == null ? ready() : List.of();
            if (job == null && ready.isEmpty() && dueAt() > millis) break;
            Lanes.Choice choice = lanes.choose(now, texts(), job == null ? Lanes.ANY : job.avoid);
            if (choice == null) break; // the outcome of a post will come
            if (choice.waitNanos() > 0) {
                wake = now + choice.waitNanos();
                break;
            }
            if (job != null) {
                repairs.removeFirst();
                resend(job, choice.lane(), now);
            } else if (!make(ready, choice.lane(), now)) {
                break;
            }
        }
        boolean blocked = false;
        for (Flow stream : streams.values()) blocked |= !stream.queue.isEmpty() && !fits(stream);
        sender.onBlocked(blocked, millis);
        if (now >= nextTidy) {
            nextTidy = now + 180L * 1_000 * MILLI;
            apply(sender.onTime(millis));
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
        if (!parked.isEmpty()) at = Math.min(at, parked.firstKey());
        long due = dueAt();
        if (due < Long.MAX_VALUE / MILLI && due * MILLI > now) at = Math.min(at, due * MILLI);
        if (options.links().sending().keepMillis() >= 0) at = Math.min(at, nextTidy);
        return at;
    }

    /** When control frames are to go alone, in milliseconds. */
    private long dueAt() {
        long due = news.isEmpty() ? sender.dueAt() : 0;
        for (LinkReceiver link : heard.get()) due = Math.min(due, link.dueAt());
        return due;
    }

    /** How many texts the waiting bytes would fill. */
    private double texts() {
        double texts = waiting * packed / carrier.textBytes();
        return waiting == 0 ? repairs.size() : Math.max(1, texts) + repairs.size();
    }

    /** Streams from which something may be sent, who waited longest first. */
    private List<Flow> ready() {
        List<Flow> ready = new ArrayList<>();
        for (Flow stream : streams.values()) if (!stream.queue.isEmpty() && fits(stream)) ready.add(stream);
        ready.sort((one, two) -> Long.compare(one.served, two.served));
        return ready;
    }

    private boolean fits(Flow stream) {
        Queued head = stream.queue.getFirst();
        int left = head.body.length - stream.packed;
        return sender.room(stream.number) >= Math.min(left, SMALLEST_SHARE) + Limits.PIECE_WEIGHT;
    }

    private void resend(Job job, int lane, long now) {
        PostId forward = job.forward;
        if (forward != null) {
            post(job, lane, now, ticket -> new NodeEffect.Forward(ticket, peer.name(), lane, forward));
            return;
        }
        Job whole = job.bytes == null ? stored(job) : job;
        if (whole == null) return; // acked meanwhile
        byte[] bytes = requireNonNull(whole.bytes);
        post(whole, lane, now, ticket -> new NodeEffect.Post(ticket, peer.name(), lane, bytes, whole.document));
    }

    private @Nullable Job stored(Job job) {
        byte[] row = turn.read(new NodeStore.Key(Kind.PACKET, incarnation, job.packet))
                .orElse(null);
        if (row == null) return null;
        byte[] bytes = Arrays.copyOfRange(row, 1, row.length);
        return new Job(job.packet, job.avoid, null, bytes, row[0] != 0, false, null);
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
        boolean document = !alone && files.document(waiting * packed, lanes.postsPerSecond());
        PacketHeader header = envelope.header(incarnation, packets);
        int capacity = Math.min(document ? carrier.documentBytes() : carrier.textBytes(), Limits.MAX_PACKET_BYTES)
                - envelope.overhead(header);
        List<Frame> frames = new ArrayList<>();
        for (LinkReceiver link : heard.get()) frames.addAll(link.frames(alone));
        frames.addAll(sender.frames(millis));
        frames.addAll(news);
        news.clear();
        if (alone && frames.isEmpty()) return false;
        byte[] content;
        boolean deflated = false;
        List<Part> parts = new ArrayList<>();
        if (alone) {
            content = new Content(envelope.sender(), frames).toBytes();
        } else {
            addSmall(ready, capacity, frames, parts);
            Packer.Filled filled = fill(ready.getFirst(), frames, parts, document, capacity);
            content = filled.body();
            deflated = filled.deflated();
            packed += 0.3 * ((double) content.length / Math.max(1, filled.contentBytes()) - packed);
        }
        byte[] packet = envelope.wrap(header.withDeflated(deflated), content);
        long number = packets++;
        dirty = true;
        if (!alone) {
            apply(sender.onPacked(number, parts));
            var row = new byte[packet.length + 1];
            row[0] = (byte) (document ? 1 : 0);
            System.arraycopy(packet, 0, row, 1, packet.length);
            turn.put(new NodeStore.Key(Kind.PACKET, incarnation, number), row);
        }
        if (!document && !alone && waiting > 0) {
            int characters = Armour.BASE32768.characters(packet.length);
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

    /** Puts streams of which little waits before the one that fills the packet. */
    private void addSmall(List<Flow> ready, int capacity, List<Frame> frames, List<Part> parts) {
        int used = new Content(envelope.sender(), frames).toBytes().length;
        int most = Math.min(capacity - Limits.MIN_CAPACITY, capacity / 2);
        for (Flow stream : List.copyOf(ready.subList(1, ready.size()))) {
            int size = 32;
            long weight = 0;
            for (Queued one : stream.queue) {
                size += one.bytes();
                weight += one.body.length + Limits.PIECE_WEIGHT;
                if (size > most) break;
            }
            if (used + size > most || weight + weight(parts) > sender.room(stream.number)) continue;
            List<Piece> pieces = new ArrayList<>();
            List<Ending> endings = new ArrayList<>();
            long from = sender.next(stream.number);
            for (Queued one : stream.queue) {
                boolean rest = pieces.isEmpty() && stream.packed > 0;
                pieces.add(
                        rest
                                ? Piece.last(Arrays.copyOfRange(one.body, stream.packed, one.body.length))
                                : Piece.whole(one.subject, one.headers, one.body));
                endings.add(new Ending(one.token, from + pieces.size() - 1));
            }
            frames.add(new Data(stream.number, from, pieces));
            long exact = 0;
            for (Piece piece : pieces) exact += piece.body().length + Limits.PIECE_WEIGHT;
            parts.add(new Part(stream.number, from, from + pieces.size(), exact, endings));
            used += size;
            consumed(stream, stream.queue.size(), 0);
        }
    }

    private static long weight(List<Part> parts) {
        return parts.stream().mapToLong(Part::weight).sum();
    }

    private Packer.Filled fill(Flow stream, List<Frame> frames, List<Part> parts, boolean document, int capacity) {
        long room = sender.room(stream.number) - weight(parts);
        long look = document ? Limits.MAX_CONTENT_BYTES : Limits.MAX_TEXT_CONTENT_BYTES;
        // A large document cuts messages at its frames' ends too, and every cut weighs.
        long left = Math.min(look, room - (document ? room / 512 + 64 : 0));
        List<Outgoing> queue = new ArrayList<>();
        int offset = stream.packed;
        for (Queued one : stream.queue) {
            int rest = one.body.length - offset;
            long cost = (long) rest + Limits.PIECE_WEIGHT;
            int take = rest;
            if (cost > left) take = (int) Math.max(0, left - Limits.PIECE_WEIGHT);
            if (take == 0 && rest > 0) break;
            queue.add(new Outgoing(
                    one.subject,
                    one.headers,
                    ByteBuffer.wrap(one.body, offset, take).slice(),
                    one.body.length,
                    offset));
            if (take < rest) break;
            left -= cost;
            offset = 0;
        }
        long from = sender.next(stream.number);
        var filled = stream.packer.fill(new Content(envelope.sender(), frames), stream.number, from, queue, capacity);
        List<Ending> endings = new ArrayList<>();
        long weight = (long) filled.pieces() * Limits.PIECE_WEIGHT + filled.bytesOfNext();
        var all = stream.queue.iterator();
        for (int i = 0; i < filled.wholeMessages(); i++) {
            endings.add(new Ending(all.next().token, from + filled.ends()[i]));
            weight += queue.get(i).body().remaining();
        }
        parts.add(new Part(stream.number, from, from + filled.pieces(), weight, endings));
        consumed(stream, filled.wholeMessages(), (int) filled.bytesOfNext());
        return filled;
    }

    private void consumed(Flow stream, int whole, int bytesOfNext) {
        for (int i = 0; i < whole; i++) {
            Queued gone = stream.queue.removeFirst();
            long size = Math.max(1L, gone.body.length) - stream.packed;
            waiting -= size;
            stream.packed = 0;
            turn.delete(new NodeStore.Key(Kind.MESSAGE, incarnation, stream.number, gone.token));
        }
        stream.packed += bytesOfNext;
        waiting -= bytesOfNext;
        stream.served = ++turns;
    }

    // --- what becomes of them

    void onOutcome(Sent sent, Outcome outcome, long now) {
        Job job = sent.job;
        int lane = sent.lane;
        switch (outcome) {
            case Outcome.Posted posted -> onPosted(sent, posted, now);
            case Outcome.FloodWait wait -> {
                lanes.onFloodWait(lane, wait.retryAfter(), now);
                counter.refused429++;
                repairs.addFirst(job.avoiding(lane));
            }
            case Outcome.Barred barred -> {
                lanes.onBarred(lane, barred.scope(), barred.why(), now);
                repairs.addFirst(job.avoiding(lane));
            }
            case Outcome.Unreachable unreachable -> {
                lanes.onUnreachable(lane, now);
                repairs.addFirst(job.avoiding(Lanes.ANY));
            }
            case Outcome.Unknown unknown -> {
                lanes.onUnknown(lane, unknown.why(), now);
                counter.ambiguous++;
                if (job.onion != null) repairs.addLast(job.avoiding(lane));
                else if (!job.control) apply(sender.onUnknown(job.packet, lane));
            }
            case Outcome.Refused refused -> {
                lanes.onRefused(lane);
                if (job.forward != null) apply(sender.onNotForwarded(job.packet));
                else park(job, refused.why(), now);
            }
            case Outcome.Doubtful doubtful -> {
                lanes.onRefused(lane);
                if (job.forward != null) apply(sender.onNotForwarded(job.packet));
                else onDoubt(job, lane, doubtful.why(), now);
            }
        }
    }

    private void onDoubt(Job job, int lane, String why, long now) {
        Doubt before = doubts.putIfAbsent(job.packet, new Doubt(lane, why));
        if (before == null && lanes.anotherLives(lane)) {
            repairs.addFirst(job.avoiding(lane));
        } else {
            doubts.remove(job.packet);
            park(job, why, now);
        }
    }

    private void park(Job job, String why, long now) {
        turn.add(new NodeEffect.Tell(new NodeEvent.Unreachable(peer.name(), why)));
        dead = true;
        if (job.control && job.onion == null) return;
        parked.computeIfAbsent(now + PARKED, any -> new ArrayList<>()).add(job.avoiding(Lanes.ANY));
    }

    private void onPosted(Sent sent, Outcome.Posted posted, long now) {
        Job job = sent.job;
        lanes.onPosted(sent.lane, now);
        Doubt doubt = doubts.remove(job.packet);
        if (doubt != null && doubt.lane != sent.lane) lanes.onProvenBad(doubt.lane, doubt.why, now);
        if (job.forward == null) {
            double seconds = (now - sent.at) / 1e9;
            if (job.document) files.onDocument(seconds);
            else files.onText(seconds);
        } else {
            counter.forwards++;
        }
        if (job.onion != null) turn.delete(job.onion);
        if (job.control) return;
        PostId post = posted.post();
        dirty = true;
        apply(sender.onPosted(
                job.packet, new LinkSender.PostId(sent.lane, post.channel(), post.message(), now / MILLI)));
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
        apply(sender.onFrames(outbox, packet, frames, now / MILLI));
        dirty = true;
    }

    private void apply(List<Effect> effects) {
        for (Effect effect : effects) {
            dirty = true;
            switch (effect) {
                case Effect.Repost repost -> {
                    if (repairs.size() < MOST_REPAIR_DEPTH
                            || repairs.stream().noneMatch(job -> job.packet == repost.packet())) {
                        repairs.addLast(new Job(repost.packet(), repost.avoid(), null, null, false, false, null));
                    }
                    counter.reposts++;
                }
                case Effect.Forward forward -> {
                    if (carrier.shared()) {
                        var post = new PostId(
                                forward.post().channel(), forward.post().message());
                        repairs.addLast(new Job(forward.packet(), Lanes.ANY, post, null, false, false, null));
                    } else {
                        apply(sender.onNotForwarded(forward.packet())); // each bot numbers the chat for itself
                    }
                }
                case Effect.Forget forget -> turn.delete(new NodeStore.Key(Kind.PACKET, incarnation, forget.packet()));
                case Effect.Delete delete ->
                    turn.add(new NodeEffect.Delete(peer.name(), delete.lane(), delete.channel(), delete.messages()));
                case Effect.Reached reached ->
                    turn.add(new NodeEffect.Reached(peer.name(), reached.message(), reached.level()));
                case Effect.Lost lost ->
                    turn.add(new NodeEffect.Lost(
                            peer.name(), lost.message(), peer.name() + " has lost what it had stored"));
            }
        }
    }

    /** Writes what has changed. */
    void save() {
        if (!dirty) return;
        dirty = false;
        var saved = new ArrayList<Saved.StreamRow>(streams.size());
        for (Flow stream : streams.values()) saved.add(new Saved.StreamRow(stream.number, stream.name, stream.packed));
        turn.put(
                new NodeStore.Key(Kind.OUTBOX, incarnation),
                new Saved(peer.name(), packets, messages, saved, sender.state()).toBytes());
    }

    /** Whether nothing waits, and nothing is on its way that somebody may ask for again. */
    boolean isIdle() {
        return waiting == 0 && repairs.isEmpty() && parked.isEmpty() && sender.inFlight() == 0;
    }

    long waitingBytes() {
        return waiting;
    }

    int inFlight() {
        return sender.inFlight();
    }

    List<LaneStatistics> lanes(long now) {
        return lanes.statistics(now);
    }

    /** An outbox as it is stored, without its messages and packets. */
    record Saved(String peer, long packets, long messages, List<StreamRow> streams, LinkSender.State sender) {
        private static final int VERSION = 1;

        record StreamRow(long number, String name, int packed) {}

        byte[] toBytes() {
            return Rows.write(VERSION, out -> {
                out.writeUTF(peer);
                out.writeLong(packets);
                out.writeLong(messages);
                out.writeInt(streams.size());
                for (StreamRow stream : streams) {
                    out.writeLong(stream.number);
                    out.writeUTF(stream.name);
                    out.writeInt(stream.packed);
                }
                Rows.writeBytes(out, sender.toBytes());
            });
        }

        static Saved parse(byte[] bytes) {
            return Rows.read("an outbox", VERSION, bytes, in -> {
                String peer = in.readUTF();
                long packets = in.readLong();
                long messages = in.readLong();
                int size = in.readInt();
                List<StreamRow> streams = new ArrayList<>();
                for (int i = 0; i < size; i++) streams.add(new StreamRow(in.readLong(), in.readUTF(), in.readInt()));
                return new Saved(peer, packets, messages, streams, LinkSender.State.parse(Rows.readBytes(in)));
            });
        }
    }
}
