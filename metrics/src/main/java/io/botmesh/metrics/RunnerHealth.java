package io.botmesh.metrics;

import io.botmesh.runner.Backlog;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one bot's runner does what it is there for, by {@link HealthRules}. A listener of the runner from its making;
 * {@link #watch(Runner)} tells it of which. As a listener of the source, too, it tells of other programs that poll for the bot.
 *
 * @param <U> the update
 */
public final class RunnerHealth<U> implements RunnerListener<U>, Retrying.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerHealth.class);
    /** How many keys are named. */
    private static final int DEEPEST = 3;

    private final long botId;
    private final HealthRules rules;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock = new ReentrantLock();
    /** When updates came to nothing, the latest ones, oldest first; no more than it takes to be red. */
    private final ArrayDeque<Long> lost = new ArrayDeque<>();

    /** When polls were refused because of somebody else, likewise. */
    private final ArrayDeque<Long> conflicts = new ArrayDeque<>();

    private String refusal = "";
    private boolean endedByConflict;
    private long polledAt;
    private boolean polled;
    private boolean paused;
    private boolean failed;
    private boolean markFailed;
    private long markFailedAt;
    private final AtomicBoolean toldLate = new AtomicBoolean();
    private volatile @Nullable Runner<U> runner;
    private volatile @Nullable PendingCount pending;

    public RunnerHealth(long botId, HealthRules rules) {
        this(botId, rules, System::nanoTime);
    }

    RunnerHealth(long botId, HealthRules rules, LongSupplier nanoTime) {
        this.botId = botId;
        this.rules = rules;
        this.nanoTime = nanoTime;
        this.polledAt = nanoTime.getAsLong();
    }

    /** Looks at this runner from now on. */
    public RunnerHealth<U> watch(Runner<U> runner) {
        this.runner = runner;
        return this;
    }

    /** Looks at what waits at the server, too. */
    public RunnerHealth<U> watch(PendingCount pending) {
        this.pending = pending;
        return this;
    }

    private interface Change {
        void make();
    }

    private void change(Change change) {
        lock.lock();
        try {
            change.make();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onStarted() {
        long now = nanoTime.getAsLong();
        change(() -> polledAt = now); // what stood still before is not held against it
    }

    @Override
    public void onPolled(int updates) {
        long now = nanoTime.getAsLong();
        change(() -> {
            polledAt = now;
            polled = true;
            paused = false; // of a run that failed while it paused nobody hears the end
            failed = false;
            endedByConflict = false;
        });
    }

    @Override
    public void onPaused(long waiting) {
        change(() -> paused = true);
    }

    @Override
    public void onResumed(long waiting) {
        long now = nanoTime.getAsLong();
        change(() -> {
            paused = false;
            polledAt = now; // while it paused it was not to poll
        });
    }

    @Override
    public void onGivenUp(Delivery<U> delivery, Throwable failure) {
        lost();
    }

    @Override
    public void onDeadLetter(Delivery<U> delivery, DeadLetters.Cause cause) {
        lost();
    }

    private void lost() {
        long now = nanoTime.getAsLong();
        change(() -> note(lost, now, rules.lost()));
    }

    @Override
    public void onRetry(Throwable failure, int failures, Duration pause) {
        if (!Conflicts.is(failure)) return;
        long now = nanoTime.getAsLong();
        change(() -> {
            note(conflicts, now, rules.conflicts());
            refusal = String.valueOf(failure.getMessage());
        });
    }

    @Override
    public void onMarkFailed(Throwable failure) {
        long now = nanoTime.getAsLong();
        change(() -> {
            markFailed = true;
            markFailedAt = now;
        });
    }

    @Override
    public void onFatal(Throwable failure) {
        change(() -> {
            failed = true;
            endedByConflict = Conflicts.is(failure);
            if (endedByConflict) refusal = String.valueOf(failure.getMessage());
        });
    }

    @Override
    public void onStopped(StopReport report) {
        change(() -> {
            paused = false;
            polled = false;
        });
    }

    /** Whether the runner runs and a poll has been complete since its start. */
    public boolean ready() {
        var watched = runner;
        lock.lock();
        try {
            return polled && !failed && watched != null && watched.isRunning();
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong now; empty if nothing is. That updates wait for too long is told in the log, too, when it begins and when it is over. */
    public List<Problem> problems() {
        long now = nanoTime.getAsLong();
        var found = new ArrayList<Problem>();
        var watched = runner;
        boolean running = watched != null && watched.isRunning();
        var away = watched == null ? Optional.<String>empty() : watched.journalWaitsFor();
        lock.lock();
        try {
            if (away.isPresent()) polledAt = now; // while its journal waits nobody polls
            if (failed) add(found, "failed", "polling has ended for good by a failure");
            else if (!running) add(found, "stopped", "the runner does not run");
            else if (!paused) deaf(found, now);
            if (away.isPresent()) add(found, "journal", "the journal waits: " + away.get());
            else if (markFailed && within(markFailedAt, now))
                add(found, "journal", "the journal does not take what it is given");
            if (endedByConflict || isMany(conflicts, now, rules.conflicts()))
                add(found, "conflict", "polls are refused because of somebody else: " + refusal);
            if (isMany(lost, now, rules.lost()))
                add(found, "lost", rules.lost() + " updates or more came to nothing within " + text(rules.window()));
        } finally {
            lock.unlock();
        }
        if (watched != null) slow(found, watched);
        var asked = pending;
        if (asked != null && asked.value() >= rules.pending())
            add(found, "pending", (long) asked.value() + " updates wait at the server");
        return found;
    }

    private void slow(List<Problem> found, Runner<U> watched) {
        boolean late = watched.backlog(0).oldest().compareTo(rules.queueAge()) >= 0;
        if (late) add(found, "queue", queue(watched.backlog(DEEPEST)));
        tellOnce(late, found);
        int stuck = watched.stats().stuck();
        if (stuck > 0) add(found, "stuck", stuck + " handlers that do not end keep their slots");
    }

    /** With the keys that hold most up: no meter can name them. */
    private static String queue(Backlog backlog) {
        var keys = backlog.deepest().stream()
                .map(one -> one.key() + " (" + one.depth() + ")")
                .collect(Collectors.joining(", "));
        return "an update has waited for " + text(backlog.oldest())
                + (keys.isEmpty() ? "" : "; most wait behind " + keys);
    }

    /** When it turns red, by whoever asks first. */
    private void tellOnce(boolean late, List<Problem> found) {
        if (toldLate.getAndSet(late) == late) return;
        if (late)
            LOG.atWarn().addKeyValue("bot", botId).log("{}", found.getLast().text());
        else LOG.atInfo().addKeyValue("bot", botId).log("no update waits for long any more");
    }

    private void deaf(List<Problem> found, long now) {
        var age = Duration.ofNanos(now - polledAt);
        if (age.compareTo(rules.pollDeadline().multipliedBy(2)) >= 0)
            add(found, "deaf", "no poll was complete for " + text(age));
    }

    /** Remembers no more than it takes to be red. */
    private static void note(ArrayDeque<Long> times, long now, int most) {
        times.addLast(now);
        if (times.size() > most) times.removeFirst();
    }

    private boolean isMany(ArrayDeque<Long> times, long now, int many) {
        return times.size() >= many && within(times.getFirst(), now);
    }

    private boolean within(long at, long now) {
        return now - at < rules.window().toNanos();
    }

    private void add(List<Problem> found, String code, String text) {
        found.add(new Problem(botId, code, text));
    }

    private static String text(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
