package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import java.nio.charset.StandardCharsets;
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

    /** An Open without its name, a Reset and a Close with the largest numbers, and a Ping's share. */
    private static final int FRAMES_OF_A_STREAM = 16 + 32 + 20 + 4;

    /** Later packets of the same lane that must have been stored before an earlier one counts as missing. */
    static final int REORDERING = 3;

    /** Telegram lets a bot delete its post for this long. */
    static final long DELETABLE_MILLIS = 48L * 3_600_000;

    /** Most posts that one call deletes. */
    static final int DELETED_AT_ONCE = 100;

    /** A gap of pieces that is asked for again this soon is the one that is being closed. */
    private static final long ECHO_MILLIS = 5_000;

    /** Posts gather for this long before a call deletes fewer than it could. */
    private static final long TIDY_MILLIS = 600_000;

    private static final long LONGEST_SILENCE_MILLIS = 3_600_000;
    /** A packet that was acked later says that its peer was away, not how long a way is. */
    private static final long LONGEST_ROUND_TRIP_MILLIS = 60_000;

    private static final int FORMER = 16;

    /** A question that did not have to wait is earned by so many packets of data. */
    private static final int PACKETS_A_QUESTION = 16;

    /** Such questions that were not asked, and may be asked later. */
    private static final double MOST_SAVED = 4;

    private static final int MOST_DOUBLINGS = 6;

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
     * @param keepMillis     how long posts are kept whatever was acked; negative to keep them for ever
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

    /** A stream as far as it was sent. */
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
            List<Waiting> waiting) {
        public StreamState {
            beyond = List.copyOf(beyond);
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

    private static final class Out {
        final long stream;
        final SpanSet beyond;
        final SpanSet posted = new SpanSet();
        final TreeMap<Long, Waiting> waiting = new TreeMap<>(); // by last piece
        String name = "";
        long next;
        long weight;
        long limit = Limits.FIRST_STREAM_CREDIT;
        long stored;
        long done;
        long start; // first piece of the message that has not ended
        long floor; // pieces below it are gone: the peer lost them, and so did this outbox
        long end = -1;
        boolean known; // the peer has acked something of it
        long resetTo = -1;
        long resetWeight;

        Out(long stream, List<Span> beyond) {
            this.stream = stream;
            this.beyond = new SpanSet(beyond);
        }

        boolean holds(long from, long until) {
            return until <= stored || beyond.covers(Math.max(from, stored), until);
        }
    }

    private static final class Air {
        final long packet;
        final List<PlacedPart> parts;
        final List<PostId> posts;
        boolean onWay; // whoever posts has it
        boolean acked;
        boolean stale; // the peer that may have had it is no more
        boolean forwarded; // the last repair was a forward
        int repairs;
        long order; // place among all posts
        int laterInLane;
        int later;

        Air(long packet, List<PlacedPart> parts, List<PostId> posts) {
            this.packet = packet;
            this.parts = parts;
            this.posts = new ArrayList<>(posts);
        }

        @Nullable
        PostId last() {
            return posts.isEmpty() ? null : posts.getLast();
        }
    }

    private final long incarnation;
    private final Options options;
    private final TreeMap<Long, Out> streams = new TreeMap<>();
    private final SpanSet over; // closed, and the peer knows
    private final TreeMap<Long, Air> flights = new TreeMap<>();
    private boolean looked; // the next two are known
    private int unacked;
    private long unheardSince;
    private boolean awaitsPost;
    private final List<Posted> tidy = new ArrayList<>();
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
    private long pings;
    private long pingedAt;
    private boolean asked; // and no answer yet
    private int unanswered;
    private int questions; // since a message was done
    private long progressAt;
    private long postedAt; // the last post
    private int hurried; // questions since a message was done that did not have to wait
    private double saved = MOST_SAVED;
    private long blockedSince = -1;
    private long controlSince = -1; // an end or a reset that the peer has not confirmed
    private boolean controlDue;
    private long told = Long.MIN_VALUE; // the last stream that was spoken of

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
        pings = state.pings;
        roundTrip = state.roundTripMillis;
        tidy.addAll(state.posted);
        over = new SpanSet(state.over);
        for (StreamState stored : state.streams) {
            var out = new Out(stored.stream, stored.beyond);
            out.name = stored.name;
            out.next = stored.next;
            out.weight = stored.weight;
            out.limit = stored.limit;
            out.stored = stored.stored;
            out.done = stored.done;
            out.start = stored.start;
            out.floor = stored.floor;
            out.end = stored.end;
            out.known = stored.known;
            out.resetTo = stored.resetTo;
            out.resetWeight = stored.resetWeight;
            for (Waiting message : stored.waiting) out.waiting.put(message.last, message);
            out.posted.add(0, stored.next);
            streams.put(stored.stream, out);
            controlDue |= out.resetTo >= 0 || out.end >= 0;
        }
        for (Flight flight : state.flights) {
            var air = new Air(flight.packet, flight.parts, flight.posts);
            air.onWay = flight.onWay;
            air.repairs = flight.repairs;
            air.acked = isHeld(air);
            air.stale = !air.acked && awaitsReset(air);
            air.order = ++order;
            flights.put(flight.packet, air);
        }
        var unposted = new TreeMap<Long, SpanSet>();
        for (Air air : flights.values()) {
            if (!air.posts.isEmpty()) continue;
            for (PlacedPart placed : air.parts) {
                unposted.computeIfAbsent(placed.part.stream, none -> new SpanSet())
                        .add(placed.part.from, placed.part.until);
            }
        }
        unposted.forEach((stream, missing) -> {
            Out out = stream(stream);
            out.posted.clear();
            long at = 0;
            for (Span span : missing.spans()) {
                out.posted.add(at, span.from());
                at = span.until();
            }
            out.posted.add(at, out.next);
        });
    }

    /** What an earlier process may have left undone: nobody knows whether these packets were posted. */
    public List<Effect> resume() {
        looked = false;
        var effects = new ArrayList<Effect>();
        for (Air air : flights.values()) {
            boolean undone = !air.acked && (air.onWay || air.posts.isEmpty());
            air.onWay = undone && !air.stale; // stale ones go when the peer knows where its streams go on
            if (air.onWay) effects.add(new Effect.Repost(air.packet, -1));
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

    /** What to store. */
    public State state() {
        var outs = new ArrayList<StreamState>(streams.size());
        for (Out out : streams.values()) {
            outs.add(new StreamState(
                    out.stream,
                    out.name,
                    out.next,
                    out.weight,
                    out.limit,
                    out.stored,
                    out.beyond.spans(),
                    out.done,
                    out.start,
                    out.floor,
                    out.end,
                    out.known,
                    out.resetTo,
                    out.resetWeight,
                    List.copyOf(out.waiting.values())));
        }
        var airs = new ArrayList<Flight>(flights.size());
        for (Air air : flights.values()) {
            airs.add(new Flight(air.packet, air.parts, air.posts, air.onWay, air.repairs));
        }
        return new State(
                session,
                former,
                heardOutbox,
                heardPacket,
                weight,
                limit,
                pings,
                roundTrip,
                outs,
                over.spans(),
                airs,
                tidy);
    }

    // --- what the caller does

    /**
     * What the next packet may weigh on a stream: the bytes of its bodies and {@link Limits#PIECE_WEIGHT} for each
     * piece. Zero if the peer has to grant more first.
     */
    public long room(long stream) {
        if (!options.answered) return Limits.MAX_NUMBER;
        Out out = streams.get(stream);
        long most = out == null ? Limits.FIRST_STREAM_CREDIT : out.limit - out.weight;
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
    public long next(long stream) {
        Out out = streams.get(stream);
        return out == null ? 0 : out.next;
    }

    /** Says what a stream is for; before its first packet. */
    public void open(long stream, String name) {
        stream(stream).name = name;
    }

    /** Ends a stream after what was packed. */
    public void close(long stream, long now) {
        Out out = stream(stream);
        if (out.end >= 0) return;
        out.end = out.next;
        controlDue = true;
        if (controlSince < 0) controlSince = now;
    }

    /** Data waits for credit, or does so no more. */
    public void onBlocked(boolean blocked, long now) {
        if (!blocked || !options.answered) blockedSince = -1;
        else if (blockedSince < 0) blockedSince = now;
    }

    /** A packet was made and stored; it is to be posted now. Packets without pieces are not told of. */
    public List<Effect> onPacked(long packet, List<Part> parts) {
        looked = false;
        var effects = new ArrayList<Effect>();
        var placed = new ArrayList<PlacedPart>(parts.size());
        for (Part part : parts) {
            Out out = stream(part.stream);
            if (part.from != out.next) throw new IllegalArgumentException(part + " follows " + out.next);
            if (out.end >= 0) throw new IllegalArgumentException("stream " + part.stream + " is closed");
            if (part.weight > room(part.stream)) throw new IllegalArgumentException(part + " is above the credit");
            placed.add(new PlacedPart(part, out.weight));
            for (Ending ending : part.ending) {
                if (out.start < out.floor) effects.add(new Effect.Lost(out.stream, ending.message)); // as it began
                else out.waiting.put(ending.last, new Waiting(ending.message, out.start, ending.last, null));
                out.start = ending.last + 1;
            }
            out.next = part.until;
            out.weight += part.weight;
            weight += part.weight;
        }
        saved = Math.min(MOST_SAVED, saved + 1.0 / PACKETS_A_QUESTION);
        var air = new Air(packet, placed, List.of());
        air.onWay = true;
        if (flights.put(packet, air) != null) throw new IllegalArgumentException("packet " + packet + " again");
        return effects;
    }

    /** The packet is in Telegram's hands. */
    public List<Effect> onPosted(long packet, PostId post) {
        looked = false;
        var effects = new ArrayList<Effect>();
        Air air = flights.get(packet);
        if (air == null) { // acked meanwhile
            forgetPost(post, List.of());
            return effects;
        }
        postedAt = Math.max(postedAt, post.at);
        air.posts.add(post);
        air.onWay = false;
        air.order = ++order;
        air.later = 0;
        air.laterInLane = 0;
        if (!awaitsReset(air)) air.stale = false;
        for (PlacedPart placed : air.parts) {
            Out out = streams.get(placed.part.stream);
            if (out == null) continue;
            out.posted.add(placed.part.from, placed.part.until);
            // A message that ends in a later packet is looked at when that one is posted.
            for (Waiting message :
                    List.copyOf(out.waiting.tailMap(placed.part.from).values())) {
                if (message.first >= placed.part.until) break;
                if (out.posted.covers(message.first, message.last + 1)) reach(out, message, Level.POSTED, effects);
            }
            if (!options.answered) out.waiting.values().removeIf(message -> message.level != null);
        }
        if (!options.answered) {
            flights.remove(packet);
            effects.add(new Effect.Forget(packet));
            forgetPost(post, List.of());
        }
        return effects;
    }

    /** The call failed, and nobody knows whether the packet was posted; a call that surely failed is the caller's. */
    public List<Effect> onUnknown(long packet, int lane) {
        looked = false;
        Air air = flights.get(packet);
        return air == null || air.acked ? List.of() : List.of(new Effect.Repost(packet, lane));
    }

    /** The post that was to be forwarded is gone, or may not be forwarded. */
    public List<Effect> onNotForwarded(long packet) {
        looked = false;
        Air air = flights.get(packet);
        if (air != null) air.forwarded = false; // the next post is another one
        return onUnknown(packet, -1);
    }

    /**
     * Takes the frames of a packet of the peer. What speaks to another outbox does no harm.
     *
     * @param outbox incarnation in the packet's header
     * @param packet its number there: of two acks the later one speaks of the later memory
     */
    public List<Effect> onFrames(long outbox, long packet, List<Frame> frames, long now) {
        looked = false;
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
        return controlDue ? 0 : pingAt();
    }

    private long pingAt() {
        look();
        return Math.min(patientPingAt(), soonPingAt());
    }

    /** Whoever waits for a message to be done should not wait for another one that has something to say. */
    private long soonPingAt() {
        if (options.soonMillis < 0 || !options.answered || saved < 1 || !isAwaited()) return Long.MAX_VALUE;
        if (awaitsPost) return Long.MAX_VALUE; // the last one is to come
        long last = Math.max(postedAt, Math.max(progressAt, pingedAt));
        return last + (options.soonMillis << Math.min(hurried, MOST_DOUBLINGS));
    }

    private boolean isAwaited() {
        return options.wanted == Level.DONE
                ? streams.values().stream().anyMatch(out -> !out.waiting.isEmpty())
                : unacked > 0;
    }

    private long patientPingAt() {
        long at = repairPingAt();
        if (options.wanted != Level.DONE || !met || unacked > 0) return at;
        if (streams.values().stream().allMatch(out -> out.waiting.isEmpty())) return at;
        return Math.min(at, Math.max(progressAt, pingedAt) + silence(questions));
    }

    /** Asked for with every packet of any kind, so what all flights say together is kept until one changes. */
    private void look() {
        if (looked) return;
        looked = true;
        unacked = 0;
        unheardSince = Long.MAX_VALUE;
        awaitsPost = false;
        for (Air air : flights.values()) {
            awaitsPost |= air.onWay;
            if (air.acked) continue;
            unacked++;
            PostId post = air.last();
            if (post != null && !air.onWay) unheardSince = Math.min(unheardSince, post.at);
        }
    }

    private long silence(int asked) {
        return Math.min(LONGEST_SILENCE_MILLIS, patience() << Math.min(asked, MOST_DOUBLINGS));
    }

    private long repairPingAt() {
        long since = Long.MAX_VALUE;
        if (!options.answered) return since;
        if (blockedSince >= 0) since = blockedSince;
        if (controlSince >= 0) since = Math.min(since, controlSince);
        since = Math.min(since, unheardSince);
        if (since == Long.MAX_VALUE) return since;
        return Math.max(since, pingedAt) + silence(unanswered);
    }

    /** What the next packet to the peer should begin with. */
    public List<Frame> frames(long now) {
        var frames = new ArrayList<Frame>();
        int bytes = 0;
        var inTurn = new ArrayList<>(streams.tailMap(told, false).values());
        inTurn.addAll(streams.headMap(told, true).values());
        for (Out out : inTurn) {
            boolean opens = !out.name.isEmpty() && !out.known;
            if (!opens && out.resetTo < 0 && out.end < 0) continue;
            bytes += FRAMES_OF_A_STREAM + (opens ? out.name.getBytes(StandardCharsets.UTF_8).length : 0);
            if (bytes > MAX_BYTES) break; // the rest comes with the next packet
            told = out.stream;
            if (opens) frames.add(new Open(out.stream, out.name));
            if (out.resetTo >= 0) frames.add(new Reset(out.stream, out.resetTo, out.resetWeight));
            if (out.end >= 0) frames.add(new Close(out.stream, out.end));
        }
        if (now >= pingAt()) {
            frames.add(new Ping(++pings));
            if (now < patientPingAt()) {
                saved--;
                hurried++;
            } else {
                unanswered++;
                questions++;
            }
            pingedAt = now;
            asked = true;
        }
        controlDue = false;
        return frames;
    }

    /** Says which posts may be deleted now. Call it every few minutes. */
    public List<Effect> onTime(long now) {
        looked = false;
        record Place(int lane, long channel) {}
        var ripe = new HashMap<Place, List<Long>>();
        var overdue = new HashMap<Place, Boolean>();
        for (Posted one : tidy) {
            if (!isRipe(one, now)) continue;
            var place = new Place(one.post.lane, one.post.channel);
            ripe.computeIfAbsent(place, none -> new ArrayList<>()).add(one.post.message);
            if (now - one.post.at - options.keepMillis >= TIDY_MILLIS) overdue.put(place, true);
        }
        var effects = new ArrayList<Effect>();
        ripe.forEach((place, messages) -> {
            boolean all = overdue.containsKey(place);
            for (int from = 0; from < messages.size(); from += DELETED_AT_ONCE) {
                int until = Math.min(messages.size(), from + DELETED_AT_ONCE);
                if (!all && until - from < DELETED_AT_ONCE) break;
                effects.add(new Effect.Delete(place.lane, place.channel, List.copyOf(messages.subList(from, until))));
            }
        });
        for (Effect effect : effects) {
            var delete = (Effect.Delete) effect;
            tidy.removeIf(one -> one.post.lane == delete.lane
                    && one.post.channel == delete.channel
                    && delete.messages.contains(one.post.message));
        }
        tidy.removeIf(one -> now - one.post.at >= DELETABLE_MILLIS);
        return effects;
    }

    private boolean isRipe(Posted one, long now) {
        long age = now - one.post.at;
        if (age < options.keepMillis || age >= DELETABLE_MILLIS) return false;
        if (options.tidy != Level.DONE) return true;
        for (Reach reach : one.until) {
            Out out = streams.get(reach.stream);
            if (out != null && out.done < reach.until) return false;
        }
        return true;
    }

    // --- what the peer says

    private void onCredit(Credit credit) {
        limit = Math.max(limit, credit.weight());
        for (StreamCredit one : credit.streams()) {
            Out out = streams.get(one.stream());
            if (out != null) out.limit = Math.max(out.limit, one.weight());
        }
    }

    private void onAck(Ack ack, long outbox, long packet, long now, List<Effect> effects) {
        if (former.contains(ack.session())) return; // overtaken by one of the memory that came after
        unanswered = 0;
        boolean later = outbox != heardOutbox || packet > heardPacket;
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
            heardPacket = packet;
        }
        int before = effects.size();
        for (StreamAck one : ack.streams()) onStreamAck(one, effects);
        if (effects.size() > before) {
            progressAt = now;
            questions = 0;
            hurried = 0;
        }
        if (controlSince >= 0 && streams.values().stream().noneMatch(out -> out.resetTo >= 0 || out.end >= 0)) {
            controlSince = -1;
        }
        sweep(now, effects);
        for (Seen one : ack.seen()) seen.merge(one.channel(), one.message(), Math::max);
        for (Air air : List.copyOf(flights.values())) {
            if (!isMissing(air)) continue;
            if (air.stale && !awaitsReset(air)) repair(air, effects);
            PostId post = air.last();
            if (post == null || !isMissing(air)) continue;
            boolean overtaken = air.laterInLane >= REORDERING || air.later >= REORDERING + options.lanes;
            boolean passed = seen.getOrDefault(post.channel, -1L) >= post.message && now - post.at >= patience(air);
            if (overtaken || passed) repair(air, effects);
        }
    }

    private void onStreamAck(StreamAck ack, List<Effect> effects) {
        Out out = streams.get(ack.stream());
        if (out == null) return;
        boolean closed = ack.closed() && out.end >= 0;
        long stored = closed ? out.next : ack.stored();
        long end = ack.beyond().isEmpty() ? stored : ack.beyond().getLast().until();
        if (end > out.next) return; // of pieces that were never sent
        out.stored = Math.max(out.stored, stored);
        out.done = Math.max(out.done, closed ? out.next : ack.done());
        for (Span span : ack.beyond()) out.beyond.add(span.from(), span.until());
        out.stored = out.beyond.firstMissing(out.stored);
        out.beyond.removeBelow(out.stored);
        if (out.resetTo >= 0 && out.resetTo <= stored) out.resetTo = -1;
        // Pieces that were packed for an earlier memory may be there without the name, which comes with the reset.
        if ((end > 0 || closed) && out.resetTo < 0) out.known = true;
        for (Waiting message : List.copyOf(out.waiting.values())) {
            if (message.last < out.done) {
                reach(out, message, Level.DONE, effects);
                out.waiting.remove(message.last);
            } else if (message.level != Level.STORED && out.holds(message.first, message.last + 1)) {
                reach(out, message, Level.STORED, effects);
            }
        }
        if (closed) {
            streams.remove(out.stream);
            over.add(out.stream, out.stream + 1);
        }
    }

    /** Notes what has arrived, and forgets what nobody will ask for again. */
    private void sweep(long now, List<Effect> effects) {
        var fresh = new ArrayList<Air>();
        for (Iterator<Air> all = flights.values().iterator(); all.hasNext(); ) {
            Air air = all.next();
            if (!air.acked && isHeld(air)) {
                air.acked = true;
                if (!air.posts.isEmpty()) fresh.add(air);
                if (air.posts.size() == 1 && !air.onWay) {
                    long sample = Math.clamp(now - air.posts.getFirst().at, 1, LONGEST_ROUND_TRIP_MILLIS);
                    roundTrip = roundTrip == 0 ? sample : (7 * roundTrip + sample) / 8;
                }
            }
            // What is stored behind a gap is kept: a peer that loses its memory would need it again.
            if (air.acked && air.parts.stream().allMatch(placed -> isBelow(placed.part))) {
                all.remove();
                effects.add(new Effect.Forget(air.packet));
                var until = air.parts.stream()
                        .map(placed -> new Reach(placed.part.stream, placed.part.until))
                        .toList();
                for (PostId post : air.posts) forgetPost(post, until);
            }
        }
        for (Air air : flights.values()) {
            PostId post = air.last();
            if (post == null || !isMissing(air)) continue;
            for (Air arrived : fresh) {
                if (arrived.order <= air.order) continue;
                air.later++;
                if (arrived.posts.getLast().lane == post.lane) air.laterInLane++;
            }
        }
    }

    private void onNack(Nack nack, long now, List<Effect> effects) {
        for (Air air : flights.values()) {
            PostId post = air.last();
            if (post == null || !isMissing(air)) continue;
            boolean named = false;
            for (PostRange range : nack.posts()) {
                named |= range.channel() == post.channel
                        && post.message >= range.messages().from()
                        && post.message < range.messages().until();
            }
            // Pieces are no post, so this may be an echo of a gap that is being repaired.
            if (now - post.at >= Math.max(ECHO_MILLIS, roundTrip)) {
                for (PieceRange range : nack.pieces()) named |= overlaps(air, range);
            }
            if (named) repair(air, effects);
        }
    }

    private static boolean overlaps(Air air, PieceRange range) {
        for (PlacedPart placed : air.parts) {
            if (placed.part.stream == range.stream()
                    && placed.part.from < range.pieces().until()
                    && placed.part.until > range.pieces().from()) return true;
        }
        return false;
    }

    private void onPong(Pong pong, long now, List<Effect> effects) {
        if (pong.token() != pings || !asked) return;
        for (Air air : flights.values()) {
            PostId post = air.last();
            if (post == null || !isMissing(air)) continue;
            if (post.at <= pingedAt && now - post.at >= patience(air)) repair(air, effects);
        }
        asked = false;
        if (blockedSince >= 0) blockedSince = now;
        if (controlSince >= 0) controlSince = now;
    }

    /**
     * The peer starts from nothing. It is told where each stream goes on: at the first piece from which all later ones
     * can still be sent.
     */
    private void onNewSession(long now, List<Effect> effects) {
        seen.clear();
        weight = 0;
        limit = Limits.FIRST_PEER_CREDIT;
        for (Out out : streams.values()) {
            var kept = new TreeMap<Long, PlacedPart>();
            for (Air air : flights.values()) {
                for (PlacedPart placed : air.parts) {
                    if (placed.part.stream == out.stream) kept.put(placed.part.until, placed);
                }
            }
            long base = out.next;
            long before = out.weight;
            for (PlacedPart placed = kept.get(base); placed != null; placed = kept.get(base)) {
                base = placed.part.from;
                before = placed.before;
            }
            out.stored = base;
            out.floor = base;
            out.beyond.clear();
            out.done = Math.min(out.done, base);
            out.known = false;
            out.limit = before + Limits.FIRST_STREAM_CREDIT;
            out.resetTo = base > 0 ? base : -1;
            out.resetWeight = before;
            limit += before;
            weight += out.weight;
            for (Waiting message : List.copyOf(out.waiting.values())) {
                if (message.first >= base) break;
                out.waiting.remove(message.last);
                effects.add(new Effect.Lost(out.stream, message.message));
            }
        }
        controlDue = true;
        controlSince = now;
        for (Air air : flights.values()) {
            air.acked = isHeld(air);
            air.stale = !air.acked;
        }
    }

    private void repair(Air air, List<Effect> effects) {
        PostId post = air.last();
        air.onWay = true;
        air.stale = false;
        air.repairs++;
        if (post != null && !air.forwarded) {
            air.forwarded = true;
            effects.add(new Effect.Forward(air.packet, post));
        } else {
            air.forwarded = false;
            effects.add(new Effect.Repost(air.packet, -1));
        }
    }

    // --- small questions

    private Out stream(long number) {
        if (over.contains(number)) throw new IllegalArgumentException("stream " + number + " is closed");
        return streams.computeIfAbsent(number, fresh -> new Out(fresh, List.of()));
    }

    private void reach(Out out, Waiting message, Level level, List<Effect> effects) {
        Level before = message.level;
        for (Level step : Level.values()) {
            if ((before == null || step.compareTo(before) > 0) && step.compareTo(level) <= 0) {
                effects.add(new Effect.Reached(out.stream, message.message, step));
            }
        }
        if (before == null || level.compareTo(before) > 0) {
            out.waiting.put(message.last, new Waiting(message.message, message.first, message.last, level));
        }
    }

    private boolean isHeld(Air air) {
        for (PlacedPart placed : air.parts) {
            Out out = streams.get(placed.part.stream);
            if (out != null && !out.holds(placed.part.from, placed.part.until)) return false;
        }
        return true;
    }

    private boolean isBelow(Part part) {
        Out out = streams.get(part.stream);
        return out == null || part.until <= out.stored;
    }

    private boolean awaitsReset(Air air) {
        for (PlacedPart placed : air.parts) {
            Out out = streams.get(placed.part.stream);
            if (out != null && out.resetTo >= 0) return true;
        }
        return false;
    }

    /** Posted, not acked, and nobody is at it. */
    private static boolean isMissing(Air air) {
        return !air.acked && !air.onWay;
    }

    private long patience() {
        return Math.max(options.patienceMillis, 4 * roundTrip);
    }

    /** A packet that was repaired in vain waits longer each time. */
    private long patience(Air air) {
        return patience() << Math.min(air.repairs, MOST_DOUBLINGS);
    }

    private void forgetPost(PostId post, List<Reach> until) {
        if (options.keepMillis >= 0) tidy.add(new Posted(post, until));
    }
}
