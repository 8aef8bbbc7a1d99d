package io.botmesh.wire;

import io.botmesh.wire.LinkReceiver.Rest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LinkReceiver} knows of the streams that have no place with it any more: which have ended, where those go on that gave way before
 * their end was known, and up to where some of those are forgotten.
 */
final class FormerStreams {
    /** Runs of numbers of ended streams; an honest peer numbers its streams one after the other. */
    private static final int MOST_ENDED = 1_000;

    /** Holes between them that are forgotten together, as looking for them takes a while. */
    private static final int JOINED = 64;

    private final LinkedHashMap<Long, Rest> resting = new LinkedHashMap<>(); // who gave way first comes first
    private final SpanSet ended;
    private long forgotten; // below it, not all that count as ended have

    FormerStreams(LinkReceiver.State state) {
        ended = new SpanSet(state.ended());
        forgotten = state.forgotten();
        for (Rest one : state.resting()) resting.put(one.stream(), one);
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
        ended.add(stream, stream + 1);
    }

    /** A stream gives way. */
    void rest(ReceiverStream in) {
        resting.put(in.stream, new Rest(in.stream, in.order.next(), in.weight));
    }

    /** A stream has its place again: where it was, or null if it never gave way. */
    @Nullable
    Rest resume(long stream) {
        return resting.remove(stream);
    }

    /** Keeps so many of those that gave way. */
    void keep(long most) {
        while (resting.size() > most) {
            long oldest = resting.pollFirstEntry().getKey();
            end(oldest);
            forgotten = Math.max(forgotten, oldest + 1);
        }
    }

    /**
     * Keeps the runs of ended streams few, as long as no more of them stand apart than may: streams of which nothing ever came leave holes among
     * those, of which the lowest ones are forgotten.
     *
     * @param open streams that have their place; one may stand between any two that have ended
     */
    void join(Set<Long> open) {
        if (ended.size() >= MOST_ENDED + open.size() + resting.size()) joinSome(open);
    }

    /** Of a sender that was told nothing before, and now is: what it never repeated it does not repeat now, so all holes are forgotten. */
    void joinAll(Set<Long> open) {
        while (joinSome(open)) {}
    }

    private boolean joinSome(Set<Long> open) {
        var going = new TreeSet<>(open);
        going.addAll(resting.keySet());
        long from = -1;
        int joined = 0;
        for (Span span : ended.spans()) {
            if (from >= 0 && going.subSet(from, span.from()).isEmpty()) {
                ended.add(from, span.from());
                forgotten = Math.max(forgotten, span.from());
                if (++joined == JOINED) return true;
            }
            from = span.until();
        }
        return joined > 0;
    }
}
