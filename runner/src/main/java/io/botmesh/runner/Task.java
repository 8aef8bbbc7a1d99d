package io.botmesh.runner;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One update in memory. Guarded by the lock of the {@link Crew}, except what is final or volatile. */
final class Task<U> {
    final U update;
    /** Place in the journal, or 0 without one. */
    final long sequence;
    /** Distinct. */
    final List<?> keys;
    /** Why the keys could not be computed, which is how the update will fail. */
    final @Nullable Throwable unkeyed;
    /** When it came into memory, on the timer's clock. */
    long arrived;
    /** When its age began, on the timer's clock. */
    long born;

    @Nullable
    AgeLimit age;

    int attempt;
    /** Earlier tasks that share a key and have not ended; one that shares several counts once for each. */
    int ahead;
    /** Later tasks that wait for this one, as often as it counts for them. */
    List<Task<U>> followers = List.of();
    /** Updates that are handled again together, this one's place in the queue being theirs; empty for this one alone. */
    List<Task<U>> conversation = List.of();
    /** Set if this is no update but the place of a handler that has waited in vain and wants its keys back. */
    @Nullable
    Parked<U> waker;
    /** Has been given out of the custody's hands while its handler goes on. Touched by the handler's thread alone. */
    boolean settled;
    /** Nothing more will happen to it. Guarded by the {@link Prefix}. */
    boolean ended;

    Task(U update, long sequence, int attempt, List<?> keys, @Nullable Throwable unkeyed) {
        this.update = update;
        this.sequence = sequence;
        this.attempt = attempt;
        this.keys = keys;
        this.unkeyed = unkeyed;
    }

    Task(Parked<U> waker) {
        this(waker.turn.first.update, 0, 1, waker.keys, null);
        this.waker = waker;
    }

    void addFollower(Task<U> later) {
        if (followers.isEmpty()) followers = new ArrayList<>(2);
        followers.add(later);
    }
}
