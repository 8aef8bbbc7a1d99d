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
 * @param pace    pauses between polls, so that each brings more updates; default none
 */
public record LongPollOptions(Duration timeout, Duration repoll, Duration margin, Pace pace) {
    /**
     * Fewer polls for later updates. A poll waits until about so many updates have probably come, judged by the rate of
     * the last polls, but no longer than the longest pause; not at all after a full poll, or when even the longest pause
     * would hardly bring a second update.
     *
     * @param aim  updates wanted per poll, 1 to 100; 1 for no pauses
     * @param most longest pause, which every update may come later
     */
    public record Pace(int aim, Duration most) {
        public Pace {
            if (aim < 1 || aim > 100) throw new IllegalArgumentException("aim: " + aim);
            if (most.isNegative()) throw new IllegalArgumentException("most: " + most);
        }

        /** Polls again at once. */
        public static Pace none() {
            return new Pace(1, Duration.ZERO);
        }
    }

    public LongPollOptions {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofSeconds(50)) > 0)
            throw new IllegalArgumentException("timeout: " + timeout);
        if (repoll.isNegative()) throw new IllegalArgumentException("repoll: " + repoll);
        if (margin.compareTo(Duration.ofSeconds(1)) < 0) throw new IllegalArgumentException("margin: " + margin);
    }

    public static LongPollOptions defaults() {
        return new LongPollOptions(Duration.ofSeconds(30), Duration.ofMillis(600), Duration.ofSeconds(10), Pace.none());
    }

    public LongPollOptions withTimeout(Duration timeout) {
        return new LongPollOptions(timeout, repoll, margin, pace);
    }

    public LongPollOptions withRepoll(Duration repoll) {
        return new LongPollOptions(timeout, repoll, margin, pace);
    }

    public LongPollOptions withMargin(Duration margin) {
        return new LongPollOptions(timeout, repoll, margin, pace);
    }

    public LongPollOptions withPace(Pace pace) {
        return new LongPollOptions(timeout, repoll, margin, pace);
    }
}
