package io.botmesh.runner;

import java.time.Duration;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the updates of one key while that key is busy. Only updates whose sole key this is are merged or dropped;
 * one that has several keys is always queued.
 *
 * @param parallel how many updates of the key run at once, at least 1; they start in order
 * @param busy     what becomes of an update that cannot start at once
 * @param depth    most updates that wait behind those that run, zero or more; {@link Integer#MAX_VALUE} for any number.
 *                 For {@link Busy#COALESCE} and {@link Busy#DEBOUNCE}: most updates that become one, at least 1
 * @param quiet    for {@link Busy#DEBOUNCE}: how long no update must have come before one starts
 * @param merge    for {@link Busy#COALESCE} and {@link Busy#DEBOUNCE}: makes one update of the earlier and the later, when
 *                 it starts; all of them end with it. Null to keep the newest, and drop the others at once
 * @param <U>      the update
 */
public record KeyRule<U>(
        int parallel,
        Busy busy,
        int depth,
        Duration quiet,
        @Nullable BinaryOperator<U> merge) {
    /** What becomes of an update whose key is busy. */
    public enum Busy {
        /** It waits; one that finds the queue full is dropped as {@link DropReason#REJECTED}. */
        QUEUE,
        /** It becomes one with the update that waits, if there is one. */
        COALESCE,
        /** Like {@link #COALESCE}, and starts only when no other has come for a while. */
        DEBOUNCE,
        /** It waits; if the queue is full, the oldest that waits is dropped as {@link DropReason#OVERTAKEN}. */
        DROP_OLDEST
    }

    private static final KeyRule<Object> QUEUE = new KeyRule<>(1, Busy.QUEUE, Integer.MAX_VALUE, Duration.ZERO, null);

    public KeyRule {
        if (parallel < 1) throw new IllegalArgumentException("parallel: " + parallel);
        boolean merges = busy == Busy.COALESCE || busy == Busy.DEBOUNCE;
        if (depth < (merges ? 1 : 0)) throw new IllegalArgumentException("depth: " + depth);
        if (quiet.isNegative()) throw new IllegalArgumentException("quiet: " + quiet);
        if (merge != null && !merges) throw new IllegalArgumentException(busy + " merges nothing");
    }

    /** One at a time, any number waits. */
    @SuppressWarnings("unchecked") // it merges nothing
    public static <U> KeyRule<U> queue() {
        return (KeyRule<U>) QUEUE;
    }

    /** One at a time, so many wait; what comes then is dropped. With 0, whatever comes while one runs. */
    public static <U> KeyRule<U> reject(int depth) {
        return new KeyRule<>(1, Busy.QUEUE, depth, Duration.ZERO, null);
    }

    /** One at a time, so many wait; what comes then takes the place of the oldest. */
    public static <U> KeyRule<U> dropOldest(int depth) {
        if (depth < 1) throw new IllegalArgumentException("depth: " + depth);
        return new KeyRule<>(1, Busy.DROP_OLDEST, depth, Duration.ZERO, null);
    }

    /** One runs, the newest waits. */
    public static <U> KeyRule<U> newest() {
        return new KeyRule<>(1, Busy.COALESCE, Integer.MAX_VALUE, Duration.ZERO, null);
    }

    /** One runs, and what waits becomes one. */
    public static <U> KeyRule<U> merging(int depth, BinaryOperator<U> merge) {
        return new KeyRule<>(1, Busy.COALESCE, depth, Duration.ZERO, merge);
    }

    /** The newest starts when none has come for a while, or when so many have become one. */
    public static <U> KeyRule<U> debounce(Duration quiet, int depth) {
        return new KeyRule<>(1, Busy.DEBOUNCE, depth, quiet, null);
    }

    public KeyRule<U> withParallel(int parallel) {
        return new KeyRule<>(parallel, busy, depth, quiet, merge);
    }

    public KeyRule<U> withMerge(@Nullable BinaryOperator<U> merge) {
        return new KeyRule<>(parallel, busy, depth, quiet, merge);
    }
}
