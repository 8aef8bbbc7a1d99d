package io.botmesh.runner;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Updates are on disk before they are confirmed. While there is room they go on into memory at once; past the high
 * watermark they stay on disk, and {@link #load} brings them back in order.
 */
final class JournaledCustody<U> implements Custody<U> {
    private final Source<U> source;
    private final Journal<U> journal;
    private final TaskMaker<U> maker;
    private final RunnerLimits limits;
    private final Crew<U> crew;
    private final Tally<U> tally;

    /** Guards the border between memory and disk. */
    private final ReentrantLock border = new ReentrantLock();

    private final Condition spillChanged = border.newCondition();
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

    JournaledCustody(
            Source<U> source,
            Journal<U> journal,
            TaskMaker<U> maker,
            RunnerLimits limits,
            Crew<U> crew,
            Tally<U> tally) {
        this.source = source;
        this.journal = journal;
        this.maker = maker;
        this.limits = limits;
        this.crew = crew;
        this.tally = tally;
    }

    @Override
    public void begin(Collection<Task<U>> still) {
        border.lock();
        try {
            survivors = still.stream().map(task -> task.sequence).collect(Collectors.toSet());
            cursor = 0;
            lastSpilled = 0;
            spilled = journal.size();
            spilling = true;
        } finally {
            border.unlock();
        }
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        long waiting = spilled();
        if (waiting < limits.spill()) return;
        tally.tell(listener -> listener.onPaused(waiting));
        border.lockInterruptibly();
        try {
            while (spilled > limits.spill() / 2) spillChanged.await();
        } finally {
            border.unlock();
        }
        long now = spilled();
        tally.tell(listener -> listener.onResumed(now));
    }

    @Override
    public void take(List<U> batch) {
        var entries = journal.append(batch);
        source.confirm(batch.getLast());
        int known = batch.size() - entries.size();
        if (known > 0) {
            tally.duplicates.add(known);
            tally.tell(listener -> listener.onDuplicates(known));
        }
        if (!entries.isEmpty()) admitOrSpill(entries);
    }

    private void admitOrSpill(List<Journal.Entry<U>> entries) {
        var tasks = entries.stream().map(this::task).toList();
        border.lock();
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
            border.unlock();
        }
    }

    /** Brings back what waits on disk: at the start what an earlier process left, later what memory had no room for. */
    void load(BooleanSupplier ended) throws InterruptedException {
        while (!ended.getAsBoolean()) {
            long after;
            long known;
            border.lockInterruptibly();
            try {
                while (!spilling) spillChanged.await();
                after = cursor;
                known = lastSpilled;
            } finally {
                border.unlock();
            }
            crew.awaitLow();
            var entries = journal.undone(after, limits.highWatermark() - limits.lowWatermark());
            if (ended.getAsBoolean()) return;
            var tasks = entries.stream().map(this::task).toList();
            border.lockInterruptibly();
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
                border.unlock();
            }
        }
    }

    private Task<U> task(Journal.Entry<U> entry) {
        var before = begun.get(entry.sequence());
        int attempt = before == null ? entry.attempt() : Math.max(entry.attempt(), before + 1);
        return maker.of(entry.update(), entry.sequence(), attempt);
    }

    @Override
    public void repeats(Task<U> task) {
        begun.put(task.sequence, task.attempt);
    }

    @Override
    public void ended(Task<U> task) {
        if (task.attempt > 1) begun.remove(task.sequence);
        journal.done(task.sequence);
    }

    @Override
    public void flush() {
        journal.flush();
    }

    @Override
    public long left() {
        return journal.size();
    }

    @Override
    public long spilled() {
        border.lock();
        try {
            return spilled;
        } finally {
            border.unlock();
        }
    }
}
