package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: the n-th is random between zero and {@code base} times 2 to the power n - 1, never above
 * {@code cap}. The randomness keeps many clients from coming back in step.
 *
 * @param attempts most attempts per update, the first included, at least 1; default 8
 * @param base     upper bound of the first pause; default 1 s
 * @param cap      upper bound of every pause; default 30 s
 */
public record RetryOptions(int attempts, Duration base, Duration cap) {
    public RetryOptions {
        if (attempts < 1) throw new IllegalArgumentException("attempts: " + attempts);
        if (base.isNegative() || base.isZero()) throw new IllegalArgumentException("base: " + base);
        if (cap.compareTo(base) < 0) throw new IllegalArgumentException("cap: " + cap + " is below base: " + base);
    }

    public static RetryOptions defaults() {
        return new RetryOptions(8, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    public RetryOptions withAttempts(int attempts) {
        return new RetryOptions(attempts, base, cap);
    }

    public RetryOptions withPauses(Duration base, Duration cap) {
        return new RetryOptions(attempts, base, cap);
    }

    /** The pause after so many failures in a row, from 1. */
    Duration pause(int failures, RandomGenerator random) {
        int doublings = Math.min(failures - 1, 40); // 2^40 base units are beyond any cap worth having
        long bound = cap.toNanos();
        if (base.toNanos() <= bound >> doublings) bound = base.toNanos() << doublings;
        return Duration.ofNanos(random.nextLong(bound + 1));
    }
}
