package io.botmesh.runner;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What is seen of a runner from outside: its counters, and the listener that is told. */
final class Tally<U> {
    final LongAdder polls = new LongAdder();
    final LongAdder updates = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder givenUp = new LongAdder();
    final LongAdder dead = new LongAdder();
    final LongAdder dropped = new LongAdder();
    /** Updates that have ended. */
    final LongAdder settled = new LongAdder();
    /** Updates that a stop dropped before anything had taken them in. */
    final LongAdder unstarted = new LongAdder();

    private final RunnerListener<U> listener;

    Tally(RunnerListener<U> listener) {
        this.listener = listener;
    }

    void tell(Consumer<RunnerListener<U>> event) {
        try {
            event.accept(listener);
        } catch (Throwable itsOwnAffair) {
            // A listener watches; it decides nothing.
        }
    }
}
