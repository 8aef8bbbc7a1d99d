package io.botmesh.botapi;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Holds the calls of one method to one place that follow a 429 of the like. When its time is over one goes first, and the
 * others when that has passed. Not thread-safe, and holds no clock.
 */
final class Gate {
    final String key;
    final long number;
    final Deque<Ticket> waiting = new ArrayDeque<>();
    private long until;

    @Nullable
    Ticket probe;

    Gate(String key, long number, Duration retryAfter, long now) {
        this.key = key;
        this.number = number;
        until = now + retryAfter.toNanos();
    }

    void rest(Duration retryAfter, long now) {
        if (now + retryAfter.toNanos() - until > 0) until = now + retryAfter.toNanos();
    }

    long rest(long now) {
        return Math.max(0, until - now);
    }
}
