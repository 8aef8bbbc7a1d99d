package io.botmesh.mesh;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link QuasiServer} reads. Start from {@link #defaults()} and change what differs.
 *
 * @param channel     the only channel whose messages it hands out, a negative number; null for every channel the reader bot
 *                    is in. What comes from another channel is kept in the inbox for a reader that listens to it
 * @param concurrency most posts taken apart at once, those of one sender always one after the other; default 64
 * @param handlerAttempts how often a message is given to a handler that throws, before it is set aside; default 8
 * @param pollTimeout how long the server may hold a poll; default 30 s
 * @param patience    how long the API may stay unreachable before the reader gives up; default a day
 * @param gapPatience how long messages wait for a post that does not come, before the sender's stream goes on without it;
 *                    default 3 days, more than Telegram keeps a post
 */
public record QuasiOptions(
        @Nullable Long channel,
        int concurrency,
        int handlerAttempts,
        Duration pollTimeout,
        Duration patience,
        Duration gapPatience) {
    public QuasiOptions {
        if (concurrency < 1) throw new IllegalArgumentException("concurrency: " + concurrency);
        if (handlerAttempts < 1) throw new IllegalArgumentException("handlerAttempts: " + handlerAttempts);
        if (pollTimeout.isNegative()) throw new IllegalArgumentException("pollTimeout: " + pollTimeout);
        if (patience.isNegative()) throw new IllegalArgumentException("patience: " + patience);
        if (gapPatience.isNegative()) throw new IllegalArgumentException("gapPatience: " + gapPatience);
    }

    public static QuasiOptions defaults() {
        return new QuasiOptions(null, 64, 8, Duration.ofSeconds(30), Duration.ofDays(1), Duration.ofDays(3));
    }

    public QuasiOptions withChannel(long channel) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }

    public QuasiOptions withConcurrency(int concurrency) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }

    public QuasiOptions withHandlerAttempts(int handlerAttempts) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }

    public QuasiOptions withPollTimeout(Duration pollTimeout) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }

    public QuasiOptions withPatience(Duration patience) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }

    public QuasiOptions withGapPatience(Duration gapPatience) {
        return new QuasiOptions(channel, concurrency, handlerAttempts, pollTimeout, patience, gapPatience);
    }
}
