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
import io.botmesh.wire.LinkReceiver.Event;
import io.botmesh.wire.MissingPackets;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Reassembler;
import io.botmesh.wire.Span;
import io.botmesh.wire.StreamReceiver;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that comes from one outbox: puts pieces into order and messages together, and keeps what is whole until it was
 * handled. Part of {@link NodeCore}.
 */
final class PeerInbox {
    final long id;
    final long incarnation;
    final @Nullable NodeKey key;
    /** Who it is to us: a peer's name, or what is known of a stranger. */
    final String name;
    /** The peer whose key signed, or who says so in plain packets; null for a stranger. */
    final @Nullable Peer peer;
    /** Name of the topic that it publishes on; null for what is sealed to us alone. */
    final @Nullable String topic;
    /** Whether we know who that is. */
    final boolean known;

    /** Runs of packets that are missing; those of strangers take most of what the row of one that rests may. */
    private static final int MOST_MISSING = 1_024;

    private static final int MOST_MISSING_OF_STRANGERS = 32;

    private static final Reassembler.Event TOO_LONG = new Reassembler.Event.Broken(Reassembler.Fault.TOO_LONG);

    private final NodeOptions options;
    private final TurnBuilder turn;
    private final NodeCore core;
    private final LinkReceiver link;
    private final MissingPackets missing;
    private final FirstNumbers firsts;
    private final InboxRows rows;
    private final InStreams streams = new InStreams();
    private final Unfinished unfinished = new Unfinished();
    private final Map<Long, Map<Long, Piece>> arrived = new TreeMap<>(); // pieces of the packet in hand
    private byte[] window;
    private int messages; // that wait for a handler, or are with one
    private long messageWeight;
    private boolean dirty;
    private int rowBytes;
    private Instant postedAt = Instant.EPOCH;
    private long now; // of the packet in hand
    private long epoch; // of the key that the packet in hand is sealed to
    private long forgotten; // its pieces whose streams nobody knows any more

    PeerInbox(
            NodeCore core,
            long id,
            long incarnation,
            @Nullable NodeKey key,
            String name,
            @Nullable Peer peer,
            @Nullable String topic,
            boolean known,
            NodeOptions options,
            TurnBuilder turn,
            LinkReceiver.State state,
            MissingPackets missing,
            FirstNumbers firsts,
            byte[] window) {
        this.core = core;
        this.id = id;
        this.incarnation = incarnation;
        this.key = key;
        this.name = name;
        this.peer = peer;
        this.topic = topic;
        this.known = known;
        this.options = options;
        this.turn = turn;
        this.missing = missing;
        this.firsts = firsts;
        this.window = window;
        rows = new InboxRows(id, name, turn);
        LinkReceiver.Options receiving = options.links().receiving();
        if (!isHeardBy(peer, topic)) receiving = receiving.withoutCredit();
        if (!known) receiving = receiving.withRoom(Strangers.room(options.strangers()));
        link = new LinkReceiver(incarnation, state, receiving);
    }

    /** Whether the peer hears us on this way: then it can be asked for what is missing, and told how much it may send. */
    private static boolean isHeardBy(@Nullable Peer peer, @Nullable String topic) {
        return topic == null && peer != null && peer.reachable() && peer.answers();
    }

    boolean canAsk() {
        return isHeardBy(peer, topic);
    }

    /** An account of an outbox's packets that begins with this number. */
    static MissingPackets missing(long next, boolean known) {
        return MissingPackets.from(next, most(known));
    }

    /** As it was stored; of a row of before nobody knows what is missing below the highest number that the replay window has seen. */
    private static MissingPackets missing(InboxRow saved, boolean known) {
        if (saved.missing().length > 0) return MissingPackets.parse(saved.missing(), most(known));
        return MissingPackets.beyond(saved.window().length == 0 ? 0 : SealedOpener.next(saved.window()), most(known));
    }

    private static int most(boolean known) {
        return known ? MOST_MISSING : MOST_MISSING_OF_STRANGERS;
    }

    /** @param bytes of its row */
    static PeerInbox restored(
            NodeCore core,
            long id,
            InboxRow saved,
            int bytes,
            @Nullable Peer peer,
            boolean known,
            NodeOptions options,
            TurnBuilder turn) {
        NodeKey key = saved.key().length == 0 ? null : NodeKey.of(saved.key());
        var inbox = new PeerInbox(
                core,
                id,
                saved.incarnation(),
                key,
                peer == null ? saved.name() : peer.name(),
                peer,
                saved.topic().isEmpty() ? null : saved.topic(),
                known,
                options,
                turn,
                LinkReceiver.State.parse(saved.link()),
                missing(saved, known),
                new FirstNumbers(saved.firsts()),
                saved.window());
        inbox.rowBytes = bytes;
        for (InboxRow.StreamRow one : saved.streams()) {
            inbox.streams.put(new InStream(
                    one.number(),
                    one.name().isEmpty() ? inbox.link.name(one.number()) : one.name(),
                    one.first(),
                    new Gaps(one.gaps()),
                    one.posted(),
                    new Reassembler(options.outbox().messageBytes(), one.assembly())));
            if (one.assembly().length() == 0) continue;
            long pieces = inbox.link.next(one.number()) - one.first();
            inbox.unfinished.add(one.number(), one.assembly().received() + pieces * Limits.PIECE_WEIGHT);
        }
        return inbox;
    }

    /** Takes back a message that is whole; in the order of sequence numbers. */
    void restore(NodeStore.Key key, byte[] value) {
        var row = MessageRow.parse(value);
        InStream in = in(key.b());
        // One that was put aside, or whose handler is busy, comes back on a stream that has ended since.
        if (in.name.isEmpty()) streams.name(in, row.stream());
        else in.nameless |= row.stream().isEmpty(); // as those have whose sender is answered
        queue(in, new Ready(this, in, row.first(), key.c(), row.whole(), row.posted(), true, row.epoch()));
    }

    /** After everything is restored: what is in order, not waiting and not being put together was done. */
    void resume() {
        for (LinkReceiver.StreamState state : link.state().streams()) {
            InStream in = in(state.stream());
            long at = state.done();
            long end = in.assembler.state().length() > 0 ? in.first : state.next();
            for (Ready ready : in.ready) {
                if (ready.first > at) apply(link.onDone(state.stream(), at, ready.first));
                at = Math.max(at, ready.last + 1);
            }
            if (end > at) apply(link.onDone(state.stream(), at, end));
        }
        keepWithin(link.fit());
        for (InStream in : List.copyOf(streams.going())) if (!link.isOpen(in.number)) onOver(in);
        goOn();
    }

    private void keepWithin(List<Event> events) {
        dirty |= !events.isEmpty();
        apply(events);
    }

    /**
     * The memory with which a member of a topic begins that has heard nothing of a publisher yet.
     *
     * @param ever whether all that was ever published is for it; else all that was sealed to the key of the first packet that it can read is,
     *             and where that does not say what that is, what was posted before it is not
     */
    static LinkReceiver.State joining(long session, List<Frame> frames, boolean ever) {
        long first = first(frames).orElseGet(() -> posted(frames, 0));
        long keyed = keyed(frames);
        long next = ever ? 0 : Math.min(first, keyed > 0 ? keyed - 1 : posted(frames, first));
        var stream = new LinkReceiver.StreamState(0, "", next, 0, List.of(), next, List.of(), -1);
        return LinkReceiver.State.of(session, List.of(stream));
    }

    private static OptionalLong first(List<Frame> frames) {
        return frames.stream()
                .filter(frame -> frame instanceof Data data && data.stream() == 0)
                .mapToLong(frame -> ((Data) frame).sequence())
                .min();
    }

    /** One more than the first piece that was sealed to the key of a publisher's packet; 0 if it does not say. */
    private static long keyed(List<Frame> frames) {
        return frames.stream()
                .filter(frame -> frame instanceof Control.Reset reset && reset.stream() == 0)
                .mapToLong(frame -> ((Control.Reset) frame).weight())
                .max()
                .orElse(0);
    }

    /** Up to where a publisher says to have posted all; {@code otherwise} if it says nothing. */
    private static long posted(List<Frame> frames, long otherwise) {
        return frames.stream()
                .filter(frame -> frame instanceof Control.Reset reset && reset.stream() == 0)
                .mapToLong(frame -> ((Control.Reset) frame).sequence())
                .max()
                .orElse(otherwise);
    }

    /** Bytes that wait: for a gap to close, for the rest of a message, for a handler. */
    long waitingBytes() {
        return messageWeight + messages * Ready.COST + unfinishedBytes();
    }

    /** What it takes of memory, with its streams, be anything waiting or not. */
    long heldBytes() {
        return waitingBytes() + link.streamCost() + streams.overCost() + missing.cost();
    }

    /** Bytes of those that wait for a gap to close, or for the rest of a message. */
    long unfinishedBytes() {
        long waiting = link.heldWeight() + link.runCost();
        for (InStream in : streams.going()) waiting += in.assembler.state().received();
        return waiting;
    }

    /** Whether messages wait for a handler, or are with one. */
    boolean hasReady() {
        return messages > 0;
    }

    /** Lets go of what is not whole, and of what waits behind a gap; what of it comes later is not whole either. */
    void giveUpUnfinished() {
        for (InStream in : List.copyOf(streams.going())) giveUpUnfinished(in);
        goOn();
    }

    private void giveUpUnfinished(InStream in) {
        boolean begun = in.assembler.state().length() > 0;
        long from = begun ? in.first : link.next(in.number);
        List<Event> events = link.abandon(in.number);
        long until = link.next(in.number);
        for (Event event : events) if (event instanceof Event.Ended ended) until = ended.sequence();
        apply(events);
        if (begun) {
            giveUp(in, in.first, until);
            in.assembler = new Reassembler(options.outbox().messageBytes());
            unfinished.end(in.number);
        }
        if (until > from) missed(until - from);
    }

    /** Lets go of packets that may still come, for who has no place any more to wait for them. */
    void giveUpPackets() {
        missedPackets(missing.giveUp(Long.MAX_VALUE));
    }

    private void missedPackets(long packets) {
        if (packets == 0) return;
        dirty = true;
        core.counter().missedPackets += packets;
        core.untold().missedPackets(id, name, packets);
    }

    private void missed(long pieces) {
        if (pieces == 0) return;
        dirty = true;
        core.counter().missed += pieces;
        core.untold().missed(id, name, pieces);
    }

    /** Weight of the pieces in order of messages that are not whole. */
    long begunWeight() {
        return unfinished.weight();
    }

    /** What these frames would add to that at most. */
    long begins(List<Frame> frames) {
        long weight = 0;
        for (Frame frame : frames) if (frame instanceof Data data) weight += begins(data);
        return weight;
    }

    private long begins(Data data) {
        long weight = 0;
        for (int i = 0; i < data.pieces().size(); i++) {
            Piece piece = data.pieces().get(i);
            if (piece.position() == Piece.Position.WHOLE || link.knows(data.stream(), data.sequence() + i)) continue;
            weight += (long) piece.body().length + Limits.PIECE_WEIGHT;
        }
        return weight;
    }

    /**
     * Keeps messages that are begun within their bound. A peer that hears us sends again what is not taken; what began first always goes on, so
     * that each comes to its end. Of others' who was silent for longest gives way.
     */
    private List<Frame> bounded(List<Frame> frames) {
        if (!known) return frames; // strangers have a bound of their own
        long most = options.links().receiving().peerWeight();
        if (unfinished.weight() + begins(frames) <= most) return frames;
        return canAsk() ? taken(frames, most) : madeRoom(frames, most);
    }

    private List<Frame> taken(List<Frame> frames, long most) {
        var taken = new ArrayList<Frame>(frames.size());
        Long favoured = unfinished.oldest();
        long weight = unfinished.weight();
        for (Frame frame : frames) {
            long begins = frame instanceof Data data ? begins(data) : 0;
            if (begins > 0 && frame instanceof Data data) {
                if (favoured == null) favoured = data.stream();
                if (weight + begins > most && data.stream() != favoured) continue;
            }
            weight += begins;
            taken.add(frame);
        }
        return taken;
    }

    private List<Frame> madeRoom(List<Frame> frames, long most) {
        var going = new HashSet<Long>();
        for (Frame frame : frames) if (frame instanceof Data data) going.add(data.stream());
        while (unfinished.weight() + begins(frames) > most) {
            Long silent = unfinished.silent(going);
            Long oldest = unfinished.oldest();
            if (silent == null && oldest != null)
                silent = unfinished.silent(Set.of(oldest)); // a packet may go on with all of them
            if (silent == null) break;
            giveUpUnfinished(in(silent));
        }
        return frames;
    }

    /** Whether nothing waits or is waited for, so that its row is all there is of it. */
    boolean isComplete() {
        if (messages > 0 || !link.gapped().isEmpty() || !missing.isEmpty()) return false;
        return streams.going().stream().allMatch(in -> in.assembler.state().length() == 0);
    }

    LinkReceiver link() {
        return link;
    }

    byte[] window() {
        return window;
    }

    /**
     * Takes an opened packet.
     *
     * @param channel where it was posted
     * @param message its id there
     * @param epoch   of the topic's key
     */
    void onPacket(
            Opened packet, Opener opener, long channel, long message, int size, Instant posted, long epoch, long now) {
        postedAt = posted;
        this.epoch = epoch;
        this.now = now;
        List<Frame> frames = packet.content().frames();
        if (topic != null && !packet.late()) in(0).posted = Math.max(in(0).posted, posted(frames, 0));
        // Who publishes is not answered. Of a late packet, which may be a copy, counts what is true for ever: pieces,
        // and the names of their streams.
        if (topic != null || packet.late())
            frames = frames.stream()
                    .filter(frame -> frame instanceof Data || (topic == null && frame instanceof Control.Open))
                    .toList();
        for (Frame frame : frames) {
            if (!(frame instanceof Data data)) continue;
            Map<Long, Piece> into = pieces(data.stream());
            for (int i = 0; i < data.pieces().size(); i++)
                into.put(data.sequence() + i, data.pieces().get(i));
        }
        mark(packet, channel, frames);
        List<Frame> bounded = bounded(frames);
        forgotten = 0;
        List<Event> events = link.onPacket(channel, message, size, bounded, now / 1_000_000);
        boolean taken = apply(events) && bounded.size() == frames.size();
        if (bounded.size() < frames.size()) core.refuse("LIMIT_BEGUN");
        arrived.clear();
        watchGaps(now);
        dirty = true;
        if (!taken) return; // it is to come again, and must not be taken for a copy then
        long number = packet.header().packetNumber();
        // Who forgot the stream cannot tell a copy by its pieces.
        if (topic == null ? missing.awaits(number) : !packet.late()) missed(forgotten);
        account(number);
        window = opener.stateAfter(packet);
        opener.accept(packet);
    }

    /** A topic has one stream, whose publisher says up to where all is posted: its gaps tell of all that is missing. */
    private void account(long number) {
        if (topic != null) return;
        if (canAsk()) missing.onRepeatable(number);
        else missedPackets(missing.onPacket(number, now / 1_000_000));
    }

    /** Whether its reader has to find out by itself what it never got. */
    private boolean isUnasked() {
        return known && !canAsk();
    }

    private void mark(Opened packet, long channel, List<Frame> frames) {
        if (!isUnasked()) return;
        long number =
                topic == null ? packet.header().packetNumber() : first(frames).orElse(in(0).posted);
        firsts.mark(channel, number, now);
    }

    /**
     * Channels in which posts of this outbox may stand before all that were heard there. A publisher's packets need not all be for this reader, so
     * that of those it is the pieces that tell.
     */
    List<Long> lackedIn() {
        if (!isUnasked()) return List.of();
        long gap = topic != null && link.isGapped(0) ? link.next(0) : Long.MAX_VALUE;
        return firsts.above(topic == null ? missing.lowest() : gap);
    }

    private Map<Long, Piece> pieces(long stream) {
        return arrived.computeIfAbsent(stream, any -> new TreeMap<>());
    }

    /** Carries out what the link says; false if it took something not. */
    private boolean apply(List<Event> events) {
        boolean taken = true;
        for (Event event : events) {
            switch (event) {
                case Event.Opened opened -> {
                    streams.name(in(opened.stream()), opened.name());
                }
                case Event.Pieces pieces -> {
                    long stream = pieces.stream();
                    switch (pieces.what()) {
                        case StreamReceiver.Event.Store store -> {
                            for (long n = store.from(); n < store.until(); n++)
                                rows.put(
                                        stream, n, requireNonNull(pieces(stream).get(n)), epoch);
                        }
                        case StreamReceiver.Event.Duplicate duplicate ->
                            core.counter().duplicatePieces += duplicate.until() - duplicate.from();
                        case StreamReceiver.Event.Outside outside -> taken = false;
                        case StreamReceiver.Event.Deliver deliver -> {
                            InStream in = in(stream);
                            for (long n = deliver.from(); n < deliver.until(); n++) feed(in, n);
                        }
                    }
                }
                case Event.AboveCredit above -> {
                    taken = false;
                    core.refuse("CREDIT");
                }
                case Event.TooMany more -> {
                    taken = false;
                    core.refuse("LIMIT_STREAMS");
                }
                case Event.TooManyGaps more -> {
                    taken = false;
                    core.refuse("LIMIT_GAPS");
                }
                case Event.Skipped skipped -> onSkipped(in(skipped.stream()), skipped);
                case Event.GaveWay gone -> missed(gone.pieces());
                case Event.Forgotten lost -> forgotten += lost.until() - lost.from();
                case Event.Rested rested -> onRested(rested.stream(), rested.sequence());
                case Event.Ended ended -> onEnded(ended.stream(), ended.sequence());
            }
        }
        return taken;
    }

    /** Nothing more comes unless the stream is in use, and then it goes on there: a message that it has begun does not become whole. */
    private void onRested(long stream, long next) {
        InStream in = streams.get(stream);
        if (in == null) return;
        if (in.assembler.state().length() > 0) {
            rows.delete(stream, in.first, next);
            missed(next - in.first);
        }
        in.assembler = new Reassembler(options.outbox().messageBytes());
        unfinished.end(stream);
        onOver(in);
    }

    /** Nothing more comes. What waits for handlers stays, and needs nothing more of the link where nobody is told what is done. */
    private void onEnded(long stream, long end) {
        InStream in = streams.get(stream);
        if (in == null) return;
        if (in.assembler.state().length() > 0) { // it began a message and did not end it
            rows.delete(stream, in.first, end);
            in.assembler = new Reassembler(options.outbox().messageBytes());
            unfinished.end(stream);
            core.counter().broken++;
        }
        onOver(in);
    }

    private void onOver(InStream in) {
        if (in.ready.isEmpty()) streams.remove(in);
        else if (!in.nameless) streams.onOver(in);
    }

    private void onSkipped(InStream in, Event.Skipped skipped) {
        if (in.assembler.state().length() > 0) giveUp(in, in.first, skipped.from());
        for (Span run : skipped.stored()) rows.delete(in.number, run.from(), run.until());
        in.assembler = new Reassembler(options.outbox().messageBytes());
        unfinished.end(in.number);
    }

    /** The next piece in order; its row goes, unless the message that it belongs to is not whole yet. */
    private void feed(InStream in, long n) {
        Piece here = pieces(in.number).get(n);
        InboxRows.Stored stored = here == null ? rows.stored(in.number, n) : new InboxRows.Stored(here, epoch);
        Piece piece = stored.piece();
        // Of two that overtook each other at a change of keys, each has its own.
        long sealed = stored.epoch();
        long weight = (long) piece.body().length + Limits.PIECE_WEIGHT;
        for (Reassembler.Event event : fed(in, piece, n)) {
            switch (event) {
                case Reassembler.Event.Message message -> {
                    rows.delete(in.number, n, n + 1);
                    whole(in, n, n, message.piece(), sealed);
                }
                case Reassembler.Event.Begin begin -> {
                    in.first = n;
                    unfinished.add(in.number, weight);
                }
                case Reassembler.Event.More more -> unfinished.add(in.number, weight);
                case Reassembler.Event.End end -> {
                    unfinished.end(in.number);
                    Piece message = gather(in, n);
                    rows.delete(in.number, in.first, n + 1);
                    whole(in, in.first, n, message, sealed);
                }
                case Reassembler.Event.Broken broken -> {
                    unfinished.end(in.number);
                    core.counter().broken++;
                }
            }
        }
    }

    /** What the assembler makes of a piece; pieces of a message that is given up are done. */
    private List<Reassembler.Event> fed(InStream in, Piece piece, long n) {
        boolean assembling = in.assembler.state().length() > 0;
        List<Reassembler.Event> events = in.assembler.onPiece(piece);
        boolean broken = events.stream().anyMatch(Reassembler.Event.Broken.class::isInstance);
        if (broken && assembling) giveUp(in, in.first, n);
        boolean used = events.stream().anyMatch(event -> !(event instanceof Reassembler.Event.Broken));
        if (events.contains(TOO_LONG)) refuse(in, piece, n);
        else if (!used) giveUp(in, n, n + 1);
        return events;
    }

    /** A message begins that is longer than what is taken. */
    private void refuse(InStream in, Piece piece, long n) {
        rows.delete(in.number, n, n + 1);
        core.untold().tell(new NodeEvent.TooLong(name, piece.subject(), piece.length()));
        Runnable heard = () -> {
            dirty = true;
            giveUp(in, n, n + 1);
        };
        if (isToldOf(in)) core.notTaken().refuse(NotTaken.Why.TOO_LONG, name, incarnation, in.number, n, now, heard);
        else heard.run();
    }

    /** Whether the peer hears what is not taken. What nodes tell each other is; a refusal of a refusal would have no end. */
    private boolean isToldOf(InStream in) {
        return canAsk() && known && !Names.isOwn(in.name);
    }

    private void giveUp(InStream in, long from, long until) {
        rows.delete(in.number, from, until);
        if (until > from) apply(link.onDone(in.number, from, until));
    }

    private Piece gather(InStream in, long last) {
        var body = new ByteArrayOutputStream();
        Piece begin = rows.piece(in.number, in.first);
        body.writeBytes(begin.body());
        for (long n = in.first + 1; n <= last; n++)
            body.writeBytes(rows.piece(in.number, n).body());
        return Piece.whole(begin.subject(), begin.headers(), body.toByteArray());
    }

    private void whole(InStream in, long first, long last, Piece message, long sealed) {
        var ready = new Ready(this, in, first, last, message, postedAt, false, sealed);
        rows.put(ready, message, canAsk() ? "" : in.name);
        queue(in, ready);
        core.counter().received++;
        // It has a row that says all. Who is told of handlers wants to know more.
        if (!canAsk()) apply(link.onDone(in.number, first, last + 1));
    }

    private void queue(InStream in, Ready ready) {
        in.ready.add(ready);
        messages++;
        messageWeight += ready.weight;
        in.backlog += ready.weight;
        link.onBacklog(in.number, in.backlog);
        if (in.before == null) core.deliveries().onReady(ready); // else goOn() finds it
    }

    private boolean isUnfinished(InStream in) {
        InStream before = in.before;
        return !in.ready.isEmpty()
                || in.assembler.state().length() > 0
                || link.isGapped(in.number)
                || (before != null && isUnfinished(before));
    }

    private void release(InStream in) {
        streams.release(in);
        in.ready.forEach(core.deliveries()::onReady);
    }

    /**
     * Hands on what waited for an earlier stream of its name; not before all that a packet brings is in its place. A stream that has nothing yet
     * goes on waiting, as more may become known of the earlier one.
     */
    private void goOn() {
        for (String name : streams.shared())
            for (InStream in : streams.of(name))
                if (!in.ready.isEmpty() && in.before != null && !isUnfinished(in.before)) release(in);
    }

    /** The same, of those that waited for this stream. */
    private void goOn(InStream finished) {
        for (InStream in : streams.after(finished)) {
            if (in.before == null || isUnfinished(in.before)) return;
            if (!in.ready.isEmpty()) release(in);
        }
    }

    /** A message needs no handler any more: it was handled, or put aside. */
    void onDone(Ready ready) {
        leave(ready);
        ended(ready);
    }

    /** No handler wants a message. It is done when its sender knows that, if it hears of it at all; what follows on its stream does not wait. */
    void onUnhandled(Ready ready, long now) {
        leave(ready);
        if (isToldOf(ready.stream))
            core.notTaken()
                    .refuse(
                            NotTaken.Why.UNHANDLED,
                            name,
                            incarnation,
                            ready.stream.number,
                            ready.first,
                            now,
                            () -> ended(ready));
        else ended(ready);
    }

    private void leave(Ready ready) {
        InStream in = ready.stream;
        in.ready.remove(ready);
        messages--;
        messageWeight -= ready.weight;
        in.backlog -= ready.weight;
        link.onBacklog(in.number, in.backlog);
        rows.delete(ready);
        dirty = true;
    }

    private void ended(Ready ready) {
        InStream in = ready.stream;
        dirty = true;
        apply(link.onDone(in.number, ready.first, ready.last + 1));
        if (!in.ready.isEmpty()) return;
        if (!link.isOpen(in.number)) streams.remove(in);
        goOn(in);
    }

    /** A copy of a message's row, to keep it where nobody hands it out again. */
    Optional<byte[]> row(Ready ready) {
        return rows.row(ready);
    }

    /** The body of a message that was let out of memory. */
    byte[] body(Ready ready) {
        byte[] body = ready.body;
        return body != null ? body : rows.body(ready);
    }

    // --- one-way streams: nobody can be asked for what is missing

    private void watchGaps(long now) {
        goOn();
        link.gapped().forEach(this::in); // one that begins with a gap too
        for (InStream in : streams.going()) watchGaps(in, now);
    }

    private void watchGaps(InStream in, long now) {
        in.gaps.watch(behindGaps(in), in.posted, now / 1_000_000);
    }

    /** Where the name is another stream's already, the rest of a message that was begun is missed though its end is not known. */
    private List<Long> behindGaps(InStream in) {
        if (link.isGapped(in.number)) return link.behindGaps(in.number);
        boolean over = in.assembler.state().length() > 0 && !streams.after(in).isEmpty();
        return over ? List.of(link.next(in.number) + 1) : List.of();
    }

    /** Goes on behind gaps that have been there for too long, if the sender cannot be asked; packets are given up by themselves. */
    void onTime(long now) {
        if (core.mayCome(this)) return;
        missedPackets(
                missing.giveUp(now / 1_000_000 - options.links().patience().toMillis()));
        if (canAsk()) return;
        for (InStream in : List.copyOf(streams.going())) {
            while (now / 1_000_000 >= givenUpAt(in)) skipGap(in, now);
        }
        watchGaps(now);
    }

    private void skipGap(InStream in, long now) {
        if (!link.isGapped(in.number)) {
            giveUpUnfinished(in);
            watchGaps(in, now);
            return;
        }
        List<Event> events = link.skipGap(in.number);
        apply(events);
        long missed = 0;
        for (Event event : events) {
            if (event instanceof Event.Skipped skipped) missed += skipped.until() - skipped.from();
        }
        missed(missed);
        watchGaps(in, now); // which may have ended now
    }

    /** When what is missing in the first gap will not come any more, as far as anybody can know; in milliseconds. */
    private long givenUpAt(InStream in) {
        long at = in.gaps.endsAt(options.links().patience().toMillis());
        return core.isFetching() ? at : Math.min(at, in.gaps.lostAt());
    }

    /** When {@link #onTime} is wanted, in nanoseconds. */
    long wakeAt() {
        if (core.mayCome(this)) return Long.MAX_VALUE;
        long at = missing.isEmpty()
                ? Long.MAX_VALUE
                : (missing.since() + options.links().patience().toMillis()) * 1_000_000;
        if (canAsk()) return at;
        for (InStream in : streams.going()) {
            long givenUp = givenUpAt(in);
            if (givenUp < Long.MAX_VALUE) at = Math.min(at, givenUp * 1_000_000);
        }
        return at;
    }

    private InStream in(long stream) {
        InStream known = streams.get(stream);
        if (known != null) {
            if (link.isOpen(stream)) streams.onGoingOn(known);
            return known;
        }
        var assembler = new Reassembler(options.outbox().messageBytes());
        return streams.put(new InStream(stream, "", 0, new Gaps(new TreeMap<>()), 0, assembler));
    }

    /** Writes what has changed. */
    void save() {
        if (!dirty) return;
        dirty = false;
        var saved = new ArrayList<InboxRow.StreamRow>(streams.going().size());
        for (InStream in : streams.going()) { // messages of the others have rows that say all
            saved.add(new InboxRow.StreamRow(
                    in.number,
                    in.name.equals(link.name(in.number)) ? "" : in.name, // it stands in the link's state
                    in.first,
                    in.gaps.since(),
                    in.posted,
                    in.assembler.state()));
        }
        byte[] keyBytes = key == null ? new byte[0] : key.toBytes();
        String about = topic == null ? "" : topic;
        byte[] state = link.state().toBytes();
        byte[] row = new InboxRow(
                        keyBytes,
                        name,
                        about,
                        incarnation,
                        window,
                        state,
                        missing.toBytes(),
                        isUnasked() ? firsts.byChannel() : Collections.emptySortedMap(),
                        saved)
                .toBytes();
        rowBytes = row.length;
        turn.put(new NodeStore.Key(Kind.INBOX, id), row);
    }

    /** What its row takes in the store. */
    int rowBytes() {
        return rowBytes;
    }
}
