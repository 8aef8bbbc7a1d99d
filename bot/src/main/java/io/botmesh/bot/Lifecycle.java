package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Runner;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Starts and stops of a bot: of many that ask for the same at once, one does it and the others wait for it. */
final class Lifecycle {
    /** What is started and stopped. */
    interface Engine {
        /** What brings the updates, or null while that is not there. */
        @Nullable
        Runner<RawUpdate> runner();

        void start() throws InterruptedException;

        /** The start has failed. */
        default void abandon() {}

        StopReport stop(Duration deadline);

        /** Of what was started last. */
        CompletableFuture<StopReport> stopped();

        /** Frees what is kept from one start to the next, the first time that it is called. Stopped before. */
        default void close() {}
    }

    /** A runner that is there for the whole of a bot's life. */
    record Plain(Runner<RawUpdate> runner, AtomicBoolean closed) implements Engine {
        Plain(Runner<RawUpdate> runner) {
            this(runner, new AtomicBoolean());
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) runner.close();
        }

        @Override
        public void start() {
            runner.start();
        }

        @Override
        public StopReport stop(Duration deadline) {
            return runner.stop(deadline);
        }

        @Override
        public CompletableFuture<StopReport> stopped() {
            return runner.stopped();
        }
    }

    /** Makes the engine; is given the one of the start before. */
    interface Launch {
        Engine run(@Nullable Engine earlier) throws Exception;
    }

    /** From a start, by the thread that asked first, to the end of what follows the stop. */
    private static final class Run {
        final Thread thread = Thread.currentThread();
        final CompletableFuture<Engine> begun = new CompletableFuture<>();
        final CompletableFuture<StopReport> ended = new CompletableFuture<>();
        boolean stopped; // guarded by lock
        volatile @Nullable Thread ending;

        @Nullable
        Engine engine; // of the thread that starts

        boolean isUnderWay() {
            return !begun.isDone();
        }

        @Nullable
        Engine engineNow() {
            return begun.isDone() && !begun.isCompletedExceptionally() ? begun.join() : null;
        }
    }

    private final BiConsumer<@Nullable StopReport, @Nullable Throwable> afterwards;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Run run;
    private @Nullable Engine engine;

    /** @param afterwards what follows each stop; throws nothing */
    Lifecycle(BiConsumer<@Nullable StopReport, @Nullable Throwable> afterwards) {
        this.afterwards = afterwards;
    }

    void start(Launch launch) throws InterruptedException {
        while (true) {
            var mine = new Run();
            Run first = join(mine);
            if (first == mine) {
                try {
                    begin(mine, launch);
                } catch (Throwable failed) {
                    if (mine.engine != null) mine.engine.abandon();
                    forget(mine);
                    mine.begun.completeExceptionally(failed);
                    mine.ended.completeExceptionally(failed);
                }
            }
            Engine known = begun(first);
            var runner = known.runner();
            if (first == mine || (runner != null && runner.isRunning())) return;
            if (!known.stopped().isDone()) throw new IllegalStateException("start during a stop");
            if (Thread.currentThread().equals(first.ending))
                throw new IllegalStateException("start called by what follows the stop: start another thread");
            try {
                first.ended.get(); // what follows the stop is not over
            } catch (ExecutionException itFailed) {
                // That was the end of that.
            }
        }
    }

    /** The run that counts: this one, or one that came before and has not ended. */
    private Run join(Run mine) {
        lock.lock();
        try {
            if (run == null || run.ended.isDone()) run = mine;
            return run;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a thread that ends well completes what counts
    private void begin(Run mine, Launch launch) throws Exception {
        var known = launch.run(engineOrNull());
        mine.engine = known;
        lock.lock();
        try {
            engine = known;
        } finally {
            lock.unlock();
        }
        requireWanted(mine);
        known.start();
        // A platform thread: handlers that obey no stop may have all carriers of virtual ones.
        known.stopped()
                .whenComplete((report, failure) ->
                        Thread.ofPlatform().daemon().name("botmesh-stopped").start(() -> end(mine, report, failure)));
        boolean stopped;
        lock.lock();
        try {
            stopped = mine.stopped;
            if (!stopped) mine.begun.complete(known);
        } finally {
            lock.unlock();
        }
        if (!stopped) return;
        Thread.interrupted();
        known.stop(Duration.ZERO);
        requireWanted(mine);
    }

    private void requireWanted(Run mine) throws InterruptedException {
        lock.lock();
        try {
            if (!mine.stopped) return;
        } finally {
            lock.unlock();
        }
        Thread.interrupted(); // that was the stop
        throw new InterruptedException("stopped while it was starting");
    }

    private void end(Run over, @Nullable StopReport report, @Nullable Throwable failure) {
        over.ending = Thread.currentThread();
        afterwards.accept(report, failure);
        if (failure == null) over.ended.complete(report);
        else over.ended.completeExceptionally(failure);
    }

    private void forget(Run failed) {
        lock.lock();
        try {
            if (run == failed) run = null;
        } finally {
            lock.unlock();
        }
    }

    private static Engine begun(Run run) throws InterruptedException {
        try {
            return run.begun.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case null, default -> throw new IllegalStateException("the start failed", failed.getCause());
            }
        }
    }

    StopReport stop(Duration deadline) {
        Run known;
        lock.lock();
        try {
            known = run;
            if (known != null && known.isUnderWay()) {
                known.stopped = true;
                known.thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
        if (known == null) return StopReport.NOTHING;
        var begun = known.engineNow();
        if (begun == null) return StopReport.NOTHING;
        var report = begun.stop(deadline);
        // What hangs at its end is not waited for, and nothing follows it.
        if (begun.stopped().isDone() && !Thread.currentThread().equals(known.ending))
            known.ended.handle((same, failure) -> same).join();
        return report;
    }

    /** What is to be done at the end of a bot's life. */
    void close() {
        var known = engineOrNull();
        if (known != null) known.close();
    }

    @Nullable
    Runner<RawUpdate> runnerOrNull() {
        var known = engineOrNull();
        return known == null ? null : known.runner();
    }

    private @Nullable Engine engineOrNull() {
        lock.lock();
        try {
            return engine;
        } finally {
            lock.unlock();
        }
    }

    CompletableFuture<StopReport> stopped() {
        lock.lock();
        try {
            return run == null ? CompletableFuture.completedFuture(StopReport.NOTHING) : run.ended.copy();
        } finally {
            lock.unlock();
        }
    }
}
