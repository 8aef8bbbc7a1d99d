package io.botmesh.runner;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The loop between a {@link Source} and a {@link Handler}: polls ahead into a bounded buffer, keeps updates that share a
 * key in order and runs all others at once, and confirms to the source what its {@link Guarantee} allows.
 *
 * <p>Threads, all virtual: one polls; with a journal one more brings back what waits on disk; each handler has its own.
 * An update that waits for an earlier one of its key holds no thread and no slot.
 *
 * @param <U> the update
 */
public final class Runner<U> implements AutoCloseable {
    /** How long what was interrupted gets to return before a stop goes on without it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How long the last confirmation and the last marks may take when the deadline is over. */
    private static final Duration LAST_CONFIRM = Duration.ofSeconds(5);

    /** Longer deadlines are as good as none. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private enum State {
        IDLE,
        RUNNING,
        FAILED,
        STOPPING
    }

    /** From a start to the end of polling. */
    private static final class Run {
        volatile boolean ended;
        final List<Thread> threads = new ArrayList<>();
        /** Threads that still may touch source, journal or memory. */
        final CountDownLatch busy;
        /** Whether a stop went on without waiting for its threads any longer. */
        boolean outlivedStop;

        Run(int threads) {
            busy = new CountDownLatch(threads);
        }
    }

    private final Source<U> source;
    private final RunnerOptions<U> options;
    private final RunnerLimits limits;
    private final Crew<U> crew;
    private final Custody<U> custody;
    /** The same, if there is a journal to read back from. */
    private final @Nullable JournaledCustody<U> journaled;

    private final Tally<U> tally;

    private final ReentrantLock lifecycle = new ReentrantLock();
    private State state = State.IDLE;
    private Run run = new Run(0);
    private boolean fresh = true;
    private CompletableFuture<StopReport> stopped = new CompletableFuture<>();
    private CompletableFuture<StopReport> report = CompletableFuture.completedFuture(StopReport.NOTHING);

    public Runner(Source<U> source, Handler<U> handler, RunnerOptions<U> options) {
        this(source, handler, options, new SystemTimer(), InstantSource.system(), RandomGenerator.getDefault());
    }

    Runner(
            Source<U> source,
            Handler<U> handler,
            RunnerOptions<U> options,
            Timer timer,
            InstantSource clock,
            RandomGenerator random) {
        this.source = source;
        this.options = options;
        this.limits = options.limits();
        this.tally = new Tally<>(options.listener());
        var maker = new TaskMaker<>(options, timer, clock);
        boolean held = !(options.guarantee() instanceof Guarantee.Journaled<U>);
        this.crew = new Crew<>(limits, options.ordering().reserve(), options.times(), held, timer);
        this.journaled = options.guarantee() instanceof Guarantee.Journaled<U>(var journal)
                ? new JournaledCustody<>(source, journal, maker, options, crew, tally)
                : null;
        this.custody = journaled != null
                ? journaled
                : new DirectCustody<>(
                        source, maker, limits, crew, options.guarantee() instanceof Guarantee.AtMostOnce<U>, tally);
        crew.serve(new Handling<>(handler, options, crew, custody, random, tally));
    }

    /**
     * Starts polling; with a journal, what is left in it comes first. Legal again after a stop or a fatal failure, without
     * effect while it runs. If the stop did not wait for a fetch or a write in progress, this does: two pollers at once
     * would lose or repeat what the earlier one still brings in.
     *
     * @throws IllegalStateException during a stop, if interrupted while it waits, if it would wait for its caller, or if another
     *                               runner has the journal: from its start until it is stopped, also if it has failed
     */
    public void start() {
        while (true) {
            Run before;
            lifecycle.lock();
            try {
                if (state == State.RUNNING) return;
                if (state == State.STOPPING) throw new IllegalStateException("start during a stop");
                before = run;
                if (before.busy.getCount() == 0) {
                    begin(before);
                    return;
                }
                if (before.threads.contains(Thread.currentThread()))
                    throw new IllegalStateException(
                            "start called by the run that has to end first: start another thread");
            } finally {
                lifecycle.unlock();
            }
            try {
                before.busy.await(); // without the lock: a hanging disk must not hold up anyone else
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the earlier run was ending; not started", asked);
            }
        }
    }

    private void begin(Run before) {
        if (journaled != null) journaled.claim();
        try {
            beginOver(before);
        } finally {
            if (journaled != null && state == State.IDLE) journaled.release();
        }
    }

    private void beginOver(Run before) {
        if (stopped.isDone()) stopped = new CompletableFuture<>();
        boolean redelivered = !(options.guarantee() instanceof Guarantee.AtMostOnce<U>);
        if (before.outlivedStop && redelivered) {
            // What came in after the stop had cleared memory: journal or server bring it again.
            crew.clear();
            custody.dropped();
            source.rewind();
        }
        var begin = new Run(journaled == null ? 1 : 2);
        var still = crew.resume();
        if (fresh) custody.begin(still);
        else custody.resume();
        fresh = false;
        run = begin;
        tally.tell(RunnerListener::onStarted); // before anybody sees it run
        state = State.RUNNING;
        begin.threads.add(Thread.ofVirtual().name("botmesh-poller").unstarted(() -> work(begin, () -> poll(begin))));
        if (journaled != null)
            begin.threads.add(Thread.ofVirtual()
                    .name("botmesh-loader")
                    .unstarted(() -> work(begin, () -> journaled.load(() -> begin.ended))));
        begin.threads.forEach(Thread::start);
        Carriers.watch(this);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void work(Run run, Work work) {
        Throwable broken = null;
        try {
            work.run();
        } catch (Throwable thrown) {
            broken = thrown;
        }
        run.busy.countDown(); // first: who is told of the failure may start anew
        releaseJournal(run);
        if (broken != null) fatal(run, broken);
    }

    /** Another runner may have it when this one has stopped, and nothing that the stop has left behind writes to it. */
    private void releaseJournal(Run last) {
        if (journaled == null || last.busy.getCount() > 0) return;
        lifecycle.lock();
        try {
            if (state == State.IDLE && run == last) journaled.release();
        } finally {
            lifecycle.unlock();
        }
    }

    // ---- polling
    // -----------------------------------------------------------------------------------------------------

    private void poll(Run run) throws InterruptedException {
        while (!run.ended) {
            custody.awaitRoom();
            var event = new Events.Poll();
            event.begin();
            var batch = source.next(limits.pollLimit());
            event.updates = batch.size();
            event.commit();
            if (run.ended) return; // not confirmed, so it comes again
            if (batch.isEmpty() && recalled()) continue;
            tally.polls.increment();
            tally.updates.add(batch.size());
            tally.tell(listener -> listener.onPolled(batch.size()));
            if (!batch.isEmpty()) take(batch);
        }
    }

    /** What has been fetched must not be dropped for want of memory: nobody would fetch it again. */
    private void take(List<U> batch) throws InterruptedException {
        while (true) {
            try {
                custody.take(batch);
                return;
            } catch (OutOfMemoryError | StackOverflowError lack) {
                Lack.breathe("updates could not be taken in, and are again", lack);
                if (Thread.interrupted()) throw new InterruptedException();
            }
        }
    }

    /** Whether nothing could come, which is no poll; what is to blame for too long is asked to end. */
    private boolean recalled() {
        var since = source.standsStill();
        if (!since.isPositive()) return false;
        crew.onStandstill(since);
        return true;
    }

    private void fatal(Run run, Throwable broken) {
        CompletableFuture<StopReport> failing;
        lifecycle.lock();
        try {
            if (run.ended) return; // a stop, or the failure of the other thread, was first
            run.ended = true;
            state = State.FAILED;
            failing = stopped;
        } finally {
            lifecycle.unlock();
        }
        run.threads.forEach(Thread::interrupt);
        tally.tell(listener -> listener.onFatal(broken));
        failing.completeExceptionally(broken);
    }

    // ---- stop -------------------------------------------------------------------------------------------------------

    /**
     * Ends polling, lets running handlers finish until the deadline, then interrupts them; confirms what has ended.
     * Queued updates stay in the journal or at the server (at most once: they are run too, as far as time allows).
     * Calling again returns the same report; before {@link #start} there is nothing to do. An interrupt means hurry: as if
     * the deadline were over. A write to the journal is never cut short: one that outlasts the deadline is left to itself,
     * and {@link #start} waits for it. While the program ends because a handler has called {@link System#exit}, that handler
     * is not waited for; its update has not ended, and the attempt counts as one that took the program down.
     *
     * @throws IllegalStateException if called by a handler, which it would wait for: start another thread
     */
    public StopReport stop(Duration deadline) {
        return stop(deadline, options.guarantee() instanceof Guarantee.AtMostOnce<U>);
    }

    /**
     * {@link #stop}, but queued updates are run too, as far as time allows; what waits on disk only stays in the journal.
     */
    public StopReport drain(Duration deadline) {
        return stop(deadline, true);
    }

    private StopReport stop(Duration deadline, boolean drain) {
        if (crew.owns(Thread.currentThread())) throw new IllegalStateException("stop called by a handler");
        CompletableFuture<StopReport> result;
        Run ending;
        lifecycle.lock();
        try {
            if (state == State.IDLE || state == State.STOPPING) {
                result = report;
                ending = null;
            } else {
                state = State.STOPPING;
                report = new CompletableFuture<>();
                result = report;
                ending = run;
                run.ended = true;
            }
        } finally {
            lifecycle.unlock();
        }
        if (ending == null) return result.join();
        StopReport done = StopReport.NOTHING;
        try {
            done = new Stop(deadline).run(ending, drain);
        } finally {
            CompletableFuture<StopReport> completed;
            lifecycle.lock();
            try {
                state = State.IDLE;
                fresh = true;
                completed = stopped;
            } finally {
                lifecycle.unlock();
            }
            releaseJournal(ending);
            var told = done;
            tally.tell(listener -> listener.onStopped(told));
            result.complete(done);
            completed.complete(done);
        }
        return done;
    }

    /** One stop; keeps the time. */
    private final class Stop {
        private final long end;
        private boolean hurry;

        Stop(Duration deadline) {
            this.end = System.nanoTime() + (deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST).toNanos();
        }

        /** Nanoseconds to the deadline, or to the end of the extra time beyond it. */
        private long left(Duration extra) {
            long left = hurry ? 0 : Math.max(0, end - System.nanoTime());
            return Math.max(left, extra.toNanos());
        }

        StopReport run(Run ending, boolean drain) {
            long before = tally.settled.sum();
            long cancelledBefore = tally.cancelled.sum();
            long unstartedBefore = tally.unstarted.sum();
            int parked = drain ? 0 : crew.pause();
            ending.threads.forEach(Thread::interrupt);
            long until = System.nanoTime() + left(GRACE);
            for (var thread : ending.threads) within(() -> thread.join(Duration.ofNanos(until - System.nanoTime())));
            ending.outlivedStop = ending.busy.getCount() > 0;
            within(() -> crew.awaitIdle(drain, left(Duration.ZERO)));
            parked += crew.pause();
            if (crew.cancel() > 0) within(() -> crew.awaitIdle(false, left(GRACE)));
            within(() -> crew.awaitLost(GRACE.toNanos()));
            crew.outliving().forEach(this::takeBack);
            int still = crew.count().active();
            long gone = tally.cancelled.sum() - cancelledBefore + still;
            long dropped = crew.clear() + tally.unstarted.sum() - unstartedBefore;
            custody.dropped();
            settleAccounts();
            source.rewind();
            if (hurry) Thread.currentThread().interrupt();
            return new StopReport(
                    tally.settled.sum() - before, gone, custody.left(), journaled == null ? dropped : 0, parked);
        }

        /** The program may end before the handler does, and then that is not put down to this attempt. */
        private void takeBack(Task<U> task) {
            try {
                custody.rests(task);
            } catch (Throwable notMarked) {
                tally.tell(listener -> listener.onMarkFailed(notMarked));
            }
        }

        /**
         * Each on a thread of its own, because disk and network may hang, and a stop has to end with its deadline. Handlers
         * that end at nothing may have all carriers of virtual threads.
         */
        private void settleAccounts() {
            var flusher = Thread.ofPlatform().daemon().name("botmesh-flusher").start(() -> {
                try {
                    custody.flush();
                } catch (Throwable notMarked) {
                    tally.tell(listener -> listener.onMarkFailed(notMarked));
                }
            });
            var confirmer = Thread.ofPlatform()
                    .daemon()
                    .name("botmesh-confirmer")
                    .start(() -> {
                        try {
                            source.flush();
                        } catch (InterruptedException | RuntimeException unconfirmed) {
                            // Then the server sends again what has ended already: the guarantee allows that.
                        }
                    });
            long until = System.nanoTime() + left(LAST_CONFIRM);
            within(() -> {
                if (!confirmer.join(Duration.ofNanos(until - System.nanoTime()))) confirmer.interrupt();
            });
            within(() -> flusher.join(Duration.ofNanos(until - System.nanoTime())));
            if (flusher.isAlive()) {
                var late = new JournalException.NotStored(
                        "the disk does not answer; what has ended may run again after a restart", null);
                tally.tell(listener -> listener.onMarkFailed(late));
            }
        }

        private interface Wait {
            void run() throws InterruptedException;
        }

        private void within(Wait wait) {
            try {
                wait.run();
            } catch (InterruptedException asked) {
                hurry = true;
            }
        }
    }

    /** Whether it polls: from {@link #start} until a stop is complete or a fatal failure. */
    public boolean isRunning() {
        lifecycle.lock();
        try {
            return state == State.RUNNING || state == State.STOPPING;
        } finally {
            lifecycle.unlock();
        }
    }

    /** What its journal {@linkplain Journal#waitsFor() waits for} now; empty if it does not, or there is none. */
    public Optional<String> journalWaitsFor() {
        return journaled == null ? Optional.empty() : journaled.waitsFor();
    }

    /** Updates in memory, waiting and running. */
    public int size() {
        return crew.count().size();
    }

    /** Whether a stop has got so far that nothing more is started. */
    boolean paused() {
        return crew.paused();
    }

    /** Keys that something is remembered of: those of updates in memory. */
    int keys() {
        return crew.count().keys();
    }

    /**
     * What waits in memory. Looks at all of it, so ask every few seconds, not per update.
     *
     * @param keys how many of the deepest keys to tell
     */
    public Backlog backlog(int keys) {
        return crew.backlog(keys);
    }

    public RunnerStats stats() {
        var now = crew.count();
        return new RunnerStats(
                tally.polls.sum(),
                tally.updates.sum(),
                tally.duplicates.sum(),
                tally.succeeded.sum(),
                tally.failed.sum(),
                tally.cancelled.sum(),
                tally.retried.sum(),
                tally.givenUp.sum(),
                tally.dead.sum(),
                now.timedOut(),
                tally.dropped.sum(),
                now.waiting() + now.withoutWorker(),
                now.running(),
                now.parked(),
                now.abandoned(),
                now.stuck(),
                custody.spilled());
    }

    /** Completes when the current (or next) run has stopped; exceptionally with what ended polling for good. */
    public CompletableFuture<StopReport> stopped() {
        lifecycle.lock();
        try {
            return stopped;
        } finally {
            lifecycle.unlock();
        }
    }

    /** {@link #stop} with ten seconds, then closes the source. The journal stays open. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(10));
        source.close();
    }
}
