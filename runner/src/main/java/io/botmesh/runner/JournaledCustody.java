package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Updates are on disk before they are confirmed. While there is room they go on into memory at once. Past the high watermark
 * they stay on disk, and {@link #load} reads on where memory ends when there is room again. Past the low one those of a key
 * that has its share stay there too: the {@link Shelf} knows where, and they are read back when their key has little left.
 */
final class JournaledCustody<U> implements Custody<U> {
    /** After so many attempts that went down with the process, an update is tried again beside no other such one. */
    private static final int SUSPICIOUS = 2;
    /** For others to give memory back. */
    private static final Duration BREATH = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

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
    /** Everything in the journal up to here is, or was, in memory, or is on the shelf. */
    private long cursor;
    /** The last entry left on disk by the poller. */
    private long lastSpilled;
    /** There may be entries beyond the cursor that nobody has told of. */
    private boolean unsaid;
    /** Beyond the cursor. */
    private long spilled;
    /** Not beyond the cursor, but on disk only. */
    private final Shelf shelf = new Shelf();
    /** There may be something to read back. */
    private final Semaphore bell = new Semaphore(0);
    /** Keys of which more may be read back; of the loader alone. */
    private final Set<Object> hungry = new LinkedHashSet<>();
    /** In memory although beyond the cursor: they have outlived a stop. */
    private Set<Long> survivors = Set.of();
    /** Attempts that count of entries that a handler has seen and that have not ended, for when they are read again. */
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
        crew.shares.onHunger(this::ring);
    }

    private void ring() {
        if (bell.availablePermits() == 0) bell.release();
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
            shelf.clear();
            hungry.clear();
        } finally {
            border.unlock();
        }
    }

    /** What failed may have stored a batch without saying so, or have fetched one that is stored nowhere. */
    @Override
    public void resume() {
        readAgain();
        source.rewind();
    }

    private void readAgain() {
        border.lock();
        try {
            spilling = true;
            unsaid = true;
            ring();
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
            while (spilled + shelf.size() > limits.spill() / 2) spillChanged.await();
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
        List<Journal.Entry<U>> entries;
        try {
            entries = journal.append(batch);
        } catch (OutOfMemoryError | JournalException.NotStored failure) {
            if (!isPassing(failure)) throw failure;
            readAgain();
            source.refetch();
            LockSupport.parkNanos(BREATH.toNanos()); // which an interrupt ends, and it stays set
            LOG.log(Level.WARNING, "updates could not be stored, and are fetched again: {0}", failure.toString());
            return;
        }
        event.updates = batch.size();
        event.fresh = entries.size();
        event.commit();
        int known = batch.size() - entries.size();
        if (known > 0) tally.duplicates.add(known); // first: who hears of the confirmation may look at the counts
        source.confirm(batch.getLast());
        if (known > 0) tally.tell(listener -> listener.onDuplicates(known));
        if (!entries.isEmpty()) admitOrSpill(entries);
    }

    /** One large batch, or others for a moment, may take all of the memory. */
    private static boolean isPassing(Throwable failure) {
        if (failure instanceof OutOfMemoryError) return true;
        var cause = failure.getCause();
        return (cause instanceof OutOfMemoryError || cause instanceof JournalException) && isPassing(cause);
    }

    private void admitOrSpill(List<Journal.Entry<U>> entries) {
        var tasks = entries.stream().map(this::task).toList();
        border.lock();
        try {
            // The loader may have read back some already, if it was at it when they were stored.
            long in = cursor;
            var open = tasks.stream().filter(task -> task.sequence > in).toList();
            if (spilling || shelf.isFull() || crew.held() >= limits.highWatermark()) {
                spilling = true;
                lastSpilled = Math.max(lastSpilled, entries.getLast().sequence());
                spilled += open.size();
                ring();
            } else {
                cursor = Math.max(cursor, entries.getLast().sequence());
                crew.admit(open, this::isShelved);
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
            ring();
        } finally {
            border.unlock();
        }
    }

    /** Leaves a task on disk whose key has its share, or has others there. */
    private boolean isShelved(Task<U> task, boolean crowded) {
        if (!crowded && !shelf.concerns(task.lanes)) return false;
        boolean first = !shelf.concerns(task.lanes);
        var line = shelf.add(task.lanes, task.sequence);
        if (first) crew.shares.watch(line.keys());
        return true;
    }

    /** Brings back what waits on disk: at the start what an earlier process left, later what memory had no room for. */
    void load(BooleanSupplier ended) throws InterruptedException {
        while (!ended.getAsBoolean()) {
            boolean refilled = refill(ended);
            boolean read = readOn(ended);
            if (refilled || read) continue;
            bell.acquire();
            bell.drainPermits();
        }
    }

    private int room() {
        int waiting = crew.waiting();
        return waiting > limits.roomAgain() ? 0 : limits.highWatermark() - waiting;
    }

    /**
     * Reads back updates of keys that have little left, all together, for those of many keys often lie side by side. As long as
     * others want to come in too, half of the room is theirs.
     */
    boolean refill(BooleanSupplier ended) {
        hungry.addAll(crew.shares.takeHungry());
        int room = room();
        if (room == 0 || hungry.isEmpty()) return false;
        var looked = new ArrayList<Object>();
        var heads = heads(room, looked);
        var sequences = heads.values().stream().flatMap(List::stream).sorted().toList();
        var tasks = sequences.isEmpty() ? List.<Task<U>>of() : tasks(journal.undone(sequences));
        border.lock();
        try {
            if (ended.getAsBoolean()) return false;
            looked.forEach(hungry::remove);
            var moved = new HashSet<Long>();
            // Meanwhile another line may have become one with it.
            heads.forEach((line, head) -> {
                if (!shelf.remove(line, head)) moved.addAll(head);
            });
            crew.admit(tasks.stream()
                    .filter(task -> !moved.contains(task.sequence))
                    .toList());
            for (Object key : looked) {
                var line = shelf.line(key);
                if (line != null && !crew.shares.watch(line.keys())) hungry.add(key);
            }
            spillChanged.signalAll();
            return true;
        } finally {
            border.unlock();
        }
    }

    /** What may come in of each line, in order. */
    private Map<Shelf.Line, List<Long>> heads(int room, List<Object> looked) {
        var heads = new HashMap<Shelf.Line, List<Long>>();
        border.lock();
        try {
            int most = spilling ? Math.max(1, room / 2) : room;
            for (Object key : hungry) {
                if (most <= 0) break;
                looked.add(key);
                var line = shelf.line(key);
                if (line == null || heads.containsKey(line)) continue;
                var head = line.head(Math.clamp(crew.shares.left(line.keys()), 0, most));
                if (head.isEmpty()) continue;
                heads.put(line, head);
                most -= head.size();
            }
        } finally {
            border.unlock();
        }
        return heads;
    }

    /** Reads on where memory ends. */
    boolean readOn(BooleanSupplier ended) {
        int room = Math.min(room(), limits.highWatermark() - limits.lowWatermark());
        long after;
        long known;
        border.lock();
        try {
            if (!spilling || room == 0 || shelf.isFull()) return false;
            after = cursor;
            known = lastSpilled;
            unsaid = false;
        } finally {
            border.unlock();
        }
        var entries = journal.undone(after, room);
        if (ended.getAsBoolean()) return false;
        var tasks = tasks(entries);
        border.lock();
        try {
            if (entries.isEmpty()) {
                if (lastSpilled != known || unsaid) return true; // came during the look
                cursor = Math.max(cursor, known);
                spilling = false;
                spilled = 0;
            } else {
                cursor = entries.getLast().sequence();
                spilled = Math.max(0, spilled - entries.size());
                var still = survivors;
                crew.admit(
                        tasks.stream()
                                .filter(task -> !still.contains(task.sequence))
                                .toList(),
                        this::isShelved);
            }
            spillChanged.signalAll();
            return true;
        } finally {
            border.unlock();
        }
    }

    private List<Task<U>> tasks(List<Journal.Entry<U>> entries) {
        return entries.stream().filter(entry -> !buried(entry)).map(this::task).toList();
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
        int attempt = before == null ? entry.attempt() : Math.max(entry.attempt(), Math.max(before + 1, 2));
        var more = entry.vanished() < SUSPICIOUS ? List.of() : List.of(SUSPECT);
        return maker.of(entry.update(), entry.sequence(), attempt, more);
    }

    @Override
    public void begins(Task<U> task) {
        if (task.attempt > 1) journal.began(task.sequence, task.attempt);
    }

    @Override
    public void rests(Task<U> task) {
        if (task.attempt > 1) journal.failed(task.sequence, task.attempt - 1);
    }

    @Override
    public void repeats(Task<U> task, boolean failed) {
        int count = failed ? task.attempt : task.attempt - 1;
        begun.put(task.sequence, count);
        journal.failed(task.sequence, count);
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
            return spilled + shelf.size();
        } finally {
            border.unlock();
        }
    }
}
