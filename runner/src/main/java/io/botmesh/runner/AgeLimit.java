package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How old an update may be when its handler would start.
 *
 * @param most  the age beyond which the policy applies, zero or more
 * @param since when the update was born; null to count from its arrival here, which a {@link Journal} keeps through a
 *              restart. Compared with the wall clock once, on arrival, or at the start with what an earlier process has
 *              left, so that later jumps of that clock change nothing; what lies in the future is as good as new
 * @param when  what becomes of an older one
 */
public record AgeLimit(Duration most, @Nullable Instant since, Policy when) {
    /** What becomes of an update that is too old. */
    public enum Policy {
        /** It ends without a handler; {@link RunnerListener#onDropped} is told. */
        DROP,
        /** Its handler sees that it is {@linkplain Delivery#overdue() overdue}. */
        FLAG
    }

    public AgeLimit {
        if (most.isNegative()) throw new IllegalArgumentException("most: " + most);
    }

    public static AgeLimit drop(Duration most) {
        return new AgeLimit(most, null, Policy.DROP);
    }

    public static AgeLimit flag(Duration most) {
        return new AgeLimit(most, null, Policy.FLAG);
    }

    public AgeLimit withSince(@Nullable Instant since) {
        return new AgeLimit(most, since, when);
    }
}
