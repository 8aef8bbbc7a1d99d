package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
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
    private final Handler<U> handler;
    private final RunnerOptions<U> options;
    private final RunnerLimits limits;
    private final @Nullable Journal<U> journal;
    private final RandomGenerator random;
    private final Crew<U> crew;
    private final Prefix<U> prefix = new Prefix<>();

    private final ReentrantLock lifecycle = new ReentrantLock();
    private State state = State.IDLE;
    private Run run = new Run(0);
    private boolean fresh = true;
    private CompletableFuture<StopReport> stopped = new CompletableFuture<>();
    private CompletableFuture<StopReport> report = CompletableFuture.completedFuture(StopReport.NOTHING);

    /** Guards the border between memory and disk. */
    private final ReentrantLock intake = new ReentrantLock();

    private final Condition spillChanged = intake.newCondition();
    /** While set, new updates go to disk only, for there are earlier ones. */
    private boolean spilling;
    /** Everything in the journal up to here is, or was, in memory. */
    private long cursor;
    /** The last entry left on disk by the poller. */
    private long lastSpilled;

    private long spilled;
    /** In memory although beyond the cursor: they have outlived a stop. */
    private Set<Long> survivors = Set.of();
    /** Attempts of entries that a handler has seen and that have not ended, for when they are read again. */
    private final Map<Long, Integer> begun = new ConcurrentHashMap<>();

    private final LongAdder polls = new LongAdder();
    private final LongAdder updates = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder givenUp = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder unstarted = new LongAdder();

    public Runner(Source<U> source, Handler<U> handler, RunnerOptions<U> options) {
        this(source, handler, options, Thread::sleep, RandomGenerator.getDefault());
    }

    Runner(Source<U> source, Handler<U> handler, RunnerOptions<U> options, Sleeper sleeper, RandomGenerator random) {
        this.source = source;
        this.handler = handler;
        this.options = options;
        this.limits = options.limits();
        this.journal = options.guarantee() instanceof Guarantee.Journaled<U>(var held) ? held : null;
        this.random = random;
        this.crew = new Crew<>(limits, this::attempt, sleeper);
    }

    /**
     * Starts polling; with a journal, what is left in it comes first. Legal again after a stop or a fatal failure, without
     * effect while it runs. If the stop did not wait for a fetch or a write in progress, this does: two pollers at once
     * would lose or repeat what the earlier one still brings in.
     *
     * @throws IllegalStateException during a stop, if interrupted while it waits, or if it would wait for its caller
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
        if (stopped.isDone()) stopped = new CompletableFuture<>();
        boolean redelivered = !(options.guarantee() instanceof Guarantee.AtMostOnce<U>);
        if (before.outlivedStop && redelivered) {
            // What came in after the stop had cleared memory: journal or server bring it again.
            crew.clear();
            prefix.clear();
            source.rewind();
        }
        var begin = new Run(journal == null ? 1 : 2);
        var still = crew.resume();
        if (journal != null && fresh) readFromTheStart(journal, still);
        fresh = false;
        run = begin;
        state = State.RUNNING;
        begin.threads.add(Thread.ofVirtual().name("botmesh-poller").unstarted(() -> work(begin, () -> poll(begin))));
        if (journal != null)
            begin.threads.add(Thread.ofVirtual()
                    .name("botmesh-loader")
                    .unstarted(() -> work(begin, () -> load(begin, journal))));
        begin.threads.forEach(Thread::start);
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
        if (broken != null) fatal(run, broken);
    }

    private void readFromTheStart(Journal<U> journal, List<Task<U>> still) {
        intake.lock();
        try {
            survivors = still.stream().map(task -> task.sequence).collect(Collectors.toSet());
            cursor = 0;
            lastSpilled = 0;
            spilled = journal.size();
            spilling = true;
        } finally {
            intake.unlock();
        }
    }

    // ---- intake -----------------------------------------------------------------------------------------------------

    private void poll(Run run) throws InterruptedException {
        while (!run.ended) {
            awaitRoom();
            var batch = source.next(limits.pollLimit());
            if (run.ended) return; // not confirmed, so it comes again
            polls.increment();
            updates.add(batch.size());
            tell(() -> options.listener().onPolled(batch.size()));
            if (!batch.isEmpty()) take(batch);
        }
    }

    private void awaitRoom() throws InterruptedException {
        if (journal == null) {
            int waiting = crew.waiting();
            if (waiting < limits.highWatermark()) return;
            tell(() -> options.listener().onPaused(waiting));
            crew.awaitLow();
            int now = crew.waiting();
            tell(() -> options.listener().onResumed(now));
        } else {
            long waiting = spilled();
            if (waiting < limits.spill()) return;
            tell(() -> options.listener().onPaused(waiting));
            intake.lockInterruptibly();
            try {
                while (spilled > limits.spill() / 2) spillChanged.await();
            } finally {
                intake.unlock();
            }
            long now = spilled();
            tell(() -> options.listener().onResumed(now));
        }
    }

    private void take(List<U> batch) throws InterruptedException {
        switch (options.guarantee()) {
            case Guarantee.AtMostOnce<U>() -> {
                source.confirm(batch.getLast());
                boolean told = false;
                try {
                    source.flush();
                    told = true;
                } finally {
                    if (!told) unstarted.add(batch.size());
                }
                crew.admit(batch.stream().map(update -> task(update, 0, 1)).toList());
            }
            case Guarantee.AtLeastOnce<U>() -> {
                var tasks = batch.stream().map(update -> task(update, 0, 1)).toList();
                prefix.add(tasks);
                crew.admit(tasks);
            }
            case Guarantee.Journaled<U>(var journal) -> {
                var entries = journal.append(batch);
                source.confirm(batch.getLast());
                int known = batch.size() - entries.size();
                if (known > 0) {
                    duplicates.add(known);
                    tell(() -> options.listener().onDuplicates(known));
                }
                if (!entries.isEmpty()) admitOrSpill(entries);
            }
        }
    }

    private void admitOrSpill(List<Journal.Entry<U>> entries) {
        var tasks = entries.stream().map(this::task).toList();
        intake.lock();
        try {
            // The loader may have read back some already, if it was at it when they were stored.
            long in = cursor;
            var open = tasks.stream().filter(task -> task.sequence > in).toList();
            if (spilling || crew.waiting() >= limits.highWatermark()) {
                spilling = true;
                lastSpilled = entries.getLast().sequence();
                spilled += open.size();
                spillChanged.signalAll();
            } else {
                cursor = entries.getLast().sequence();
                crew.admit(open);
            }
        } finally {
            intake.unlock();
        }
    }

    /** Brings back what waits on disk: at the start what an earlier process left, later what memory had no room for. */
    private void load(Run run, Journal<U> journal) throws InterruptedException {
        while (!run.ended) {
            long after;
            long known;
            intake.lockInterruptibly();
            try {
                while (!spilling) spillChanged.await();
                after = cursor;
                known = lastSpilled;
            } finally {
                intake.unlock();
            }
            crew.awaitLow();
            var entries = journal.undone(after, limits.highWatermark() - limits.lowWatermark());
            if (run.ended) return;
            var tasks = entries.stream().map(this::task).toList();
            intake.lockInterruptibly();
            try {
                if (entries.isEmpty()) {
                    if (lastSpilled != known) continue; // came during the look
                    cursor = Math.max(cursor, known);
                    spilling = false;
                    spilled = 0;
                } else {
                    cursor = entries.getLast().sequence();
                    spilled = Math.max(0, spilled - entries.size());
                    var still = survivors;
                    crew.admit(tasks.stream()
                            .filter(task -> !still.contains(task.sequence))
                            .toList());
                }
                spillChanged.signalAll();
            } finally {
                intake.unlock();
            }
        }
    }

    private Task<U> task(Journal.Entry<U> entry) {
        var before = begun.get(entry.sequence());
        int attempt = before == null ? entry.attempt() : Math.max(entry.attempt(), before + 1);
        return task(entry.update(), entry.sequence(), attempt);
    }

    private Task<U> task(U update, long sequence, int attempt) {
        try {
            var keys = distinct(options.keys().of(update));
            return new Task<>(update, sequence, attempt, keys, null);
        } catch (Throwable unkeyed) {
            return new Task<>(
                    update, sequence, attempt, List.of(), unkeyed); // fails like any other, instead of polling
        }
    }

    @SuppressWarnings("ReturnValueIgnored") // a key that cannot be hashed has to show it here
    private static List<?> distinct(Collection<?> keys) {
        var distinct = keys.size() < 2 ? List.copyOf(keys) : List.copyOf(new LinkedHashSet<>(keys));
        for (Object key : distinct) key.hashCode();
        return distinct;
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
        tell(() -> options.listener().onFatal(broken));
        failing.completeExceptionally(broken);
    }

    // ---- handling ---------------------------------------------------------------------------------------------------

    private Crew.Outcome attempt(Task<U> task) {
        var delivery = new Delivery<>(task.update, task.attempt);
        long begin = System.nanoTime();
        Throwable failure = null;
        try {
            if (task.unkeyed != null) throw task.unkeyed;
            handler.handle(delivery);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (failure == null) succeeded.increment();
        else if (task.cancelled) return interrupted(task, delivery, took, failure);
        else failed.increment();
        var outcome = failure == null ? new Crew.Outcome.Ended() : decide(task, delivery, failure);
        if (outcome instanceof Crew.Outcome.Ended) settle(task);
        var thrown = failure;
        tell(() -> options.listener().onEnded(delivery, took, thrown));
        return outcome;
    }

    /** It has not ended: the journal or the server brings it again, here and now if the runner has been started anew. */
    private Crew.Outcome interrupted(Task<U> task, Delivery<U> delivery, Duration took, Throwable failure) {
        cancelled.increment();
        tell(() -> options.listener().onEnded(delivery, took, failure));
        return task.sequence == 0 ? new Crew.Outcome.Ended() : again(task, Duration.ZERO);
    }

    private Crew.Outcome decide(Task<U> task, Delivery<U> delivery, Throwable failure) {
        try {
            if (options.failures().onFailure(delivery, failure) == FailureHandler.Decision.SKIP)
                return new Crew.Outcome.Ended();
        } catch (Throwable worse) {
            tell(() -> options.listener().onFailureHandlerFailed(delivery, worse));
            return new Crew.Outcome.Ended();
        }
        if (task.attempt < options.retry().attempts())
            return again(task, options.retry().pause(task.attempt, random));
        givenUp.increment();
        tell(() -> options.listener().onGivenUp(delivery, failure));
        return new Crew.Outcome.Ended();
    }

    private Crew.Outcome again(Task<U> task, Duration pause) {
        if (task.sequence != 0) begun.put(task.sequence, task.attempt);
        return new Crew.Outcome.Again(pause);
    }

    private void settle(Task<U> task) {
        settled.increment();
        if (task.attempt > 1) begun.remove(task.sequence);
        try {
            switch (options.guarantee()) {
                case Guarantee.AtMostOnce<U>() -> {}
                case Guarantee.AtLeastOnce<U>() -> prefix.ended(task).ifPresent(source::confirm);
                case Guarantee.Journaled<U>(var journal) -> journal.done(task.sequence);
            }
        } catch (RuntimeException notMarked) {
            tell(() -> options.listener().onMarkFailed(notMarked));
        }
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable itsOwnAffair) {
            // A listener watches; it decides nothing.
        }
    }

    // ---- stop -------------------------------------------------------------------------------------------------------

    /**
     * Ends polling, lets running handlers finish until the deadline, then interrupts them; confirms what has ended.
     * Queued updates stay in the journal or at the server (at most once: they are run too, as far as time allows).
     * Calling again returns the same report; before {@link #start} there is nothing to do. An interrupt means hurry: as if
     * the deadline were over. A write to the journal is never cut short: one that outlasts the deadline is left to itself,
     * and {@link #start} waits for it.
     *
     * @throws IllegalStateException if called by a handler, which it would wait for: start another thread
     */
    public StopReport stop(Duration deadline) {
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
            done = new Stop(deadline).run(ending);
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
            var told = done;
            tell(() -> options.listener().onStopped(told));
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

        StopReport run(Run ending) {
            boolean drain = options.guarantee() instanceof Guarantee.AtMostOnce<U>;
            long before = settled.sum();
            long unstartedBefore = unstarted.sum();
            if (!drain) crew.pause();
            ending.threads.forEach(Thread::interrupt);
            long until = System.nanoTime() + left(GRACE);
            for (var thread : ending.threads) within(() -> thread.join(Duration.ofNanos(until - System.nanoTime())));
            ending.outlivedStop = ending.busy.getCount() > 0;
            within(() -> crew.awaitIdle(drain, left(Duration.ZERO)));
            crew.pause();
            long lateBefore = cancelled.sum();
            var late = crew.cancel();
            if (!late.isEmpty()) within(() -> crew.awaitIdle(false, left(GRACE)));
            int still = crew.running();
            long gone = cancelled.sum() - lateBefore + still;
            long dropped = crew.clear() + unstarted.sum() - unstartedBefore;
            prefix.clear();
            settleAccounts();
            source.rewind();
            if (hurry) Thread.currentThread().interrupt();
            return new StopReport(
                    settled.sum() - before, gone, journal == null ? 0 : journal.size(), journal == null ? dropped : 0);
        }

        /** Each on a thread of its own, because disk and network may hang, and a stop has to end with its deadline. */
        private void settleAccounts() {
            var flusher = Thread.ofVirtual().name("botmesh-flusher").start(() -> {
                try {
                    if (journal != null) journal.flush();
                } catch (RuntimeException notMarked) {
                    tell(() -> options.listener().onMarkFailed(notMarked));
                }
            });
            var confirmer = Thread.ofVirtual().name("botmesh-confirmer").start(() -> {
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
                tell(() -> options.listener().onMarkFailed(late));
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

    /** Updates in memory, waiting and running. */
    public int size() {
        return crew.size();
    }

    /** Whether a stop has got so far that nothing more is started. */
    boolean paused() {
        return crew.paused();
    }

    /** Keys that something is remembered of: those of updates in memory. */
    int keys() {
        return crew.keys();
    }

    private long spilled() {
        intake.lock();
        try {
            return spilled;
        } finally {
            intake.unlock();
        }
    }

    public RunnerStats stats() {
        return new RunnerStats(
                polls.sum(),
                updates.sum(),
                duplicates.sum(),
                succeeded.sum(),
                failed.sum(),
                cancelled.sum(),
                givenUp.sum(),
                crew.waiting(),
                crew.running(),
                spilled());
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
