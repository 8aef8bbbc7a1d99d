package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamCredit;
import io.botmesh.wire.StreamReceiver.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Receiving half of a link: all streams of one outbox of the peer. Takes packets apart into what is new and what is in
 * order, and says what the peer should hear about it. Holds numbers only: no bytes, clock, socket or thread; not for
 * several threads at once.
 *
 * <p>Whoever runs it stores {@link #state()} together with what {@link #onPacket} said, in one transaction, before
 * anybody acts on it and before the next {@link #frames}: an ack must not speak of what a crash would undo. If storing
 * fails, the instance is to be thrown away and made again of the stored state.
 *
 * <p>Times are milliseconds of a clock that does not go back.
 */
public final class LinkReceiver {
    /** Most bytes that {@link #frames} take in a packet. */
    public static final int MAX_BYTES = 3_600;

    /** What a stream takes of the memory of whoever keeps it, beside its name. */
    public static final int STREAM_COST = 1_024;

    /** What a run of early pieces takes, beside their weight. */
    public static final int RUN_COST = 256;

    private static final int SPAN_COST = 96;

    private static final int CREDIT_STREAMS = 32;
    private static final int CHANNELS = 16;

    /** This part of a window more than was granted is taken. */
    private static final int TOLERATED = 8;

    /**
     * What a stream's news mean. Pieces are told of as {@link StreamReceiver} does.
     */
    public sealed interface Event {
        /** The stream meant. */
        long stream();

        /** News of pieces: store, drop, or hand on. */
        record Pieces(long stream, StreamReceiver.Event what) implements Event {}

        /** What the stream is for; comes before its pieces. */
        record Opened(long stream, String name) implements Event {}

        /**
         * These pieces will not come: give up a message begun before them, drop those of them that are stored.
         *
         * @param until  as the peer said: it may be far ahead, so do not count up to it
         * @param stored runs of them that were early
         */
        record Skipped(long stream, long from, long until, List<Span> stored) implements Event {
            public Skipped {
                stored = List.copyOf(stored);
            }
        }

        /** Pieces above the credit: dropped and not acked, so a peer that means well sends them again when there is room. */
        record AboveCredit(long stream, long from, long until) implements Event {}

        /** Pieces of one stream too many: dropped and not acked. */
        record TooMany(long stream, long from, long until) implements Event {}

        /** Pieces behind one gap too many: dropped and not acked, so they come again, and are taken as soon as gaps have closed. */
        record TooManyGaps(long stream, long from, long until) implements Event {}

        /** Pieces that are known to be missing and are not waited for any more, for others want the stream's place. */
        record GaveWay(long stream, long pieces) implements Event {}

        /**
         * Nothing of the stream is waited for any more, for others want its place, but its end is not known: it goes on at this piece if that comes. A
         * message that has begun below is given up.
         */
        record Rested(long stream, long sequence) implements Event {}

        /** Pieces of a stream that gave way so long ago that nobody knows any more how far it had come: dropped. */
        record Forgotten(long stream, long from, long until) implements Event {}

        /** Everything that the stream will ever bring is done; or in order, where nobody is told what is done. */
        record Ended(long stream, long sequence) implements Event {}
    }

    /**
     * How much is accepted, and when acks go alone.
     *
     * @param streamWeight early pieces of a stream, at least {@link Limits#FIRST_STREAM_CREDIT}
     * @param peerWeight   early pieces of all streams, at least {@link Limits#FIRST_PEER_CREDIT}
     * @param streams      most streams at a time, at least 1; sixteen times as many of a peer that is told nothing, of which those that were silent
     *                     for longest give way then, and as many that gave way and may go on. 64 times as many runs of early pieces: beyond that
     *                     no further ones are taken, or gaps are passed over as if they had been waited for where nobody repeats anything
     * @param packets      packets of data after which an ack goes alone, at least 1; not more often than that in the long run
     * @param bytes        bytes of packets after which it goes sooner, if it went seldom before
     * @param idleMillis   how long after the last packet new credit goes alone, if the peer may be short of it
     * @param credited     whether the peer can be told its credit; only then it is held to it
     * @param room         bytes that the streams of a peer that is told nothing may take, each {@link #STREAM_COST} and its name, and a quarter of
     *                     that for runs of early pieces, each {@link #RUN_COST}; at least what a stream with the longest name takes, {@link Long#MAX_VALUE}
     *                     for any number. Beyond that streams give way as if they were too many, and gaps as if they had been waited for
     */
    public record Options(
            long streamWeight,
            long peerWeight,
            int streams,
            int packets,
            long bytes,
            long idleMillis,
            boolean credited,
            long room) {
        /** For a peer that hears us. */
        public Options(long streamWeight, long peerWeight, int streams, int packets, long bytes, long idleMillis) {
            this(streamWeight, peerWeight, streams, packets, bytes, idleMillis, true, Long.MAX_VALUE);
        }

        public Options {
            if (streamWeight < Limits.FIRST_STREAM_CREDIT) {
                throw new IllegalArgumentException("streamWeight: " + streamWeight);
            }
            if (peerWeight < Limits.FIRST_PEER_CREDIT) throw new IllegalArgumentException("peerWeight: " + peerWeight);
            if (streams < 1) throw new IllegalArgumentException("streams: " + streams);
            if (packets < 1) throw new IllegalArgumentException("packets: " + packets);
            if (bytes < 1) throw new IllegalArgumentException("bytes: " + bytes);
            if (idleMillis < 0) throw new IllegalArgumentException("idleMillis: " + idleMillis);
            if (room < STREAM_COST + Limits.MAX_SUBJECT_BYTES) throw new IllegalArgumentException("room: " + room);
        }

        /** 256 KiB a stream, 4 MiB in all, 256 streams; acks alone after 16 packets or 64 KiB; idle is 2 s. */
        public static Options defaults() {
            return new Options(
                    Limits.FIRST_STREAM_CREDIT, Limits.FIRST_PEER_CREDIT, Limits.STREAMS, 16, 64 << 10, 2_000);
        }

        /** A copy with other bounds for what is early; documents of 19 MiB want several times that. */
        public Options withWeights(long streamWeight, long peerWeight) {
            return new Options(streamWeight, peerWeight, streams, packets, bytes, idleMillis, credited, room);
        }

        /** A copy for a peer that hears nothing from us, and takes what is in order from it whatever its weight. */
        public Options withoutCredit() {
            return new Options(streamWeight, peerWeight, streams, packets, bytes, idleMillis, false, room);
        }

        /** A copy for one that nobody knows either, with so much room for its streams; less than the least is the least. */
        public Options withRoom(long room) {
            long least = STREAM_COST + Limits.MAX_SUBJECT_BYTES;
            return new Options(
                    streamWeight, peerWeight, streams, packets, bytes, idleMillis, credited, Math.max(room, least));
        }

        /** A copy with another bound of streams. */
        public Options withStreams(int streams) {
            return new Options(streamWeight, peerWeight, streams, packets, bytes, idleMillis, credited, room);
        }
    }

    /**
     * All that must survive a restart.
     *
     * @param session   random, the same as long as this memory lives
     * @param weight    of all pieces that were ever in order, over all streams
     * @param streams   those that have not ended; of a peer that is told nothing those first that were used least lately
     * @param resting   those that gave way before their end was known, the first one first
     * @param ended     numbers of those that have ended
     * @param forgotten of those below it, some had not ended, and nobody knows how far they had come
     * @param seen      last message id of the peer's posts, per channel
     */
    public record State(
            long session,
            long weight,
            List<StreamState> streams,
            List<Rest> resting,
            List<Span> ended,
            long forgotten,
            List<Seen> seen) {
        public State {
            streams = List.copyOf(streams);
            resting = List.copyOf(resting);
            ended = List.copyOf(ended);
            seen = List.copyOf(seen);
        }

        /** The memory of a reader that knows nothing yet. */
        public static State fresh(long session) {
            return of(session, List.of());
        }

        /** The memory of one that knows these streams and nothing else. */
        public static State of(long session, List<StreamState> streams) {
            return new State(session, 0, streams, List.of(), List.of(), 0, List.of());
        }

        /** The same, where all streams that were ever heard of are forgotten: what comes on them is told as such. */
        public State withoutStreams() {
            long until = ended.isEmpty() ? 0 : ended.getLast().until();
            for (StreamState one : streams) until = Math.max(until, one.stream + 1);
            for (Rest one : resting) until = Math.max(until, one.stream + 1);
            List<Span> all = until == 0 ? List.of() : List.of(new Span(0, until));
            return new State(session, weight, List.of(), List.of(), all, until, seen);
        }

        /** The state for a store; {@link #parse} reads it. */
        public byte[] toBytes() {
            return LinkState.toBytes(this);
        }

        /**
         * The state that {@link #toBytes} wrote.
         *
         * @throws WireException when nobody wrote it so
         */
        public static State parse(byte[] bytes) {
            return LinkState.parse(bytes);
        }
    }

    /**
     * A stream that gave way.
     *
     * @param next   every piece below was handed on or skipped
     * @param weight of all pieces below
     */
    public record Rest(long stream, long next, long weight) {}

    /**
     * How far a stream has come.
     *
     * @param name   empty if it was not opened
     * @param next   every piece below was handed on or skipped
     * @param weight of all pieces below
     * @param early  stored pieces above, in runs; one that was stored earlier may be in parts
     * @param done   every piece below is done
     * @param beyond done pieces above
     * @param end    number after the last piece, or -1 while unknown
     */
    public record StreamState(
            long stream,
            String name,
            long next,
            long weight,
            List<Held> early,
            long done,
            List<Span> beyond,
            long end) {
        public StreamState {
            early = List.copyOf(early);
            beyond = List.copyOf(beyond);
            if (done > next) throw new IllegalArgumentException("done " + done + " of " + next);
        }
    }

    private final long incarnation;
    private final long session;
    private final Options options;
    private final StreamReceiver.Window window;
    private final ReceiverAcks acks;
    private final OpenStreams streams;
    private final FormerStreams former;
    private final LinkedHashMap<Long, Long> seen = new LinkedHashMap<>();
    private long weight;
    private long granted = Limits.FIRST_PEER_CREDIT;
    private long promised = Limits.FIRST_PEER_CREDIT;
    private long backlog;
    private boolean fresh; // nothing was ever known
    private boolean asked; // by the packet in hand, how things stand
    /** Names of streams that gave way although the packet in hand speaks of them: their data may follow. */
    private final Map<Long, String> gaveWayInHand = new HashMap<>();

    private long credited = Long.MIN_VALUE;

    /** What is known of this outbox, as it was stored; {@link State#fresh} if it was never heard. */
    public LinkReceiver(long incarnation, State state, Options options) {
        this.incarnation = incarnation;
        this.options = options;
        session = state.session;
        weight = state.weight;
        streams = new OpenStreams(options);
        window = new StreamReceiver.Window(
                Math.max(1, options.streamWeight / Limits.PIECE_WEIGHT), options.streamWeight);
        for (Seen one : state.seen) seen.put(one.channel(), one.message());
        for (StreamState stored : state.streams) {
            var in = new ReceiverStream(
                    stored.stream, new StreamReceiver(window, stored.next, stored.early), stored.beyond);
            streams.name(in, stored.name);
            in.weight = stored.weight;
            in.done = stored.done;
            in.end = stored.end;
            in.promised = capped(stored.weight + options.streamWeight); // no grant was ever above it
            streams.restore(in);
        }
        former = new FormerStreams(state, streams.all().navigableKeySet());
        if (options.credited && former.isFull()) former.joinAll();
        acks = new ReceiverAcks(incarnation, session, options, !streams.isEmpty());
        promised = capped(weight + options.peerWeight);
        fresh = streams.isEmpty() && former.isEmpty();
    }

    /** Whose packets these are. */
    public long incarnation() {
        return incarnation;
    }

    /** What to store with the effects of a packet or of a done mark. */
    public State state() {
        var stored = new ArrayList<StreamState>(streams.size());
        var ins = new ArrayList<>(streams.values());
        if (!options.credited) ins.sort(Comparator.comparingLong(in -> in.used));
        for (ReceiverStream in : ins) {
            stored.add(new StreamState(
                    in.stream,
                    in.name,
                    in.order.next(),
                    in.weight,
                    in.order.held(),
                    in.done,
                    in.beyond.spans(),
                    in.end));
        }
        return new State(session, weight, stored, former.resting(), former.ended(), former.forgotten(), channelsSeen());
    }

    private List<Seen> channelsSeen() {
        var channels = new ArrayList<Seen>(seen.size());
        seen.forEach((channel, message) -> channels.add(new Seen(channel, message)));
        return channels;
    }

    /**
     * Takes a packet of this outbox. Its packet number is the caller's matter: a packet that comes again does no harm.
     *
     * @param channel where it was posted
     * @param message its id there
     * @param size    bytes of the packet
     * @param frames  all of its frames
     */
    public List<Event> onPacket(long channel, long message, int size, List<Frame> frames, long now) {
        var events = new ArrayList<Event>();
        acks.onHeard(now);
        asked = false;
        gaveWayInHand.clear();
        streams.onPacket(message < seen.getOrDefault(channel, Long.MIN_VALUE));
        boolean data = false;
        for (Frame frame : frames) {
            if (frame instanceof Control control) onControl(control, events);
            else data |= frame instanceof Data;
        }
        for (Frame frame : frames) if (frame instanceof Data one) onData(one, events);
        if (data) acks.onData(size);
        see(channel, message);
        return events;
    }

    /** Channels where packets of this outbox were seen lately. */
    public Set<Long> channels() {
        return Collections.unmodifiableSet(seen.keySet());
    }

    private void see(long channel, long message) {
        if (seen.merge(channel, message, Math::max) == message) {
            seen.putLast(channel, message);
            if (seen.size() > CHANNELS) seen.pollFirstEntry();
        }
    }

    /**
     * Posts of a channel that were never seen, this outbox's perhaps: the peer is asked with the next frames.
     * {@link PostWatch} finds them.
     */
    public void onGap(long channel, Span messages) {
        acks.onGap(new PostRange(channel, messages));
    }

    /**
     * The handlers of these pieces' messages have ended, or the pieces belong to no message; where the peer is told nothing, the messages are
     * whole and stored.
     */
    public List<Event> onDone(long stream, long from, long until) {
        var events = new ArrayList<Event>(1);
        ReceiverStream in = streams.get(stream);
        if (in == null) return events;
        if (until > in.order.next()) throw new IllegalArgumentException(until + " was not handed on");
        markDone(in, from, until);
        streams.onChange(in);
        endIfOver(in, events);
        return events;
    }

    /**
     * Goes on behind the first gap of a stream, for a sender that cannot be asked for what is missing; nothing happens
     * where nothing is early and no end is known.
     */
    public List<Event> skipGap(long stream) {
        var events = new ArrayList<Event>(2);
        ReceiverStream in = streams.get(stream);
        if (in == null || !in.isGapped()) return events;
        onReset(in, new Reset(stream, in.gapUntil(), in.weight), events);
        return events;
    }

    /** Gives up the gaps of a stream and all that is stored behind them, for who cannot keep it any longer; nothing happens without gaps. */
    public List<Event> abandon(long stream) {
        var events = new ArrayList<Event>(2);
        ReceiverStream in = streams.get(stream);
        if (in == null || !in.hasEarly()) return events;
        onReset(in, new Reset(stream, in.order.earlyUntil(), in.weight), events);
        return events;
    }

    /** The first piece of a stream that is missing: everything below was handed on or skipped. */
    public long next(long stream) {
        ReceiverStream in = streams.get(stream);
        return in == null ? former.next(stream) : in.order.next();
    }

    /** Whether a piece is nothing new: it is stored, was handed on or skipped, or its stream has ended. */
    public boolean knows(long stream, long sequence) {
        ReceiverStream in = streams.get(stream);
        return in == null ? former.knows(stream, sequence) : in.order.knows(sequence);
    }

    /** Whether a stream has a place here: it was heard of, has not ended and did not give way. */
    public boolean isOpen(long stream) {
        return streams.get(stream) != null;
    }

    /** Streams of which something is missing: before early pieces, or before their end. */
    public List<Long> gapped() {
        return streams.values().stream()
                .filter(ReceiverStream::isGapped)
                .map(in -> in.stream)
                .toList();
    }

    /** What a stream is for; empty if nobody has said so, or it has ended. */
    public String name(long stream) {
        ReceiverStream in = streams.get(stream);
        return in == null ? "" : in.name;
    }

    /** Whether something of a stream is missing. */
    public boolean isGapped(long stream) {
        ReceiverStream in = streams.get(stream);
        return in != null && in.isGapped();
    }

    /** What has a gap before it, in order: numbers at which runs of early pieces begin, and the end of a stream that is not there yet. */
    public List<Long> behindGaps(long stream) {
        ReceiverStream in = streams.get(stream);
        if (in == null) return List.of();
        var behind = new ArrayList<Long>();
        long until = in.order.next();
        for (Held run : in.order.held()) {
            behind.add(run.from());
            until = run.until();
        }
        if (in.end > until) behind.add(in.end);
        return behind;
    }

    /** What waits for handlers on this stream; the peer is granted so much less. */
    public void onBacklog(long stream, long bytes) {
        ReceiverStream in = streams.get(stream);
        if (in == null) return;
        backlog += bytes - in.backlog;
        in.backlog = bytes;
    }

    /**
     * When frames should go to the peer although there is no data for it; {@link Long#MAX_VALUE} if they need not. Every
     * packet with data should carry them too.
     */
    public long dueAt() {
        return acks.dueAt(this::isShort);
    }

    /** Whether the peer has less than half of its credit left, and there is more for it. */
    private boolean isShort() {
        for (ReceiverStream in : streams.values()) {
            if (in.granted - in.weight < options.streamWeight / 2 && limit(in) > in.granted) return true;
        }
        return granted - weight < options.peerWeight / 2 && limit() > granted;
    }

    /**
     * What the next packet to the peer should begin with; the state must have been stored.
     *
     * @param alone whether the packet holds nothing else, so that it costs a post
     */
    public List<Frame> frames(boolean alone) {
        var frames = new ArrayList<Frame>(3);
        if (acks.isWanted()) frames.add(acks.ack(streams.all(), channelsSeen()));
        credit(frames, alone || isShort());
        acks.rest(frames, alone);
        return frames;
    }

    /** Credit that is worth its bytes; all of it for a peer that asks, for it may have missed what was said before. */
    private void credit(List<Frame> frames, boolean any) {
        boolean all = acks.isAsked();
        var credits = new ArrayList<StreamCredit>();
        for (ReceiverStream in : ReceiverAcks.inTurn(streams.all(), credited)) {
            long limit = Math.max(in.granted, limit(in));
            long worth = any ? 1 : options.streamWeight / 8;
            if (limit - in.granted < worth && !(all && limit > Limits.FIRST_STREAM_CREDIT)) continue;
            if (credits.size() == CREDIT_STREAMS) break;
            in.granted = limit;
            in.promised = Math.max(in.promised, limit);
            credited = in.stream;
            credits.add(new StreamCredit(in.stream, limit));
        }
        long limit = Math.max(granted, limit());
        boolean told = limit - granted < (any ? 1 : options.peerWeight / 8);
        if (told && !all && credits.isEmpty()) return;
        granted = limit;
        promised = Math.max(promised, limit);
        if (credits.isEmpty() && limit == Limits.FIRST_PEER_CREDIT) return;
        frames.add(new Credit(incarnation, limit, credits, List.of()));
    }

    private long limit(ReceiverStream in) {
        return capped(in.weight + options.streamWeight - in.backlog);
    }

    private long limit() {
        return capped(weight + options.peerWeight - backlog);
    }

    private static long capped(long limit) {
        return Math.min(limit, Limits.MAX_NUMBER);
    }

    /** What is held back by gaps, at most {@link Options#peerWeight}. */
    public long heldWeight() {
        return streams.heldWeight();
    }

    private void onControl(Control control, List<Event> events) {
        switch (control) {
            case Open open -> {
                if (open.hasEarlier()) onEarlier(open, events);
                open(stream(open.stream(), events), open.name(), events);
            }
            case Close close -> onClose(stream(close.stream(), events), close.sequence(), events);
            case Reset reset -> {
                ReceiverStream in = stream(reset.stream(), events);
                if (in != null) onReset(in, reset, events);
            }
            case Ping ping -> {
                acks.onQuestion(ping.token());
                if (asked) return; // what came since is news
                asked = true;
                for (ReceiverStream in : streams.values()) in.asked = true;
                if (!streams.isEmpty()) acks.onNews();
            }
            case Ack ack -> {} // these are the sending half's
            case Credit credit -> {}
            case Nack nack -> {}
            case Pong pong -> {}
        }
    }

    private void open(@Nullable ReceiverStream in, String name, List<Event> events) {
        if (in == null || !in.name.isEmpty()) return;
        if (!options.credited) fit(Utf8.size(name), in, events);
        streams.name(in, name);
        events.add(new Event.Opened(in.stream, name));
    }

    private void onClose(@Nullable ReceiverStream in, long end, List<Event> events) {
        if (in == null) return;
        touch(in);
        if (in.end < 0 && end >= in.reach()) in.end = end;
        streams.onChange(in);
        endIfOver(in, events);
    }

    /** The stream that had a name before may be on its way as a whole: it is known from now on, so that what is missing of it is waited for. */
    private void onEarlier(Open open, List<Event> events) {
        if (former.hasEnded(open.earlier())) return;
        ReceiverStream earlier = stream(open.earlier(), events);
        open(earlier, open.name(), events);
        onClose(earlier, open.earlierEnd(), events);
    }

    private void onReset(ReceiverStream in, Reset reset, List<Event> events) {
        touch(in);
        long from = in.order.next();
        if (reset.sequence() <= from) return;
        var dropped = new ArrayList<Span>();
        for (Held run : in.order.runsBelow(reset.sequence()))
            dropped.add(new Span(run.from(), Math.min(run.until(), reset.sequence())));
        events.add(new Event.Skipped(in.stream, from, reset.sequence(), dropped));
        long before = in.weight;
        // Of a run that begins below nobody knows what its parts weigh. To count too much costs a peer nothing that
        // means well.
        long above = in.order.runWeight(reset.sequence());
        List<StreamReceiver.Event> freed = in.order.skipTo(reset.sequence());
        in.weight = capped(Math.max(before, reset.weight()) + above);
        weight = capped(weight + in.weight - before);
        // What the peer may send stays the same, whatever it says of the pieces before.
        in.promised = capped(in.promised + Math.max(0, reset.weight() - before));
        promised = capped(promised + Math.max(0, reset.weight() - before));
        for (StreamReceiver.Event event : freed) events.add(new Event.Pieces(in.stream, event));
        markDone(in, from, reset.sequence());
        streams.onChange(in);
        endIfOver(in, events);
    }

    private void onData(Data data, List<Event> events) {
        ReceiverStream in = stream(data.stream(), events);
        String name = gaveWayInHand.remove(data.stream());
        if (in != null && name != null) open(in, name, events);
        boolean over = in == null && former.hasEnded(data.stream());
        if (in == null && !over) {
            events.add(new Event.TooMany(data.stream(), data.sequence(), data.nextSequence()));
            return;
        }
        if (over && !options.credited && former.mayBeForgotten(data.stream())) {
            events.add(new Event.Forgotten(data.stream(), data.sequence(), data.nextSequence()));
            return;
        }
        if (in == null || !fits(in, data)) {
            events.add(new Event.Pieces(
                    data.stream(),
                    over
                            ? new StreamReceiver.Event.Duplicate(data.sequence(), data.nextSequence())
                            : new StreamReceiver.Event.Outside(data.sequence(), data.nextSequence())));
            return;
        }
        if (options.credited && isAboveCredit(in, data)) {
            touch(in); // the peer may not know how things stand
            events.add(new Event.AboveCredit(data.stream(), data.sequence(), data.nextSequence()));
            return;
        }
        if (in.order.standsApart(data.sequence(), data.nextSequence()) && streams.areTooManyRuns(1)) {
            if (options.credited) {
                touch(in);
                events.add(new Event.TooManyGaps(data.stream(), data.sequence(), data.nextSequence()));
                return;
            }
            fitRuns(1, events);
            in = streams.get(data.stream());
            if (in == null) { // which was over with what had been waited for
                var late = new StreamReceiver.Event.Duplicate(data.sequence(), data.nextSequence());
                events.add(new Event.Pieces(data.stream(), late));
                return;
            }
        }
        touch(in);
        if (fresh && data.sequence() > 0) acks.onPuzzle();
        fresh = false;
        long heldBefore = in.order.heldBytes();
        long stored = 0;
        for (StreamReceiver.Event event : in.order.onData(data, Limits.PIECE_WEIGHT)) {
            events.add(new Event.Pieces(in.stream, event));
            if (event instanceof StreamReceiver.Event.Store store) {
                stored += weight(data, store.from(), store.until());
            }
        }
        long heldNow = in.order.heldBytes();
        in.weight = capped(in.weight + stored + heldBefore - heldNow);
        weight = capped(weight + stored + heldBefore - heldNow);
        streams.onChange(in);
        endIfOver(in, events);
    }

    /** A frame is taken as a whole or not at all, so that an ack never ends inside what a packet holds. */
    private boolean fits(ReceiverStream in, Data data) {
        if (in.end >= 0 && data.nextSequence() > in.end) return false;
        long next = in.order.next();
        if (data.sequence() <= next) return true;
        if (data.nextSequence() - next > window.pieces()) return false;
        long fresh = freshWeight(in, data);
        return fresh <= options.streamWeight - in.order.heldBytes()
                && fresh <= options.peerWeight - streams.heldWeight();
    }

    /**
     * Whether a frame goes beyond all that was ever granted, and what would be granted now, by more than an eighth of the window. What
     * closes the gap is taken whenever nothing waits, or a peer that was granted more by other options would stand still for ever.
     */
    private boolean isAboveCredit(ReceiverStream in, Data data) {
        long fresh = freshWeight(in, data);
        if (fresh == 0) return false;
        if (Math.max(in.weight, weight) + streams.heldWeight() + fresh > Limits.MAX_NUMBER)
            return true; // a reset said so: no more can be counted
        boolean closes = data.sequence() <= in.order.next();
        long most = Math.max(in.promised, limit(in));
        long mostOfAll = Math.max(promised, limit());
        boolean ofStream = in.weight + in.order.heldBytes() + fresh > most + options.streamWeight / TOLERATED;
        boolean ofAll = weight + streams.heldWeight() + fresh > mostOfAll + options.peerWeight / TOLERATED;
        return (ofStream && !(closes && in.backlog == 0)) || (ofAll && !(closes && backlog == 0));
    }

    /** What is new in a frame. */
    private static long freshWeight(ReceiverStream in, Data data) {
        long fresh = 0;
        for (long n = data.sequence(); n < data.nextSequence(); n++) {
            if (!in.order.knows(n)) fresh += weight(data, n, n + 1);
        }
        return fresh;
    }

    private static long weight(Data data, long from, long until) {
        long sum = 0;
        for (long n = from; n < until; n++) {
            sum += data.pieces().get((int) (n - data.sequence())).body().length + Limits.PIECE_WEIGHT;
        }
        return sum;
    }

    /** A stream that goes on; null if it has ended, or there are too many. */
    private @Nullable ReceiverStream stream(long number, List<Event> events) {
        ReceiverStream in = streams.get(number);
        if (in != null) {
            streams.use(in);
            return in;
        }
        if (former.hasEnded(number)) {
            tellEnded(number);
            return null;
        }
        if (options.credited && (streams.size() >= options.streams || former.isFull())) return null;
        Rest rest = former.resume(number); // before another one rests in its place
        if (!options.credited) makePlace(events);
        in = new ReceiverStream(number, new StreamReceiver(window, rest == null ? 0 : rest.next, List.of()), List.of());
        in.done = in.order.next();
        in.weight = rest == null ? 0 : rest.weight;
        streams.add(in);
        if (!options.credited) former.join();
        return in;
    }

    /** Makes room for one stream more: who is told nothing repeats nothing, so one of its streams gives way. */
    private void makePlace(List<Event> events) {
        while (streams.areTooMany(1)) giveWay(null, events);
    }

    /** Makes room for what a stream takes more, as far as others can give way. */
    private void fit(long more, ReceiverStream in, List<Event> events) {
        while (streams.size() > 1 && streams.isOver(more)) giveWay(in, events);
    }

    /** Makes room for so many runs of early pieces more: who was not used for longest goes on behind its first gap. */
    private void fitRuns(int more, List<Event> events) {
        while (streams.areTooManyRuns(more)) {
            ReceiverStream in = streams.longestEarly();
            if (in == null) return;
            long until = in.gapUntil();
            events.add(new Event.GaveWay(in.stream, until - in.order.next()));
            onReset(in, new Reset(in.stream, until, in.weight), events);
        }
    }

    /**
     * Keeps within the bounds what was stored under others. Who is answered was told that those pieces are here, and does not send them again: of them none
     * gives way, and as long as they are too many no more are taken.
     */
    public List<Event> fit() {
        var events = new ArrayList<Event>();
        if (options.credited) return events;
        while (streams.areTooMany(0)) giveWay(null, events);
        former.keep(streams.mostResting());
        fitRuns(0, events);
        return events;
    }

    /** Bytes that the streams take of memory with their names, those that gave way, and those that have ended. */
    public long streamCost() {
        return streams.cost() + (long) former.size() * SPAN_COST;
    }

    /** Bytes that runs of early pieces take of memory beside their {@link #heldWeight}. */
    public long runCost() {
        return streams.runs() * RUN_COST;
    }

    /** @param last what gives way only if there is nothing else */
    private void giveWay(@Nullable ReceiverStream last, List<Event> events) {
        ReceiverStream in = streams.givesWay(last);
        if (in.isGapped()) skipGaps(in, events);
        if (!isOpen(in.stream)) return; // its end was all that was missing
        if (streams.isInHand(in) && !in.name.isEmpty()) gaveWayInHand.put(in.stream, in.name);
        events.add(new Event.Rested(in.stream, in.order.next()));
        leave(in);
        former.rest(in);
        former.keep(streams.mostResting());
    }

    private void skipGaps(ReceiverStream in, List<Event> events) {
        long missing = 0;
        while (in.isGapped()) {
            long from = in.order.next();
            long until = in.gapUntil();
            missing += until - from;
            onReset(in, new Reset(in.stream, until, in.weight), events);
        }
        events.add(new Event.GaveWay(in.stream, missing));
    }

    private void touch(ReceiverStream in) {
        in.touched = true;
        acks.onNews();
    }

    private void markDone(ReceiverStream in, long from, long until) {
        if (until <= in.done) return; // put aside once, and tried again
        in.beyond.add(Math.max(from, in.done), until);
        long done = Math.min(in.order.next(), in.beyond.firstMissing(in.done));
        if (done > in.done) {
            in.done = done;
            in.beyond.removeBelow(done);
            touch(in);
        }
    }

    private void endIfOver(ReceiverStream in, List<Event> events) {
        if (in.end < 0 || (options.credited ? in.done : in.order.next()) < in.end || !isOpen(in.stream)) return;
        events.add(new Event.Ended(in.stream, in.end));
        leave(in);
        former.end(in.stream);
        tellEnded(in.stream);
    }

    private void leave(ReceiverStream in) {
        streams.remove(in);
        backlog -= in.backlog;
    }

    private void tellEnded(long stream) {
        if (options.room == Long.MAX_VALUE) acks.onEnded(stream); // there is no way to whom nobody knows
    }
}
