package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a {@link Runner} does, for logs and meters. Called on the runner's own threads: be quick, do not wait.
 * What a listener throws is dropped.
 *
 * @param <U> the update
 */
public interface RunnerListener<U> {
    /** The runner starts, perhaps not for the first time; polls follow. Called by whoever starts it. */
    default void onStarted() {}

    /** A poll brought updates or came back empty. */
    default void onPolled(int updates) {}

    /** So many updates of a poll were in the journal already. */
    default void onDuplicates(int updates) {}

    /** The updates in memory (or, with a journal, on disk) have reached their limit; no poll until there is room. */
    default void onPaused(long waiting) {}

    /** There is room again. */
    default void onResumed(long waiting) {}

    /** An attempt has ended: well if failure is null. Took counts from its start, not from its arrival. */
    default void onEnded(Delivery<U> delivery, Duration took, @Nullable Throwable failure) {}

    /** A handler has run too long and is asked to end. */
    default void onTimedOut(Delivery<U> delivery, Duration ran) {}

    /** A handler did not end when asked to; it still runs. */
    default void onAbandoned(Delivery<U> delivery) {}

    /** An abandoned handler has ended after all, too late to change what became of its update; well if failure is null. */
    default void onEndedLate(Delivery<U> delivery, Duration took, @Nullable Throwable failure) {}

    /** An update has ended without a handler. */
    default void onDropped(U update, DropReason reason) {}

    /** The timeout handler itself threw. */
    default void onTimeoutHandlerFailed(Delivery<U> delivery, Throwable failure) {}

    /** The failure handler itself threw. */
    default void onFailureHandlerFailed(Delivery<U> delivery, Throwable failure) {}

    /** The filter of a handler that waits for an update threw when it was asked about this one, which counts as no. */
    default void onFilterFailed(U update, Throwable failure) {}

    /** A failed update has become a dead letter of the journal. */
    default void onDeadLetter(Delivery<U> delivery, DeadLetters.Cause cause) {}

    /** A failed update is given up after its last attempt, and no journal keeps it. */
    default void onGivenUp(Delivery<U> delivery, Throwable failure) {}

    /** The journal did not take a mark: the update has ended, and will come again after a restart. */
    default void onMarkFailed(Throwable failure) {}

    /** Polling has ended for good; the same failure completes {@link Runner#stopped()}. */
    default void onFatal(Throwable failure) {}

    /** A stop is complete. */
    default void onStopped(StopReport report) {}

    /** Tells each of these, in this order; what one throws is dropped and the next is told all the same. */
    static <U> RunnerListener<U> all(List<RunnerListener<U>> listeners) {
        return ToAll.of(listeners);
    }
}
