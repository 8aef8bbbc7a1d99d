package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sending half of a link: what an outbox has on the way to its peer, and what to do about it. Holds numbers only: no
 * bytes, clock, socket or thread; not for several threads at once.
 *
 * <p>A posted packet is durable at Telegram, so nothing is repeated because time passes. A packet is sent again, with
 * the same bytes, when
 * <ol>
 * <li>nobody knows whether it was posted ({@link #onUnknown}, and {@link #resume} after a crash): at once;
 * <li>the peer asks for it, or stores what went after it: three packets of the same lane, or three more than there are
 * lanes;
 * <li>there was no ack for long, and the peer then speaks of a time after the post without one;
 * <li>the peer has lost its memory.
 * </ol>
 * In the last three cases the post is forwarded first, which costs no upload, and the bytes go again if that fails.
 *
 * <p>Times are milliseconds of a clock that does not go back and goes on across restarts.
 */
public final class LinkSender {
    /** Most bytes that {@link #frames} take in a packet. */
    public static final int MAX_BYTES = 1_700;

    /** Later packets of the same lane that must have been stored before an earlier one counts as missing. */
    static final int REORDERING = 3;

    /** A packet that was acked later says that its peer was away, not how long a way is. */
    private static final long LONGEST_ROUND_TRIP_MILLIS = 60_000;

    private static final int FORMER = 16;

    /** How far a message has come; each level includes those before it. */
    public enum Level {
        /** Telegram has all of it. */
        POSTED,
        /** The peer's disk has all of it. */
        STORED,
        /** The peer's handler has ended. */
        DONE
    }

    /** What to do. */
    public sealed interface Effect {
        /**
         * Post the packet's bytes, before any packet that was not posted yet.
         *
         * @param avoid lane that should not take it if there is another, or -1
         */
        record Repost(long packet, int avoid) implements Effect {}

        /** Have this post forwarded to its channel; {@link #onPosted} or {@link #onNotForwarded} says how it went. */
        record Forward(long packet, PostId post) implements Effect {}

        /** The packet's bytes are not needed any more. */
        record Forget(long packet) implements Effect {}

        /** Delete these posts, at most 100; whether it works is of no concern. */
        record Delete(int lane, long channel, List<Long> messages) implements Effect {}

        /** A message has come this far. */
        record Reached(long stream, long message, Level level) implements Effect {}

        /** The peer has lost its memory, and with it a message that was not done and cannot be sent again. */
        record Lost(long stream, long message) implements Effect {}

        /** The peer has said that it does not take a message. */
        record Refused(long stream, long message) implements Effect {}
    }

    /**
     * Where a packet was posted.
     *
     * @param lane    the caller's number of writer and channel
     * @param message id of the post
     * @param at      when that was known
     */
    public record PostId(int lane, long channel, long message, long at) {}

    /**
     * A message that ends in a packet.
     *
     * @param message the caller's number of it
     * @param last    its last piece
     */
    public record Ending(long message, long last) {}

    /**
     * Pieces of one stream in a packet.
     *
     * @param from   first one
     * @param until  the one after the last
     * @param weight bytes of their bodies and {@link Limits#PIECE_WEIGHT} for each
     * @param ending messages that end here, in order
     */
    public record Part(long stream, long from, long until, long weight, List<Ending> ending) {
        public Part {
            ending = List.copyOf(ending);
            if (from < 0 || until <= from) throw new IllegalArgumentException("from " + from + " until " + until);
            if (weight < (until - from) * Limits.PIECE_WEIGHT) throw new IllegalArgumentException("weight: " + weight);
        }
    }

    /**
     * How a link behaves.
     *
     * @param lanes          that may be in use at once, at least 1
     * @param patienceMillis least time without ack before a packet may count as lost for that; four round trips if longer
     * @param wanted         level that somebody waits for: the peer is asked when it keeps silent about a message for that long
     * @param tidy           level that a packet's messages must have reached before its posts are deleted
     * @param keepMillis     how long posts are kept whatever was acked, and those without messages at all; negative to keep all for ever
     * @param answered       whether the peer can answer; if not there is no credit to wait for, nothing comes after
     *                       {@link Level#POSTED}, and a packet is forgotten when it is posted
     * @param soonMillis     how long after the last post a peer that keeps silent about what is wanted is asked without
     *                       that patience, which costs a post for sixteen packets at most; negative for never
     */
    public record Options(
            int lanes,
            long patienceMillis,
            Level wanted,
            Level tidy,
            long keepMillis,
            boolean answered,
            long soonMillis) {
        /** Who never asks sooner than patience lets him. */
        public Options(int lanes, long patienceMillis, Level wanted, Level tidy, long keepMillis, boolean answered) {
            this(lanes, patienceMillis, wanted, tidy, keepMillis, answered, -1);
        }

        public Options {
            if (lanes < 1) throw new IllegalArgumentException("lanes: " + lanes);
            if (patienceMillis < 1) throw new IllegalArgumentException("patienceMillis: " + patienceMillis);
            if (tidy == Level.POSTED) throw new IllegalArgumentException("a post is not deleted for being posted");
        }

        /** One lane, half a minute, STORED is enough, posts are never deleted. */
        public static Options defaults() {
            return new Options(1, 30_000, Level.STORED, Level.STORED, -1, true, -1);
        }

        /** A copy for this many lanes. */
        public Options withLanes(int lanes) {
            return new Options(lanes, patienceMillis, wanted, tidy, keepMillis, answered, soonMillis);
        }

        /** A copy that asks so long after the last post, or never for a negative number. */
        public Options withSoon(long soonMillis) {
            return new Options(lanes, patienceMillis, wanted, tidy, keepMillis, answered, soonMillis);
        }

        /** A copy for who waits for messages to be that far; for {@link Level#DONE} that may cost a post now and then. */
        public Options withWanted(Level wanted) {
            return new Options(lanes, patienceMillis, wanted, tidy, keepMillis, answered, soonMillis);
        }

        /** A copy for a peer that never answers. */
        public Options withoutAnswers() {
            return new Options(lanes, patienceMillis, wanted, tidy, keepMillis, false, soonMillis);
        }

        /** A copy that deletes posts this long after they were made, once their messages are that far. */
        public Options withTidy(Level tidy, long keepMillis) {
            return new Options(lanes, patienceMillis, wanted, tidy, keepMillis, answered, soonMillis);
        }
    }

    /**
     * All that must survive a restart. It may be older than what happened, as long as it is not older than the last
     * packet made: acks come again, and a post that is not in it is made twice.
     */
    public record State(
            long session,
            List<Long> former,
            long heardOutbox,
            long heardPacket,
            long weight,
            long limit,
            long pings,
            long roundTripMillis,
            List<StreamState> streams,
            List<Span> over,
            List<Flight> flights,
            List<Posted> posted) {
        public State {
            former = List.copyOf(former);
            streams = List.copyOf(streams);
            over = List.copyOf(over);
            flights = List.copyOf(flights);
            posted = List.copyOf(posted);
        }

        /** Of an outbox from which nothing was sent. */
        public static State fresh() {
            return new State(
                    0, List.of(), 0, 0, 0, Limits.FIRST_PEER_CREDIT, 0, 0, List.of(), List.of(), List.of(), List.of());
        }

        /** The state for a store; {@link #parse} reads it. */
        public byte[] toBytes() {
            return SenderState.toBytes(this);
        }

        /**
         * The state that {@link #toBytes} wrote.
         *
         * @throws WireException when nobody wrote it so
         */
        public static State parse(byte[] bytes) {
            return SenderState.parse(bytes);
        }
    }

    /**
     * A stream that has ended.
     *
     * @param end number after its last piece, above 0
     */
    public record Past(long stream, long end) {}

    /**
     * A stream as far as it was sent.
     *
     * @param past streams that had its name before, the last one first
     */
    public record StreamState(
            long stream,
            String name,
            long next,
            long weight,
            long limit,
            long stored,
            List<Span> beyond,
            long done,
            long start,
            long floor,
            long end,
            boolean known,
            long resetTo,
            long resetWeight,
            List<Past> past,
            List<Waiting> waiting) {
        public StreamState {
            beyond = List.copyOf(beyond);
            past = List.copyOf(past);
            waiting = List.copyOf(waiting);
        }
    }

    /** A message that is not done. */
    public record Waiting(
            long message, long first, long last, @Nullable Level level) {}

    /** A packet whose bytes are still needed; without a post it is not known to be posted. */
    public record Flight(long packet, List<PlacedPart> parts, List<PostId> posts, boolean onWay, int repairs) {
        public Flight {
            parts = List.copyOf(parts);
            posts = List.copyOf(posts);
        }
    }

    /** A part with the weight of all pieces of its stream before it. */
    public record PlacedPart(Part part, long before) {}

    /** Posts of packets that are forgotten, and how far their streams must come before they may be deleted. */
    public record Posted(PostId post, List<Reach> until) {
        public Posted {
            until = List.copyOf(until);
        }
    }

    /** A stream up to a piece. */
    public record Reach(long stream, long until) {}

    private final long incarnation;
    private final Options options;
    private final TreeMap<Long, SenderStream> streams = new TreeMap<>();
    private final SpanSet over; // closed, and the peer knows
    private final SpanSet settled =
            new SpanSet(); // of them, those of which the peer's memory of today said so to this process
    private final TreeMap<Long, SentPacket> flights = new TreeMap<>();
    private final Standing standing = new Standing();
    private final Questions questions;
    private final StreamNotices notices;
    private final PostTidy tidy;
    private final Map<Long, Long> seen = new HashMap<>();
    private final List<Long> former = new ArrayList<>(); // memories that the peer has lost
    private long session;
    private boolean met; // session is the peer's
    private long heardOutbox; // of the last ack of this session
    private long heardPacket;
    private long weight;
    private long limit = Limits.FIRST_PEER_CREDIT;
    private long order;
    private long roundTrip;
    private boolean outdated;

    /** What all flights say together. Asked for with every packet of any kind, so it is kept until one changes. */
    private final class Standing implements Questions.Link {
        private boolean known;
        private int unacked;
        private long unheardSince;
        private boolean awaitsPost;

        void change() {
            known = false;
        }

        private Standing look() {
            if (known) return this;
            known = true;
            unacked = 0;
            unheardSince = Long.MAX_VALUE;
            awaitsPost = false;
            for (SentPacket packet : flights.values()) {
                awaitsPost |= packet.onWay;
                if (packet.acked) continue;
                unacked++;
                PostId post = packet.missed();
                if (post != null) unheardSince = Math.min(unheardSince, post.at);
            }
            return this;
        }

        @Override
        public boolean isMet() {
            return met;
        }

        @Override
        public long patience() {
            return Math.max(options.patienceMillis, 4 * roundTrip);
        }

        @Override
        public int unacked() {
            return look().unacked;
        }

        @Override
        public long unheardSince() {
            return look().unheardSince;
        }

        @Override
        public boolean awaitsPost() {
            return look().awaitsPost;
        }

        @Override
        public boolean awaitsDone() {
            return streams.values().stream().anyMatch(SenderStream::isAwaited);
        }
    }

    /** What this outbox has on the way, as it was stored; {@link State#fresh} for a new one. Call {@link #resume} next. */
    public LinkSender(long incarnation, State state, Options options) {
        this.incarnation = incarnation;
        this.options = options;
        session = state.session;
        met = session != 0;
        former.addAll(state.former);
        heardOutbox = state.heardOutbox;
        heardPacket = state.heardPacket;
        weight = state.weight;
        limit = state.limit;
        roundTrip = state.roundTripMillis;
        questions = new Questions(options, standing, state.pings);
        notices = new StreamNotices(streams, options.answered);
        tidy = new PostTidy(options.keepMillis, state.posted);
        over = new SpanSet(state.over);
        var unposted = new HashMap<Long, SpanSet>();
        for (Flight flight : state.flights) {
            flights.put(flight.packet, new SentPacket(flight, ++order));
            if (!flight.posts.isEmpty()) continue;
            for (PlacedPart placed : flight.parts) {
                unposted.computeIfAbsent(placed.part.stream, none -> new SpanSet())
                        .add(placed.part.from, placed.part.until);
            }
        }
        for (StreamState stored : state.streams) {
            var missing = unposted.getOrDefault(stored.stream, new SpanSet());
            var stream = new SenderStream(stored, missing.spans());
            streams.put(stored.stream, stream);
            if (stream.isControlled() && options.answered) questions.onControlDue();
        }
        for (SentPacket packet : flights.values()) {
            packet.acked = isHeld(packet);
            packet.stale = !packet.acked && awaitsReset(packet);
        }
    }

    /** What an earlier process may have left undone: nobody knows whether these packets were posted. */
    public List<Effect> resume() {
        standing.change();
        var effects = new ArrayList<Effect>();
        for (SentPacket packet : flights.values()) {
            boolean undone = !packet.acked && (packet.onWay || packet.posts().isEmpty());
            packet.onWay = undone && !packet.stale; // stale ones go when the peer knows where its streams go on
            if (packet.onWay) effects.add(new Effect.Repost(packet.number, -1));
        }
        return effects;
    }

    /** Whose packets these are. */
    public long incarnation() {
        return incarnation;
    }

    /** Which memory the peer has, a number that it made with it; 0 while nothing was heard of it. */
    public long session() {
        return session;
    }

    /**
     * Whether the peer has acked pieces that were never packed here: then this state is older than what was sent, as after a backup was restored,
     * and the numbers that come next were given to other pieces before.
     */
    public boolean isOutdated() {
        return outdated;
    }

    /** What to store. */
    public State state() {
        return new State(
                session,
                former,
                heardOutbox,
                heardPacket,
                weight,
                limit,
                questions.count(),
                roundTrip,
                streams.values().stream().map(SenderStream::state).toList(),
                over.spans(),
                flights.values().stream().map(SentPacket::state).toList(),
                tidy.state());
    }

    // --- what the caller does

    /**
     * What the next packet may weigh on a stream: the bytes of its bodies and {@link Limits#PIECE_WEIGHT} for each
     * piece. Zero if the peer has to grant more first.
     */
    public long room(long number) {
        if (!options.answered) return Limits.MAX_NUMBER;
        SenderStream stream = streams.get(number);
        long most = stream == null ? Limits.FIRST_STREAM_CREDIT : stream.room();
        return Math.max(0, Math.min(most, limit - weight));
    }

    /** Weight that may be sent on all streams together; endless without answers. */
    public long room() {
        return options.answered ? Math.max(0, limit - weight) : Limits.MAX_NUMBER;
    }

    /** Packets whose bytes are still needed. */
    public int inFlight() {
        return flights.size();
    }

    /** Number of a stream's next piece. */
    public long next(long number) {
        SenderStream stream = streams.get(number);
        return stream == null ? 0 : stream.next();
    }

    /** Every piece of a stream below it is known to be posted. */
    public long posted(long number) {
        PlacedPart first = firstUnposted(number);
        return first == null ? next(number) : first.part.from;
    }

    /** What the pieces of a stream weigh from {@link #posted} on. */
    public long unpostedWeight(long number) {
        PlacedPart first = firstUnposted(number);
        return first == null ? 0 : stream(number).weight() - first.before;
    }

    private @Nullable PlacedPart firstUnposted(long number) {
        for (SentPacket packet : flights.values()) {
            if (!packet.posts().isEmpty()) continue;
            for (PlacedPart placed : packet.parts) if (placed.part.stream == number) return placed;
        }
        return null;
    }

    /** Whether a stream was opened or sent on, and has not ended for both sides. */
    public boolean isOpen(long number) {
        return streams.containsKey(number);
    }

    /** Whether a stream has ended, and the peer knows: its number is never used again. */
    public boolean isOver(long number) {
        return over.contains(number);
    }

    /** Whether a stream is to end, and the peer has not confirmed that. */
    public boolean isClosing(long number) {
        SenderStream stream = streams.get(number);
        return stream != null && stream.isClosing();
    }

    /** Whether a message of a stream is not done; not posted, of a peer that never answers. */
    public boolean isAwaited(long number) {
        SenderStream stream = streams.get(number);
        return stream != null && stream.isAwaited();
    }

    /** Whether data of this stream must not go without its name: nothing tells that the peer knows it. */
    public boolean needsName(long number) {
        SenderStream stream = streams.get(number);
        return stream != null && stream.opens();
    }

    /** A number above those of all streams that there ever were. */
    public long nextStream() {
        long next = streams.isEmpty() ? 0 : streams.lastKey() + 1;
        for (Span span : over.spans()) next = Math.max(next, span.until());
        return next;
    }

    /** Says what a stream is for; before its first packet. */
    public void open(long number, String name) {
        open(number, name, List.of());
    }

    /**
     * Says what a stream is for; before its first packet.
     *
     * @param past streams that had the name before, the last one first: their messages come first where nobody answers
     */
    public void open(long number, String name, List<Past> past) {
        stream(number).open(name, past);
    }

    /** Ends a stream after what was packed. */
    public void close(long number, long now) {
        if (stream(number).close() && options.answered) questions.onControl(now, false);
    }

    /** Data waits for credit, or does so no more. */
    public void onBlocked(boolean blocked, long now) {
        questions.onBlocked(blocked, now);
    }

    /** A packet was made and stored; it is to be posted now. Packets without pieces are not told of, but by {@link #onControlPosted}. */
    public List<Effect> onPacked(long number, List<Part> parts) {
        standing.change();
        var effects = new ArrayList<Effect>();
        var placed = new ArrayList<PlacedPart>(parts.size());
        for (Part part : parts) {
            if (part.weight > room(part.stream)) throw new IllegalArgumentException(part + " is above the credit");
            placed.add(stream(part.stream).append(part, effects));
            weight += part.weight;
        }
        questions.onPacked();
        if (flights.put(number, new SentPacket(number, placed)) != null)
            throw new IllegalArgumentException("packet " + number + " again");
        return effects;
    }

    /** The packet is in Telegram's hands. */
    public List<Effect> onPosted(long number, PostId post) {
        standing.change();
        var effects = new ArrayList<Effect>();
        SentPacket packet = flights.get(number);
        if (packet == null) { // acked meanwhile
            tidy.add(post, List.of());
            return effects;
        }
        questions.onPosted(post.at);
        packet.onPosted(post, ++order);
        if (!awaitsReset(packet)) packet.stale = false;
        for (PlacedPart placed : packet.parts) {
            SenderStream stream = streams.get(placed.part.stream);
            if (stream == null) continue;
            stream.onPosted(placed.part, effects);
            if (!options.answered) stream.forgetPosted();
        }
        if (!options.answered) {
            flights.remove(number);
            effects.add(new Effect.Forget(number));
            tidy.add(post, List.of());
        }
        return effects;
    }

    /** A packet without pieces is in Telegram's hands. Nobody asks for it again, so only its age tells when it may be deleted. */
    public void onControlPosted(PostId post) {
        tidy.add(post, List.of());
    }

    /** The call failed, and nobody knows whether the packet was posted; a call that surely failed is the caller's. */
    public List<Effect> onUnknown(long number, int lane) {
        standing.change();
        SentPacket packet = flights.get(number);
        return packet == null || packet.acked ? List.of() : List.of(new Effect.Repost(number, lane));
    }

    /**
     * A packet's pieces stand in another packet, which was stored in its place and is to be posted now: the peer can read the first no more.
     *
     * @param anew number of the other one
     */
    public List<Effect> onRepacked(long number, long anew) {
        standing.change();
        SentPacket packet = flights.remove(number);
        if (packet == null) return List.of();
        for (PostId post : packet.posts()) tidy.add(post, packet.reaches());
        flights.put(anew, packet.inPlaceOf(anew));
        return List.of(new Effect.Forget(number));
    }

    /** The post that was to be forwarded is gone, or may not be forwarded. */
    public List<Effect> onNotForwarded(long number) {
        SentPacket packet = flights.get(number);
        if (packet != null) packet.onNotForwarded();
        return onUnknown(number, -1);
    }

    /**
     * Takes the frames of a packet of the peer. What speaks to another outbox does no harm.
     *
     * @param outbox incarnation in the packet's header
     * @param packet its number there: of two acks the later one speaks of the later memory
     */
    public List<Effect> onFrames(long outbox, long packet, List<Frame> frames, long now) {
        standing.change();
        var effects = new ArrayList<Effect>();
        for (Frame frame : frames) {
            if (frame instanceof Credit credit && credit.incarnation() == incarnation) onCredit(credit);
            else if (frame instanceof Ack ack && ack.incarnation() == incarnation)
                onAck(ack, outbox, packet, now, effects);
        }
        for (Frame frame : frames) {
            if (frame instanceof Nack nack && nack.incarnation() == incarnation) onNack(nack, now, effects);
            else if (frame instanceof Pong pong && pong.incarnation() == incarnation) onPong(pong, now, effects);
        }
        return effects;
    }

    /** When {@link #frames} should go although there is no data; {@link Long#MAX_VALUE} if they need not. */
    public long dueAt() {
        return questions.dueAt();
    }

    /** What the next packet to the peer should begin with, with the names of all streams that it may not know. */
    public List<Frame> frames(long now) {
        return frames(now, List.copyOf(streams.keySet()));
    }

    /**
     * What the next packet to the peer should begin with.
     *
     * @param named streams of which data is to follow, those first that are to be there first: their names come with it. Not all may have room, so
     *              data of one that {@link #needsName} goes only where its {@link Control.Open} went
     */
    public List<Frame> frames(long now, List<Long> named) {
        var frames = new ArrayList<Frame>();
        for (SenderStream stream : notices.tell(named, frames)) {
            streams.remove(stream.number);
            over.add(stream.number, stream.number + 1);
        }
        if (now >= questions.at()) frames.add(questions.ask(now));
        questions.onControlTold();
        return frames;
    }

    /** Says which posts may be deleted now. Call it every few minutes. */
    public List<Effect> onTime(long now) {
        standing.change();
        return tidy.onTime(now, this::isFarEnough);
    }

    private boolean isFarEnough(Reach reach) {
        if (options.tidy != Level.DONE) return true;
        SenderStream stream = streams.get(reach.stream);
        return stream == null || stream.isDone(reach.until);
    }

    // --- what the peer says

    /** The peer takes nothing of the message that begins with this piece; what it has of it counts as done. */
    public List<Effect> onRefused(long number, long first) {
        var effects = new ArrayList<Effect>(1);
        SenderStream stream = streams.get(number);
        if (stream != null) stream.onRefused(first, effects);
        return effects;
    }

    private void onCredit(Credit credit) {
        limit = Math.max(limit, credit.weight());
        for (StreamCredit one : credit.streams()) {
            SenderStream stream = streams.get(one.stream());
            if (stream != null) stream.grant(one.weight());
        }
    }

    private void onAck(Ack ack, long outbox, long number, long now, List<Effect> effects) {
        if (former.contains(ack.session())) return; // overtaken by one of the memory that came after
        questions.onHeard();
        boolean later = outbox != heardOutbox || number > heardPacket;
        if (met && ack.session() != session) {
            if (!later) return;
            former.add(session);
            if (former.size() > FORMER) former.removeFirst();
            onNewSession(now, effects);
        }
        session = ack.session();
        met = true;
        if (later) {
            heardOutbox = outbox;
            heardPacket = number;
        }
        int before = effects.size();
        for (StreamAck one : ack.streams()) onStreamAck(one, now, effects);
        if (effects.size() > before) questions.onProgress(now);
        if (questions.awaitsControl() && streams.values().stream().noneMatch(SenderStream::isControlled))
            questions.onControlConfirmed();
        sweep(now, effects);
        for (Seen one : ack.seen()) seen.merge(one.channel(), one.message(), Math::max);
        for (SentPacket packet : flights.values()) {
            if (packet.acked || packet.onWay) continue;
            if (packet.stale && !awaitsReset(packet)) effects.add(packet.repair());
            PostId post = packet.missed();
            if (post == null) continue;
            boolean passed = seen.getOrDefault(post.channel, -1L) >= post.message && now - post.at >= patience(packet);
            if (passed || packet.isOvertaken(options.lanes)) effects.add(packet.repair());
        }
    }

    private void onStreamAck(StreamAck ack, long now, List<Effect> effects) {
        SenderStream stream = streams.get(ack.stream());
        if (stream == null && over.contains(ack.stream())) {
            if (!ack.closed() && !settled.contains(ack.stream())) endAgain(ack.stream(), SenderStream.reach(ack), now);
            return;
        }
        // Acks come in any order: what one says that was posted earlier may lie above what the last one made known.
        if (stream != null && stream.isEndedAgain() && SenderStream.reach(ack) > stream.next())
            endAgain(ack.stream(), SenderStream.reach(ack), now);
        outdated |= stream == null ? ack.closed() || SenderStream.reach(ack) > 0 : stream.isBehind(ack);
        if (stream == null || !stream.onAck(ack, effects)) return;
        streams.remove(stream.number);
        over.add(stream.number, stream.number + 1);
        settled.add(stream.number, stream.number + 1);
    }

    /** Notes what has arrived, and forgets what nobody will ask for again. */
    private void sweep(long now, List<Effect> effects) {
        var fresh = new ArrayList<SentPacket>();
        for (Iterator<SentPacket> all = flights.values().iterator(); all.hasNext(); ) {
            SentPacket packet = all.next();
            if (!packet.acked && isHeld(packet)) {
                packet.acked = true;
                if (!packet.posts().isEmpty()) fresh.add(packet);
                if (packet.posts().size() == 1 && !packet.onWay)
                    onRoundTrip(now - packet.posts().getFirst().at);
            }
            // What is stored behind a gap is kept: a peer that loses its memory would need it again.
            if (packet.acked && isBelow(packet)) {
                all.remove();
                effects.add(new Effect.Forget(packet.number));
                var until = packet.reaches();
                for (PostId post : packet.posts()) tidy.add(post, until);
            }
        }
        for (SentPacket packet : flights.values()) if (packet.missed() != null) fresh.forEach(packet::onArrived);
    }

    private void onRoundTrip(long took) {
        long sample = Math.clamp(took, 1, LONGEST_ROUND_TRIP_MILLIS);
        roundTrip = roundTrip == 0 ? sample : (7 * roundTrip + sample) / 8;
    }

    private void onNack(Nack nack, long now, List<Effect> effects) {
        for (SentPacket packet : flights.values()) {
            PostId post = packet.missed();
            if (post != null && packet.isNamed(nack, post, roundTrip, now)) effects.add(packet.repair());
        }
    }

    private void onPong(Pong pong, long now, List<Effect> effects) {
        if (!questions.isAnswer(pong)) return;
        for (SentPacket packet : flights.values()) {
            PostId post = packet.missed();
            if (post != null && questions.isAfter(post.at) && now - post.at >= patience(packet))
                effects.add(packet.repair());
        }
        questions.onAnswered(now);
    }

    /** The peer starts from nothing. It is told where each stream goes on. */
    private void onNewSession(long now, List<Effect> effects) {
        seen.clear();
        settled.clear();
        weight = 0;
        limit = Limits.FIRST_PEER_CREDIT;
        for (SenderStream stream : streams.values()) {
            var kept = new HashMap<Long, PlacedPart>();
            for (SentPacket packet : flights.values()) {
                for (PlacedPart placed : packet.parts) {
                    if (placed.part.stream == stream.number) kept.put(placed.part.until, placed);
                }
            }
            limit += stream.restart(kept, effects);
            weight += stream.weight();
        }
        // What a packet holds of streams that have ended is not to be taken for new.
        for (SentPacket packet : flights.values()) {
            for (Reach reach : packet.reaches()) {
                SenderStream stream = streams.get(reach.stream);
                if (stream == null || stream.isEndedAgain()) endAgain(reach.stream, reach.until, now);
            }
        }
        questions.onControl(now, true);
        for (SentPacket packet : flights.values()) {
            packet.acked = isHeld(packet);
            packet.stale = !packet.acked;
        }
    }

    /** A new memory of the peer knows pieces of a stream that has ended, or may meet them: it is told the end once more. */
    private void endAgain(long number, long end, long now) {
        SenderStream stream = streams.computeIfAbsent(number, SenderStream::new);
        over.remove(number);
        stream.endAgain(end);
        questions.onControl(now, false);
    }

    // --- small questions

    private SenderStream stream(long number) {
        if (over.contains(number)) throw new IllegalArgumentException("stream " + number + " is closed");
        return streams.computeIfAbsent(number, SenderStream::new);
    }

    private boolean isHeld(SentPacket packet) {
        for (PlacedPart placed : packet.parts) {
            SenderStream stream = streams.get(placed.part.stream);
            if (stream != null && !stream.holds(placed.part.from, placed.part.until)) return false;
        }
        return true;
    }

    private boolean isBelow(SentPacket packet) {
        for (PlacedPart placed : packet.parts) {
            SenderStream stream = streams.get(placed.part.stream);
            if (stream != null && !stream.isStored(placed.part.until)) return false;
        }
        return true;
    }

    private boolean awaitsReset(SentPacket packet) {
        for (PlacedPart placed : packet.parts) {
            SenderStream stream = streams.get(placed.part.stream);
            if (stream != null && stream.awaitsReset()) return true;
        }
        return false;
    }

    /** A packet that was repaired in vain waits longer each time. */
    private long patience(SentPacket packet) {
        return standing.patience() << Math.min(packet.repairs(), Questions.MOST_DOUBLINGS);
    }
}
