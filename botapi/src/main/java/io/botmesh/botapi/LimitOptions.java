package io.botmesh.botapi;

import io.botmesh.botapi.SendLimits.Rate;
import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link LimitedApi} waits, paces and repeats. Start from {@link #defaults()} and change what differs.
 *
 * @param limits        how fast to send unasked; default {@link SendLimits#OFF}
 * @param learning      whether those limits give way: slower after a 429, up to four times faster while none comes and
 *                      there is more to send; default false
 * @param deadline      for a call that names none, waiting and repeating included; default 2 min
 * @param attempt       most for one try of such a call, within the deadline; default 30 s
 * @param longestWait   a call that would have to wait longer for a 429 to pass fails at once; default 5 min
 * @param broadcast     how fast the broadcast lane sends; default 25 a second, so that replies have the rest of 30
 * @param paidBroadcast as above, for calls with {@code allow_paid_broadcast}; default 1000 a second
 * @param broadcastsAtOnce most calls of the broadcast lane on their way, at least 1; default 100
 * @param repeatSends   whether a message goes again when it is not known whether the first arrived, so that it may be
 *                      there twice; default false
 */
public record LimitOptions(
        SendLimits limits,
        boolean learning,
        Duration deadline,
        Duration attempt,
        Duration longestWait,
        Rate broadcast,
        Rate paidBroadcast,
        int broadcastsAtOnce,
        boolean repeatSends) {
    public LimitOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(broadcast, "broadcast");
        Objects.requireNonNull(paidBroadcast, "paidBroadcast");
        if (!deadline.isPositive()) throw new IllegalArgumentException("deadline: " + deadline);
        if (!attempt.isPositive()) throw new IllegalArgumentException("attempt: " + attempt);
        if (longestWait.isNegative()) throw new IllegalArgumentException("longestWait: " + longestWait);
        if (broadcastsAtOnce < 1) throw new IllegalArgumentException("broadcastsAtOnce: " + broadcastsAtOnce);
    }

    public static LimitOptions defaults() {
        return new LimitOptions(
                SendLimits.OFF,
                false,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                new Rate(25, Duration.ofSeconds(1), 5),
                new Rate(1000, Duration.ofSeconds(1), 50),
                100,
                false);
    }

    public LimitOptions withLimits(SendLimits limits) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withLearning(boolean learning) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withDeadline(Duration deadline) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withAttempt(Duration attempt) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withLongestWait(Duration longestWait) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withBroadcast(Rate broadcast) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withPaidBroadcast(Rate paidBroadcast) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withBroadcastsAtOnce(int broadcastsAtOnce) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }

    public LimitOptions withRepeatSends(boolean repeatSends) {
        return new LimitOptions(
                limits,
                learning,
                deadline,
                attempt,
                longestWait,
                broadcast,
                paidBroadcast,
                broadcastsAtOnce,
                repeatSends);
    }
}
