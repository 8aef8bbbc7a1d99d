package io.botmesh.runner;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long handlers may run, and updates wait. Measured on a clock that no change of the wall clock moves.
 *
 * @param execution    how long a handler may run, from its own start, before its thread is interrupted; null (the
 *                     default) for any time. Waiting in {@link Delivery#next} and {@link Delivery#withoutSlot} does not
 *                     count, and every update a handler is given there has the whole time again
 * @param standstill   how long a handler without such a limit may run when nothing more can come before it has ended: the
 *                     server shows no more than 99 updates beyond one that is not confirmed, so under
 *                     {@link Guarantee.AtLeastOnce} a handler that hangs would keep all further updates away for ever, and
 *                     so would one behind which memory has filled up. Then it is treated as one beyond its limit. So are,
 *                     under each guarantee, all handlers that have a slot when none has become free for so long while
 *                     updates wait for one. Default 5 minutes; null for any time
 * @param grace        how long a handler keeps slot and keys after that, to end by itself; then it is abandoned: its
 *                     thread goes on, and is counted apart. Default 10 s
 * @param maxAbandoned most abandoned handlers that have lost their slot; those beyond keep it, so that threads which never
 *                     end cannot multiply for ever. Default 100
 * @param abandonedKeys what becomes of the keys of an abandoned handler; default {@link AbandonedKeys#RELEASED}
 * @param ages         how old an update may be when its handler would start; default any age
 * @param handler      is told of handlers that run too long; default nobody
 * @param <U>          the update
 */
public record TimeLimits<U>(
        @Nullable Duration execution,
        @Nullable Duration standstill,
        Duration grace,
        int maxAbandoned,
        AbandonedKeys abandonedKeys,
        AgeLimits<U> ages,
        TimeoutHandler<U> handler) {
    /** What becomes of the keys of a handler that neither an interrupt nor the grace has ended. */
    public enum AbandonedKeys {
        /**
         * The update fails, later ones of its keys run; the abandoned handler runs beside them, and what it still does to
         * the state of a chat races with theirs.
         */
        RELEASED,
        /** The keys stay held until the handler ends, if ever; then its outcome counts. */
        HELD
    }

    public TimeLimits {
        if (execution != null && (execution.isNegative() || execution.isZero()))
            throw new IllegalArgumentException("execution: " + execution);
        if (standstill != null && (standstill.isNegative() || standstill.isZero()))
            throw new IllegalArgumentException("standstill: " + standstill);
        if (grace.isNegative()) throw new IllegalArgumentException("grace: " + grace);
        if (maxAbandoned < 0) throw new IllegalArgumentException("maxAbandoned: " + maxAbandoned);
    }

    /** How long a handler may run that was asked to end. */
    Duration most() {
        return Objects.requireNonNull(execution != null ? execution : standstill);
    }

    public static <U> TimeLimits<U> defaults() {
        return new TimeLimits<>(
                null,
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                100,
                AbandonedKeys.RELEASED,
                AgeLimits.none(),
                (delivery, ran, end) -> {});
    }

    public TimeLimits<U> withExecution(@Nullable Duration execution) {
        return new TimeLimits<>(execution, standstill, grace, maxAbandoned, abandonedKeys, ages, handler);
    }

    public TimeLimits<U> withStandstill(@Nullable Duration standstill) {
        return new TimeLimits<>(execution, standstill, grace, maxAbandoned, abandonedKeys, ages, handler);
    }

    public TimeLimits<U> withGrace(Duration grace) {
        return new TimeLimits<>(execution, standstill, grace, maxAbandoned, abandonedKeys, ages, handler);
    }

    public TimeLimits<U> withAbandoned(int max, AbandonedKeys keys) {
        return new TimeLimits<>(execution, standstill, grace, max, keys, ages, handler);
    }

    public TimeLimits<U> withAges(AgeLimits<U> ages) {
        return new TimeLimits<>(execution, standstill, grace, maxAbandoned, abandonedKeys, ages, handler);
    }

    public TimeLimits<U> withHandler(TimeoutHandler<U> handler) {
        return new TimeLimits<>(execution, standstill, grace, maxAbandoned, abandonedKeys, ages, handler);
    }
}
