package io.botmesh.botapi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call's place in the {@link Traffic}. */
final class Ticket {
    final Route route;
    final boolean broadcast;
    /** In the order made. */
    final long number;
    /** Whose order it keeps, or null. */
    final @Nullable ChatLane chat;
    /** Messages that it counts for against the rates. */
    final int cost;

    /** May go out now, or is on its way. */
    boolean granted;

    /** Went out later than it could have, to keep to the rates. */
    boolean paced;

    long sentAt;
    /** Pauses by itself, bound to no chat. */
    boolean alone;

    private boolean resting;
    private long restsUntil;

    Ticket(Route route, boolean broadcast, long number, @Nullable ChatLane chat, int cost) {
        this.route = route;
        this.broadcast = broadcast;
        this.number = number;
        this.chat = chat;
        this.cost = cost;
    }

    void rest(Duration pause, long now) {
        resting = true;
        restsUntil = now + pause.toNanos();
    }

    /** Nanoseconds that it pauses for itself, before it tries again. */
    long rest(long now) {
        return resting ? Math.max(0, restsUntil - now) : 0;
    }
}
