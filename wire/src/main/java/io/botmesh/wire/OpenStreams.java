package io.botmesh.wire;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The streams that have their place with a {@link LinkReceiver}: what they and their early pieces take, and which of them gives way if others want
 * it. A small packet may ask that thousands of times, so nothing here looks through all of them.
 */
final class OpenStreams {
    /** So many times the streams that a sender has open: nobody can tell it to wait, and those that it has ended may be missing something. */
    private static final int UNHEARD = 16;

    /** This part of the room for streams is for runs of early pieces. */
    private static final int RUNS = 4;

    /**
     * So many packets may be missing at a time that each had data of all streams that a sender has open: more than a channel has writers, and packets
     * overtake each other by as many as there are lanes. Weight bounds no runs: a piece without a body has little of it.
     */
    private static final int MISSING = 64;

    /** In which order streams give way. */
    enum Place {
        /** All that came of it is done: it goes on where it was if it is in use, and so it loses nothing. */
        IDLE,
        /** Nothing but its end is known of what is missing. */
        ENDING,
        /** Others wait for its missing pieces. */
        GAPPED,
        /** It has begun a message. */
        BEGUN,
        /** The packet in hand speaks of it: its name stands there, and its data may follow. */
        IN_HAND
    }

    private static final Comparator<ReceiverStream> SILENT_FIRST =
            Comparator.<ReceiverStream>comparingLong(in -> in.used).thenComparingLong(in -> in.stream);

    private final LinkReceiver.Options options;
    private final TreeMap<Long, ReceiverStream> byNumber = new TreeMap<>();
    private final Map<Place, NavigableSet<ReceiverStream>> places = new EnumMap<>(Place.class);
    private final NavigableSet<ReceiverStream> early = new TreeSet<>(SILENT_FIRST); // those of which pieces are early
    private long names; // bytes of all
    private long runs;
    private long held;
    private long packets; // that came to this process
    private long turns;
    private long turn; // of the packet in hand

    OpenStreams(LinkReceiver.Options options) {
        this.options = options;
        for (Place place : Place.values()) places.put(place, new TreeSet<>(SILENT_FIRST));
    }

    // --- what happens to them

    /** One that was stored; those first that were used least lately. */
    void restore(ReceiverStream in) {
        in.used = ++turns;
        byNumber.put(in.stream, in);
        file(in);
    }

    /** A new packet is in hand; what is brought back says nothing of what its sender uses now. */
    void onPacket(boolean broughtBack) {
        packets++;
        turn = broughtBack ? 0 : ++turns;
        for (ReceiverStream in : List.copyOf(inPlace(Place.IN_HAND))) onChange(in);
    }

    /** The packet in hand speaks of it. */
    void use(ReceiverStream in) {
        unfile(in);
        in.used = Math.max(in.used, turn);
        in.packet = packets;
        file(in);
    }

    /** A stream gets its place. */
    void add(ReceiverStream in) {
        byNumber.put(in.stream, in);
        use(in);
    }

    void name(ReceiverStream in, String name) {
        names -= in.nameBytes;
        in.name = name;
        in.nameBytes = Utf8.size(name);
        names += in.nameBytes;
    }

    /** Something of it came, is done or will not come. */
    void onChange(ReceiverStream in) {
        unfile(in);
        file(in);
    }

    void remove(ReceiverStream in) {
        byNumber.remove(in.stream);
        names -= in.nameBytes;
        unfile(in);
    }

    private void file(ReceiverStream in) {
        Place place = place(in);
        in.place = place;
        inPlace(place).add(in);
        in.runs = in.order.runs();
        in.held = in.order.heldBytes();
        runs += in.runs;
        held += in.held;
        if (in.runs > 0) early.add(in);
    }

    private void unfile(ReceiverStream in) {
        if (in.place == null) return;
        inPlace(in.place).remove(in);
        if (in.runs > 0) early.remove(in);
        runs -= in.runs;
        held -= in.held;
        in.place = null;
    }

    private NavigableSet<ReceiverStream> inPlace(Place place) {
        return Objects.requireNonNull(places.get(place));
    }

    private Place place(ReceiverStream in) {
        if (in.packet == packets) return Place.IN_HAND;
        if (in.isIdle()) return Place.IDLE;
        if (in.isEnding()) return Place.ENDING;
        return in.isGapped() ? Place.GAPPED : Place.BEGUN;
    }

    // --- who they are

    @Nullable
    ReceiverStream get(long number) {
        return byNumber.get(number);
    }

    /** By number. */
    NavigableMap<Long, ReceiverStream> all() {
        return byNumber;
    }

    /** By number. */
    Collection<ReceiverStream> values() {
        return byNumber.values();
    }

    boolean isEmpty() {
        return byNumber.isEmpty();
    }

    int size() {
        return byNumber.size();
    }

    /** Whether the packet in hand speaks of it. */
    boolean isInHand(ReceiverStream in) {
        return in.packet == packets;
    }

    // --- what they take

    /** Bytes of memory, with their names. */
    long cost() {
        return (long) size() * LinkReceiver.STREAM_COST + names;
    }

    /** Runs of early pieces. */
    long runs() {
        return runs;
    }

    /** What is held back by gaps. */
    long heldWeight() {
        return held;
    }

    /** Whether so many runs of early pieces more are too many. */
    boolean areTooManyRuns(int more) {
        return runs + more
                > Math.min((long) MISSING * options.streams(), options.room() / RUNS / LinkReceiver.RUN_COST);
    }

    /** Whether there are so many streams more than a sender may have that is told nothing. */
    boolean areTooMany(int more) {
        return size() + more > (long) UNHEARD * options.streams() || isOver((long) more * LinkReceiver.STREAM_COST);
    }

    /** Whether they take more than their room if they take so many bytes more; one always has its place. */
    boolean isOver(long more) {
        return !isEmpty() && cost() + more > options.room();
    }

    /** So many streams that gave way are kept apart; of a peer that nobody knows as many as have room in use. */
    long mostResting() {
        return Math.min((long) UNHEARD * options.streams(), options.room() / LinkReceiver.STREAM_COST);
    }

    // --- which gives way

    /**
     * Of those that give way first the one that nothing new came of for longest.
     *
     * @param last gives way only if there is no other
     */
    @SuppressWarnings("ReferenceEquality") // that one, not one like it
    ReceiverStream givesWay(@Nullable ReceiverStream last) {
        for (Place place : Place.values()) for (ReceiverStream in : inPlace(place)) if (in != last) return in;
        return Objects.requireNonNull(last);
    }

    /** The stream with early pieces that nothing came of for longest, null if there is none. */
    @Nullable
    ReceiverStream longestEarly() {
        return early.isEmpty() ? null : early.first();
    }
}
