package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How {@link Retrying} goes on after failures.
 *
 * @param base     upper bound of the first pause; it doubles with each failure in a row; default 1 s
 * @param cap      upper bound of every pause; default 30 s, so that an outage of any length costs at most that much more.
 *                 Equal to {@code base} for pauses of one kind
 * @param patience how long it may fail in a row before the failure goes to the caller; default 1,000 years
 */
public record PollRetryOptions(Duration base, Duration cap, Duration patience) {
    private static final Duration FOREVER = Duration.ofDays(365_000);

    public PollRetryOptions {
        if (!base.isPositive()) throw new IllegalArgumentException("base: " + base);
        if (cap.compareTo(base) < 0) throw new IllegalArgumentException("cap: " + cap + " is below base: " + base);
        if (patience.isNegative()) throw new IllegalArgumentException("patience: " + patience);
    }

    public static PollRetryOptions defaults() {
        return new PollRetryOptions(Duration.ofSeconds(1), Duration.ofSeconds(30), FOREVER);
    }

    public PollRetryOptions withPauses(Duration base, Duration cap) {
        return new PollRetryOptions(base, cap, patience);
    }

    public PollRetryOptions withPatience(Duration patience) {
        return new PollRetryOptions(base, cap, patience);
    }

    /** The pause after so many failures in a row, from 1. */
    Duration pause(int failures, RandomGenerator random) {
        return new RetryOptions(1, base, cap).pause(failures, random);
    }
}
