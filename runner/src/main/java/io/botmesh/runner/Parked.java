package io.botmesh.runner;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A handler that waits for its next update. Guarded by the lock of the {@link Crew}, except what is final. */
final class Parked<U> {
    enum State {
        WAITING,
        /** A control update is its next; it waits for its own keys. */
        CLAIMED,
        GIVEN,
        TIMED_OUT,
        LOST
    }

    final Turn<U> turn;
    private final Predicate<? super U> filter;

    final List<?> keys;
    final Condition woken;
    State state = State.WAITING;

    @Nullable
    Task<U> given;
    /** Something has queued up for its keys to tell it that nothing came; it may still be given something before its turn. */
    boolean expiring;

    Parked(Turn<U> turn, Predicate<? super U> filter, Condition woken) {
        this.turn = turn;
        this.filter = filter;
        this.keys = turn.first.keys;
        this.woken = woken;
    }

    /** Runs the user's code. */
    boolean takes(Task<U> task) {
        return filter.test(task.update);
    }
}
