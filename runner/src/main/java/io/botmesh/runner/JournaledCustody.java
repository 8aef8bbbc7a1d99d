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
    /** After so many attempts that went down with the process, an update is tried again beside no other such one. */
    private static final int SUSPICIOUS = 2;

    /** What suspicious updates have in common, so that one death of the process is put down to one of them. */
    static final Object SUSPECT = new Object() {
        @Override
        public String toString() {
            return "suspect";
        }
    };

    private final Source<U> source;
    private final Journal<U> journal;
    private final TaskMaker<U> maker;
    private final RunnerLimits limits;
    private final int mostAttempts;
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
            RunnerOptions<U> options,
            Crew<U> crew,
            Tally<U> tally) {
        this.source = source;
        this.journal = journal;
        this.maker = maker;
        this.limits = options.limits();
        this.mostAttempts = options.failures().retry().attempts();
        this.crew = crew;
        this.tally = tally;
    }

    @Override
    public void begin(Collection<Task<U>> still) {
        journal.onReplay(this::replayed);
        long left = journal.size();
        border.lock();
        try {
            survivors = still.stream().map(task -> task.sequence).collect(Collectors.toSet());
            cursor = 0;
            lastSpilled = 0;
            spilled = left;
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
        var event = new Events.Append();
        event.begin();
        var entries = journal.append(batch);
        event.updates = batch.size();
        event.fresh = entries.size();
        event.commit();
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
            if (spilling || crew.held() >= limits.highWatermark()) {
                spilling = true;
                lastSpilled = Math.max(lastSpilled, entries.getLast().sequence());
                spilled += open.size();
                spillChanged.signalAll();
            } else {
                cursor = Math.max(cursor, entries.getLast().sequence());
                crew.admit(open);
            }
        } finally {
            border.unlock();
        }
    }

    /** A dead letter is an entry again: as if the poller had left it on disk. */
    private void replayed(long sequence) {
        border.lock();
        try {
            spilling = true;
            lastSpilled = Math.max(lastSpilled, sequence);
            spilled++;
            spillChanged.signalAll();
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
            var tasks = entries.stream()
                    .filter(entry -> !buried(entry))
                    .map(this::task)
                    .toList();
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

    /** One that took the process down, or came to nothing otherwise, as often as attempts are allowed. */
    private boolean buried(Journal.Entry<U> entry) {
        if (entry.attempts() < mostAttempts || begun.containsKey(entry.sequence())) return false;
        var cause = new DeadLetters.Cause(
                "vanished",
                "none of its " + entry.attempts() + " attempts has ended well; the process died in the middle of "
                        + entry.vanished(),
                "");
        journal.dead(entry.sequence(), entry.attempts(), cause);
        tally.dead.increment();
        var delivery = Delivery.of(entry.update(), entry.attempts());
        tally.tell(listener -> listener.onDeadLetter(delivery, cause));
        return true;
    }

    private Task<U> task(Journal.Entry<U> entry) {
        var before = begun.get(entry.sequence());
        int attempt = before == null ? entry.attempt() : Math.max(entry.attempt(), before + 1);
        var more = entry.vanished() < SUSPICIOUS ? List.of() : List.of(SUSPECT);
        return maker.of(entry.update(), entry.sequence(), attempt, more);
    }

    @Override
    public void begins(Task<U> task) {
        if (task.attempt > 1) journal.began(task.sequence, task.attempt);
    }

    @Override
    public void repeats(Task<U> task, boolean failed) {
        begun.put(task.sequence, task.attempt);
        journal.failed(task.sequence, failed ? task.attempt : task.attempt - 1);
    }

    @Override
    public boolean dead(Task<U> task, DeadLetters.Cause cause) {
        begun.remove(task.sequence);
        journal.dead(task.sequence, task.attempt, cause);
        return true;
    }

    @Override
    public void ended(Task<U> task) {
        if (task.attempt > 1) begun.remove(task.sequence);
        journal.done(task.sequence);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that one, not one like it
    public boolean keepsIn(Journal<?> journal) {
        return this.journal == journal;
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
