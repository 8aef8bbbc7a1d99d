package io.botmesh.runner;

import java.time.Duration;

/**
 * Calls back once a while has passed: one for all that waits in a runner. Actions are short; they may take a lock, but
 * run no code of the user's. Never affected by changes of the wall clock.
 */
interface Timer {
    /** An action that has not run yet, perhaps. */
    @FunctionalInterface
    interface Alarm {
        /** Nothing to cancel. */
        Alarm NONE = () -> {};

        void cancel();
    }

    /** Runs the action after the pause, on a thread of the timer's, unless it is cancelled before. */
    Alarm after(Duration pause, Runnable action);

    /** A clock that only ever runs forward, in nanoseconds; only differences mean anything. */
    long nanoTime();
}
