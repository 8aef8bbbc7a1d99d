package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.HandOver;
import io.botmesh.runner.Journal;
import io.botmesh.runner.LeaseException;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Shift;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a bot that takes turns with other programs: waits for the lease, works, and ends when it is told to or
 * another program wants to go on.
 */
final class Tenure implements Lifecycle.Engine {
    private static final Logger log = LoggerFactory.getLogger(Tenure.class);

    /** For journal and lease, when the runner has stopped: longer than anything takes that answers. */
    static final Duration CLOSING = Duration.ofSeconds(15);

    /** Makes the runner when the lease is held. */
    interface Work {
        Runner<RawUpdate> open(RunnerOptions<RawUpdate> options) throws InterruptedException;
    }

    private final BotLease lease;
    private final RunnerOptions<RawUpdate> options;
    private final Work work;
    private final HandOver handOver;
    private final Thread thread;
    private final CompletableFuture<Runner<RawUpdate>> runner = new CompletableFuture<>();
    private final CompletableFuture<StopReport> ended = new CompletableFuture<>();
    private final Duration deadline;
    final Duration closing;
    private volatile boolean started;

    Tenure(BotLease lease, RunnerOptions<RawUpdate> options, Duration deadline, Work work) {
        this(lease, options, deadline, CLOSING, work);
    }

    /** @param closing how long a stop waits for journal and lease when the runner has stopped */
    Tenure(BotLease lease, RunnerOptions<RawUpdate> options, Duration deadline, Duration closing, Work work) {
        this.lease = lease;
        this.options = options;
        this.deadline = deadline;
        this.closing = closing;
        this.work = work;
        this.handOver = new HandOver(lease.lease(), this::begin);
        // A platform thread: the lease has to be renewed and given back beside handlers that have all carriers of
        // virtual ones.
        this.thread = Thread.ofPlatform().daemon().name("botmesh-hand-over").unstarted(this::run);
    }

    /** Returns when the lease is held and the runner runs. */
    @Override
    public void start() throws InterruptedException {
        log.info("waits for its lease");
        started = true;
        thread.start();
        try {
            var unused = runner.get();
        } catch (InterruptedException asked) {
            stop(Duration.ZERO);
            throw asked;
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case null, default -> throw new IllegalStateException("the start failed", failed.getCause());
            }
        }
    }

    private void run() {
        try {
            var end = handOver.run();
            runner.completeExceptionally(new InterruptedException("stopped while it was starting"));
            if (end == HandOver.End.LOST)
                throw new LeaseException(
                        "the lease was lost: where it is kept did not answer in time, or another program has it", null);
            if (end == HandOver.End.HANDED_OVER) log.info("has handed over to another program");
            ended.complete(report());
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            fail(cause == null ? failed : cause);
        } catch (Throwable failed) {
            fail(failed);
        }
    }

    private void fail(Throwable failure) {
        runner.completeExceptionally(failure);
        ended.completeExceptionally(failure);
    }

    private StopReport report() {
        var worked = runner();
        return worked == null ? StopReport.NOTHING : worked.stop(Duration.ZERO); // what it said before
    }

    @Override
    public @Nullable Runner<RawUpdate> runner() {
        return runner.isDone() && !runner.isCompletedExceptionally() ? runner.join() : null;
    }

    private Shift begin(long fence) {
        log.info("works under the fence {}", fence);
        var opener = lease.journal();
        Journal<RawUpdate> journal = opener == null ? null : opener.apply(fence);
        try {
            var made = work.open(journal == null ? options : options.withJournal(journal));
            start(made);
            runner.complete(made);
            return shift(made, journal);
        } catch (InterruptedException asked) {
            close(journal);
            throw new IllegalStateException("stopped while it was starting", asked);
        } catch (RuntimeException failed) {
            close(journal);
            throw failed;
        }
    }

    private static void start(Runner<RawUpdate> made) {
        try {
            made.start();
        } catch (RuntimeException failed) {
            made.close();
            throw failed;
        }
    }

    private static void close(@Nullable Journal<RawUpdate> journal) {
        if (journal != null) journal.close();
    }

    private Shift shift(Runner<RawUpdate> made, @Nullable Journal<RawUpdate> journal) {
        return new Shift() {
            @Override
            public CompletableFuture<?> ended() {
                return made.stopped();
            }

            @Override
            public void close() {
                try {
                    made.stop(deadline);
                    made.close();
                } finally {
                    Tenure.close(journal);
                }
            }
        };
    }

    /**
     * Ends the work, or the wait for it, and returns when the lease is given back, or when journal or lease do not answer.
     *
     * @throws IllegalStateException if called by a handler
     */
    @Override
    public StopReport stop(Duration deadline) {
        if (!started) { // and will not be: whoever starts it has given up
            ended.complete(StopReport.NOTHING);
            return StopReport.NOTHING;
        }
        var worked = runner();
        if (worked == null) thread.interrupt(); // it may be on its way to the server
        else worked.stop(deadline);
        if (handOver.close(closing))
            return ended.handle((report, broken) -> report()).join();
        log.error(
                "has stopped, but its journal or its lease does not answer: it keeps them until they do, or the process ends");
        return report();
    }

    /** Completes when the lease is given back; exceptionally if the work could not go on. */
    @Override
    public CompletableFuture<StopReport> stopped() {
        return ended;
    }

    @Override
    public void abandon() {
        stop(Duration.ZERO);
    }
}
