package io.botmesh.wire;

import io.botmesh.wire.LinkReceiver.Rest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LinkReceiver} knows of the streams that have no place with it any more: which have ended, where those go on that gave way before
 * their end was known, and up to where some of those are forgotten.
 */
final class FormerStreams {
    /** Runs of numbers of ended streams; an honest peer numbers its streams one after the other. */
    private static final int MOST_ENDED = 1_000;

    /** Holes between them that are forgotten together. */
    private static final int JOINED = 64;

    private final NavigableSet<Long> open;
    private final LinkedHashMap<Long, Rest> resting = new LinkedHashMap<>(); // who gave way first comes first
    private final TreeSet<Long> restingNumbers = new TreeSet<>();
    private final SpanSet ended;
    /** Where those between two runs begin in which nothing goes on, and some in which streams have begun since. */
    private final TreeSet<Long> holes = new TreeSet<>();

    private long forgotten; // below it, not all that count as ended have

    /** @param open streams that have their place, as they are now; one may stand between any two that have ended */
    FormerStreams(LinkReceiver.State state, NavigableSet<Long> open) {
        this.open = open;
        ended = new SpanSet(state.ended());
        forgotten = state.forgotten();
        for (Rest one : state.resting()) keep(one);
        for (Span span : state.ended()) lookBehind(span.from());
    }

    private void keep(Rest one) {
        resting.put(one.stream(), one);
        restingNumbers.add(one.stream());
    }

    List<Rest> resting() {
        return List.copyOf(resting.values());
    }

    List<Span> ended() {
        return ended.spans();
    }

    long forgotten() {
        return forgotten;
    }

    boolean isEmpty() {
        return resting.isEmpty() && ended.isEmpty();
    }

    /** How many entries all of this takes. */
    int size() {
        return resting.size() + ended.size();
    }

    /** Whether nothing more is taken of a stream. */
    boolean hasEnded(long stream) {
        return ended.contains(stream);
    }

    /** Whether one that counts as ended may have more to come, and nobody knows how far it was. */
    boolean mayBeForgotten(long stream) {
        return stream < forgotten;
    }

    /** Whether no more numbers can be kept. */
    boolean isFull() {
        return ended.size() >= MOST_ENDED + resting.size();
    }

    /** The piece with which a stream goes on; 0 if it never gave way. */
    long next(long stream) {
        Rest rest = resting.get(stream);
        return rest == null ? 0 : rest.next();
    }

    /** Whether a piece is nothing new. */
    boolean knows(long stream, long sequence) {
        return hasEnded(stream) || sequence < next(stream);
    }

    void end(long stream) {
        add(stream, stream + 1);
    }

    private void add(long from, long until) {
        holes.remove(from);
        ended.add(from, until);
        if (from > 0) lookBehind(from - 1);
        lookBehind(from);
    }

    /** Looks whether anything goes on between the run of ended streams with this number, or the one below, and the next one. */
    private void lookBehind(long stream) {
        Span run = ended.floor(stream);
        if (run == null) return;
        Span next = ended.higher(stream);
        if (next != null && isForNothing(run.until(), next.from())) holes.add(run.until());
    }

    private boolean isForNothing(long first, long end) {
        return open.subSet(first, end).isEmpty()
                && restingNumbers.subSet(first, end).isEmpty();
    }

    /** A stream gives way. */
    void rest(ReceiverStream in) {
        keep(new Rest(in.stream, in.order.next(), in.weight));
    }

    /** A stream gets its place: where it was, or null if it never gave way. */
    @Nullable
    Rest resume(long stream) {
        restingNumbers.remove(stream);
        return resting.remove(stream);
    }

    /** Keeps so many of those that gave way. */
    void keep(long most) {
        while (resting.size() > most) {
            long oldest = resting.pollFirstEntry().getKey();
            restingNumbers.remove(oldest);
            end(oldest);
            forgotten = Math.max(forgotten, oldest + 1);
        }
    }

    /**
     * Keeps the runs of ended streams few, as long as no more of them stand apart than may: streams of which nothing ever came leave holes among
     * those, of which the lowest ones are forgotten.
     */
    void join() {
        if (ended.size() < MOST_ENDED + open.size() + resting.size()) return;
        int joined = 0;
        while (joined < JOINED && !holes.isEmpty()) if (joinLowest()) joined++;
    }

    /** Of a sender that was told nothing before, and now is: what it never repeated it does not repeat now, so all holes are forgotten. */
    void joinAll() {
        while (!holes.isEmpty()) {
            boolean unused = joinLowest();
        }
    }

    private boolean joinLowest() {
        long from = holes.pollFirst();
        long until = Objects.requireNonNull(ended.higher(from)).from();
        if (!isForNothing(from, until)) return false; // it is looked at again when one of those has ended
        add(from, until);
        forgotten = Math.max(forgotten, until);
        return true;
    }
}
