package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The loop between a {@link Source} and a {@link Handler}.
 *
 * @param <U> the update
 */
@SuppressWarnings("DoNotCallSuggester") // shape only so far
public final class Runner<U> implements AutoCloseable {
    public Runner(Source<U> source, Handler<U> handler, RunnerOptions<U> options) {
        throw new UnsupportedOperationException();
    }

    /** Starts polling; with a journal, what is left in it comes first. Legal again after a stop or a fatal failure. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends polling, lets running handlers finish until the deadline, then interrupts them; confirms what has ended.
     * Queued updates stay in the journal or at the server (at most once: they are run too, as far as time allows).
     * Calling again returns the same report; before {@link #start} there is nothing to do.
     */
    public StopReport stop(Duration deadline) {
        throw new UnsupportedOperationException();
    }

    /** Whether it polls: from {@link #start} until a stop is complete or a fatal failure. */
    public boolean isRunning() {
        throw new UnsupportedOperationException();
    }

    /** Updates in memory, waiting and running. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    public RunnerStats stats() {
        throw new UnsupportedOperationException();
    }

    /** Completes when the current (or next) run has stopped; exceptionally with what ended polling for good. */
    public CompletableFuture<StopReport> stopped() {
        throw new UnsupportedOperationException();
    }

    /** {@link #stop} with ten seconds, then closes the source. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
