package io.botmesh.wire;

import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.Past;
import io.botmesh.wire.LinkSender.PlacedPart;
import io.botmesh.wire.LinkSender.StreamState;
import io.botmesh.wire.LinkSender.Waiting;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One stream of a {@link LinkSender}: what was packed of it, how far the peer has it, and which messages are not done. */
final class SenderStream {
    /** Most bytes of the Opens of streams that had the name before. */
    private static final int PAST = 500;

    /** Most bytes of a Reset, and of a Close. */
    private static final int RESET = 32;

    private static final int CLOSE = 24;

    final long number;
    private final SpanSet beyond;
    private final SpanSet posted = new SpanSet();
    private final TreeMap<Long, Waiting> waiting = new TreeMap<>(); // by last piece
    private String name = "";
    private List<Past> past = List.of(); // that had the name before
    private List<Open> opens = List.of(); // of those, as far as there is room, and at last its own
    private int bytesOfName;
    private int bytesOfNames; // of all
    private long next;
    private long weight;
    private long limit = Limits.FIRST_STREAM_CREDIT;
    private long stored;
    private long done;
    private long start; // first piece of the message that has not ended
    private long floor; // pieces below it are gone: the peer lost them, and so did this outbox
    private long end = -1;
    private boolean known; // the peer has acked something of it
    private long resetTo = -1;
    private long resetWeight;
    private long refused = -1; // first piece of a message that has not ended, and that the peer does not take
    /** Packets that have told of its end. */
    int farewells;

    SenderStream(long number) {
        this.number = number;
        beyond = new SpanSet(List.of());
    }

    /** @param unposted pieces that nobody has posted, as far as was stored */
    SenderStream(StreamState state, List<Span> unposted) {
        number = state.stream();
        beyond = new SpanSet(state.beyond());
        open(state.name(), state.past());
        next = state.next();
        weight = state.weight();
        limit = state.limit();
        stored = state.stored();
        done = state.done();
        start = state.start();
        floor = state.floor();
        end = state.end();
        known = state.known();
        resetTo = state.resetTo();
        resetWeight = state.resetWeight();
        for (Waiting message : state.waiting()) waiting.put(message.last(), message);
        long at = 0;
        for (Span span : unposted) {
            posted.add(at, span.from());
            at = span.until();
        }
        posted.add(at, next);
    }

    StreamState state() {
        return new StreamState(
                number,
                name,
                next,
                weight,
                limit,
                stored,
                beyond.spans(),
                done,
                start,
                floor,
                end,
                known,
                resetTo,
                resetWeight,
                past,
                List.copyOf(waiting.values()));
    }

    // --- what the caller does

    /** @param before streams that had the name, the last one first */
    void open(String purpose, List<Past> before) {
        name = purpose;
        past = List.copyOf(before);
        if (name.isEmpty()) return;
        var all = new ArrayDeque<Open>();
        all.add(open(number, 0));
        bytesOfName = ControlLayout.frame(all.getLast()).length;
        bytesOfNames = bytesOfName;
        // Each says of the one before it where that has ended: so one whose packets are all lost hides nothing of what
        // went before.
        for (int i = 0; i + 1 < past.size(); i++) {
            Open one = open(past.get(i).stream(), i + 1);
            int bytes = ControlLayout.frame(one).length;
            if (bytesOfNames - bytesOfName + bytes > PAST) break;
            bytesOfNames += bytes;
            all.addFirst(one);
        }
        opens = List.copyOf(all);
    }

    private Open open(long stream, int before) {
        if (before >= past.size()) return new Open(stream, name);
        return new Open(
                stream, name, past.get(before).stream(), past.get(before).end());
    }

    /** Ends after what was packed; false if it has ended already. */
    boolean close() {
        if (end >= 0) return false;
        end = next;
        return true;
    }

    /** Number of the next piece. */
    long next() {
        return next;
    }

    /** Weight of all that was packed. */
    long weight() {
        return weight;
    }

    /** Weight that the peer still has room for. */
    long room() {
        return limit - weight;
    }

    void grant(long total) {
        limit = Math.max(limit, total);
    }

    /** Takes the next part in. */
    PlacedPart append(Part part, List<Effect> effects) {
        if (part.from() != next) throw new IllegalArgumentException(part + " follows " + next);
        if (end >= 0) throw new IllegalArgumentException("stream " + number + " is closed");
        var placed = new PlacedPart(part, weight);
        for (Ending ending : part.ending()) {
            if (start < floor) effects.add(new Effect.Lost(number, ending.message())); // as it began
            else if (start == refused) effects.add(new Effect.Refused(number, ending.message()));
            else waiting.put(ending.last(), new Waiting(ending.message(), start, ending.last(), null));
            start = ending.last() + 1;
        }
        next = part.until();
        weight += part.weight();
        return placed;
    }

    void onRefused(long first, List<Effect> effects) {
        if (first == start) refused = start;
        for (Waiting message : waiting.values()) {
            if (message.first() != first) continue;
            waiting.remove(message.last());
            effects.add(new Effect.Refused(number, message.message()));
            return;
        }
    }

    void onPosted(Part part, List<Effect> effects) {
        posted.add(part.from(), part.until());
        // A message that ends in a later packet is looked at when that one is posted.
        for (Waiting message : List.copyOf(waiting.tailMap(part.from()).values())) {
            if (message.first() >= part.until()) break;
            if (posted.covers(message.first(), message.last() + 1)) reach(message, Level.POSTED, effects);
        }
    }

    /** Nothing more will be heard of messages that are posted. */
    void forgetPosted() {
        waiting.values().removeIf(message -> message.level() != null);
    }

    // --- what the peer says

    /** Whether an ack speaks of what was never sent: of an end, or of pieces, to which nothing can come after the end. */
    boolean isBehind(StreamAck ack) {
        return end < 0 && (reach(ack) > next || ack.closed());
    }

    /** The number after the last piece that an ack speaks of. */
    static long reach(StreamAck ack) {
        return Math.max(
                ack.stored(),
                ack.beyond().isEmpty() ? 0 : ack.beyond().getLast().until());
    }

    /** Whether that was the last that is to be heard of it. */
    boolean onAck(StreamAck ack, List<Effect> effects) {
        boolean closed = ack.closed() && end >= 0;
        long below = closed ? next : ack.stored();
        long above = ack.beyond().isEmpty() ? below : ack.beyond().getLast().until();
        if (above > next) return false; // of pieces that were never sent
        stored = Math.max(stored, below);
        done = Math.max(done, closed ? next : ack.done());
        for (Span span : ack.beyond()) beyond.add(span.from(), span.until());
        stored = beyond.firstMissing(stored);
        beyond.removeBelow(stored);
        if (resetTo >= 0 && resetTo <= below) resetTo = -1;
        // Pieces that were packed for an earlier memory may be there without the name, which comes with the reset.
        if ((above > 0 || closed) && resetTo < 0) known = true;
        for (Waiting message : List.copyOf(waiting.values())) {
            if (message.last() < done) {
                reach(message, Level.DONE, effects);
                waiting.remove(message.last());
            } else if (message.level() != Level.STORED && holds(message.first(), message.last() + 1)) {
                reach(message, Level.STORED, effects);
            }
        }
        return closed;
    }

    /**
     * The peer starts from nothing. It is told to go on at the first piece from which all later ones can still be sent.
     *
     * @param kept   parts that can, by the piece after their last
     * @return the weight of what cannot
     */
    long restart(Map<Long, PlacedPart> kept, List<Effect> effects) {
        long base = next;
        long before = weight;
        for (PlacedPart placed = kept.get(base);
                placed != null && placed.part().from() >= floor;
                placed = kept.get(base)) {
            base = placed.part().from();
            before = placed.before();
        }
        stored = base;
        floor = base;
        beyond.clear();
        done = Math.min(done, base);
        known = false;
        limit = before + Limits.FIRST_STREAM_CREDIT;
        resetTo = base > 0 ? base : -1;
        resetWeight = before;
        for (Waiting message : List.copyOf(waiting.values())) {
            if (message.first() >= base) break;
            waiting.remove(message.last());
            effects.add(new Effect.Lost(number, message.message()));
        }
        return before;
    }

    // --- small questions

    /** Most bytes of what {@link #tell} would add; 0 for nothing. */
    int bytesToTell(boolean data) {
        int bytes = opens() ? data ? bytesOfNames : bytesOfName : 0;
        if (resetTo >= 0) bytes += RESET;
        if (end >= 0) bytes += CLOSE;
        return bytes;
    }

    /** Bytes of what {@link #tellEnd} adds. */
    int bytesToClose() {
        return ControlLayout.frame(new Close(number, end)).length;
    }

    /** Tells of its end alone. */
    void tellEnd(List<Frame> frames) {
        frames.add(new Close(number, end));
    }

    /** Whether the peer may not know its name. */
    boolean opens() {
        return !name.isEmpty() && !known;
    }

    /**
     * What the peer has to be told of it before all data.
     *
     * @param data whether that follows
     */
    void tell(boolean data, List<Frame> frames) {
        if (opens() && data) frames.addAll(opens);
        else if (opens()) frames.add(opens.getLast());
        if (resetTo >= 0) frames.add(new Reset(number, resetTo, resetWeight));
        if (end >= 0) frames.add(new Close(number, end));
    }

    /** Whether the peer has not confirmed an end or a new start yet. */
    boolean isControlled() {
        return resetTo >= 0 || end >= 0;
    }

    boolean isClosing() {
        return end >= 0;
    }

    /** It has ended for both sides, and a new memory of the peer is told so: nothing below counts any more. */
    void endAgain(long until) {
        next = Math.max(next, until);
        start = next;
        stored = next;
        done = next;
        floor = next;
        end = next;
        resetTo = next;
    }

    /** Whether its end is told once more, so that where it was is known from the peer alone. */
    boolean isEndedAgain() {
        return end >= 0 && floor == end;
    }

    boolean awaitsReset() {
        return resetTo >= 0;
    }

    /** Whether a message of it is not done. */
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Whether the peer has all of it below that piece, and without a gap. */
    boolean isStored(long until) {
        return until <= stored;
    }

    boolean isDone(long until) {
        return until <= done;
    }

    /** Whether the peer has these pieces. */
    boolean holds(long from, long until) {
        return until <= stored || beyond.covers(Math.max(from, stored), until);
    }

    private void reach(Waiting message, Level level, List<Effect> effects) {
        Level before = message.level();
        for (Level step : Level.values()) {
            if ((before == null || step.compareTo(before) > 0) && step.compareTo(level) <= 0) {
                effects.add(new Effect.Reached(number, message.message(), step));
            }
        }
        if (before == null || level.compareTo(before) > 0) {
            waiting.put(message.last(), new Waiting(message.message(), message.first(), message.last(), level));
        }
    }
}
