package io.botmesh.runner;

import java.util.Collection;
import java.util.List;

/**
 * Who answers for an update from its arrival until it has ended, as the {@link Guarantee} says: nobody, the server, or a
 * journal. The poller calls {@link #awaitRoom} and {@link #take} in turn; handlers call {@link #begins}, then one of
 * {@link #repeats}, {@link #ended} and {@link #dead}.
 *
 * @param <U> the update
 */
interface Custody<U> {
    /** Waits until another batch may be fetched. */
    void awaitRoom() throws InterruptedException;

    /**
     * Takes a batch in, in its order, and confirms to the source what may be. If it is called again with the same batch, because
     * memory was too short, it goes on where it was.
     */
    void take(List<U> batch) throws InterruptedException;

    /**
     * An attempt begins.
     *
     * @throws JournalException.TakenOver if it must not, because the update is somebody else's now
     */
    default void begins(Task<U> task) {}

    /** The attempt waits for another update: until it {@link #begins} again, no death of the process is put down to it. */
    default void rests(Task<U> task) {}

    /**
     * There will be another attempt, in this run or a later one.
     *
     * @param failed whether the last one counts; one that a stop interrupted does not
     */
    default void repeats(Task<U> task, boolean failed) {}

    /** Whether updates stay unended while their handler waits for another; else they end when it begins to wait. */
    default boolean keepsParked() {
        return true;
    }

    /** Nothing more will happen to it. */
    void ended(Task<U> task);

    /** Nothing more will happen to it, though it failed. Returns whether it is kept as a dead letter. */
    default boolean dead(Task<U> task, DeadLetters.Cause cause) {
        ended(task);
        return false;
    }

    /** A run begins, the first one or one after a stop. These tasks have outlived the stop. */
    default void begin(Collection<Task<U>> still) {}

    /** A run begins after one that failed, over what is in memory still. */
    default void resume() {}

    /** A stop has dropped from memory what had not started. */
    default void dropped() {}

    /** Returns when all ends are on record. */
    default void flush() {}

    /** Updates that wait on disk and not in memory. */
    default long spilled() {
        return 0;
    }

    /** Whether updates are kept in this very journal. */
    default boolean keepsIn(Journal<?> journal) {
        return false;
    }

    /** Updates on disk that have not ended. */
    default long left() {
        return 0;
    }
}
