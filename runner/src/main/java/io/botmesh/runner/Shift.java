package io.botmesh.runner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a program does while it holds a {@link Lease}; see {@link HandOver}. */
public interface Shift extends AutoCloseable {
    /** Completes when it is over by itself. */
    CompletableFuture<?> ended();

    /**
     * Ends it. When this returns nothing of it goes on, and whoever comes next finds all that is left. An interrupt asks it to
     * hurry: the lease is lost, and the next one will not wait for much longer.
     */
    @Override
    void close();

    /**
     * A runner that starts now. The end stops it with the deadline, or as fast as it can if it has to hurry, and then closes its source and, if that is given too,
     * its journal, so that the next holder can open it.
     */
    static Shift of(Runner<?> runner, Duration deadline, Runnable closeJournal) {
        runner.start();
        return new Shift() {
            @Override
            public CompletableFuture<?> ended() {
                return runner.stopped();
            }

            @Override
            public void close() {
                try {
                    runner.stop(deadline);
                    runner.close();
                } finally {
                    closeJournal.run();
                }
            }
        };
    }
}
