package io.botmesh.runner;

import java.time.Duration;

/**
 * How {@link LongPoll} asks.
 *
 * @param timeout how long the server may hold a poll, whole seconds up to 50; default 30 s
 * @param repoll  least time between polls with the same offset, used while updates are held unconfirmed; below 0.5 s the
 *                server answers such a poll with one update only; default 0.6 s
 * @param margin  how long a poll may take beyond the timeout before it is given up and its connection closed, at least
 *                1 s; default 10 s
 */
public record LongPollOptions(Duration timeout, Duration repoll, Duration margin) {
    public LongPollOptions {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofSeconds(50)) > 0)
            throw new IllegalArgumentException("timeout: " + timeout);
        if (repoll.isNegative()) throw new IllegalArgumentException("repoll: " + repoll);
        if (margin.compareTo(Duration.ofSeconds(1)) < 0) throw new IllegalArgumentException("margin: " + margin);
    }

    public static LongPollOptions defaults() {
        return new LongPollOptions(Duration.ofSeconds(30), Duration.ofMillis(600), Duration.ofSeconds(10));
    }

    public LongPollOptions withTimeout(Duration timeout) {
        return new LongPollOptions(timeout, repoll, margin);
    }

    public LongPollOptions withRepoll(Duration repoll) {
        return new LongPollOptions(timeout, repoll, margin);
    }

    public LongPollOptions withMargin(Duration margin) {
        return new LongPollOptions(timeout, repoll, margin);
    }
}
