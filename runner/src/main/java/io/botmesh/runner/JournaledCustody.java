package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Updates are on disk before they are confirmed. While there is room they go on into memory at once. Past the high watermark
 * they stay on disk, and {@link #load} reads on where memory ends when there is room again. Past the low one those of a key
 * that has its share stay there too: the {@link Shelf} knows where, and they are read back when their key has little left.
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

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

    private final Source<U> source;
    private final Journal<U> journal;
    /** Who has the journal, if it is this. */
    private final Object user = new Object();

    private final TaskMaker<U> maker;
    private final Arrivals arrivals;
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

    private boolean toldOfSuspects;
    /** Not beyond the cursor, but on disk only. */
    private final Shelf shelf = new Shelf();
    /** There may be something to read back. */
    private final Semaphore bell = new Semaphore(0);
    /** Keys of which more may be read back; of the loader alone. */
    private final Set<Object> hungry = new LinkedHashSet<>();
    /** In memory although beyond the cursor: they have outlived a stop. */
    private Set<Long> survivors = Set.of();
    /** The batch that is being taken in, of the thread that polls: stored, then made to tasks, then on their way into memory. */
    private @Nullable List<U> inHand;

    private List<Journal.Entry<U>> stored = List.of();
    /** When it was handed to the journal. */
    private long came;

    private @Nullable List<Task<U>> made;
    private @Nullable List<Task<U>> entering;
    /** The same of what the loader has read back, and who may leave it on disk; of the loader alone. */
    private @Nullable List<Task<U>> returning;

    private Crew.Door<U> door = this::isShelved;
    /** Memory was too short, and what is on the shelf may not be watched. */
    private volatile boolean lacked;

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
        this.arrivals = maker.arrivals();
        this.limits = options.limits();
        this.mostAttempts = options.failures().retry().attempts();
        this.crew = crew;
        this.tally = tally;
        crew.shares.onHunger(this::ring);
    }

    private void ring() {
        if (bell.availablePermits() == 0) bell.release();
    }

    /**
     * Makes the journal this one's until {@link #release()}.
     *
     * @throws IllegalStateException if it is another's
     */
    void claim() {
        JournalUse.claim(journal, user);
    }

    void release() {
        JournalUse.release(journal, user);
    }

    @Override
    public void begin(Collection<Task<U>> still) {
        arrivals.begin();
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
            handsOff();
            returning = null;
        } finally {
            border.unlock();
        }
    }

    /** What failed may have stored a batch without saying so, or have fetched one that is stored nowhere. */
    @Override
    public void resume() {
        handsOff();
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
    @SuppressWarnings("ReferenceEquality") // that one, not one like it
    public void take(List<U> batch) {
        if (inHand != batch && !store(batch)) return;
        source.confirm(batch.getLast());
        int known = batch.size() - stored.size();
        if (known > 0) tally.tell(listener -> listener.onDuplicates(known));
        if (!stored.isEmpty()) admitOrSpill(stored);
        handsOff();
    }

    private void handsOff() {
        inHand = null;
        stored = List.of();
        made = null;
        entering = null;
    }

    /** False if memory was too short, and it is fetched again. */
    private boolean store(List<U> batch) {
        var event = new Events.Append();
        event.begin();
        List<Journal.Entry<U>> entries;
        long now = arrivals.now();
        try {
            entries = journal.append(batch);
        } catch (OutOfMemoryError | JournalException.NotStored failure) {
            if (!isPassing(failure)) throw failure;
            readAgain();
            source.refetch();
            Lack.breathe("updates could not be stored, and are fetched again", failure);
            return false;
        }
        stored = entries;
        came = now;
        inHand = batch;
        note(entries, now);
        event.updates = batch.size();
        event.fresh = entries.size();
        event.commit();
        int known = batch.size() - entries.size();
        if (known > 0) tally.duplicates.add(known); // first: who hears of the confirmation may look at the counts
        return true;
    }

    private void note(List<Journal.Entry<U>> entries, long now) {
        if (entries.isEmpty()) return;
        var first = entries.getFirst();
        if (first.arrived() != null) arrivals.note(first.sequence(), first.arrived(), now);
    }

    /** One large batch, or others for a moment, may take all of the memory. */
    private static boolean isPassing(Throwable failure) {
        if (failure instanceof OutOfMemoryError) return true;
        var cause = failure.getCause();
        return (cause instanceof OutOfMemoryError || cause instanceof JournalException) && isPassing(cause);
    }

    private void admitOrSpill(List<Journal.Entry<U>> entries) {
        var tasks = made;
        if (tasks == null) made = tasks = entries.stream().map(this::stored).toList();
        border.lock();
        try {
            if (entering != null) {
                lacked = true;
                ring();
                crew.admit(entering, this::isShelved);
                return;
            }
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
                entering = open;
                crew.admit(open, this::isShelved);
            }
        } finally {
            border.unlock();
        }
    }

    /** A dead letter is an entry again: as if the poller had left it on disk. */
    private void replayed(long sequence) {
        arrivals.noteReplay(sequence);
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
        task.admitted = true; // it must not be there twice, whatever follows
        if (first) crew.shares.watch(line.keys());
        return true;
    }

    /** Brings back what waits on disk: at the start what an earlier process left, later what memory had no room for. */
    void load(BooleanSupplier ended) throws InterruptedException {
        while (!ended.getAsBoolean()) {
            try {
                if (lacked) goOn();
                boolean refilled = refill(ended);
                boolean read = readOn(ended);
                if (refilled || read) continue;
            } catch (OutOfMemoryError | StackOverflowError | JournalException lack) {
                if (lack instanceof JournalException && !isPassing(lack)) throw lack;
                lacked = true;
                Lack.breathe("updates could not be read back, and are again", lack);
                continue;
            }
            bell.acquire();
            bell.drainPermits();
        }
    }

    /** What comes now stays behind what has not come in, and all lines on the shelf are looked at. */
    private void goOn() {
        border.lock();
        try {
            spilling = true;
            unsaid = true;
            if (returning != null) crew.admit(returning, door);
            returning = null;
            hungry.addAll(shelf.keys());
            lacked = false;
        } finally {
            border.unlock();
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
        var bySequence = new HashMap<Long, Task<U>>();
        for (var task : tasks) {
            bySequence.put(task.sequence, task);
            task.admitted = true; // unless it is taken from the shelf
        }
        border.lock();
        try {
            if (ended.getAsBoolean()) return false;
            door = (task, crowded) -> false;
            returning = tasks;
            // Meanwhile another line may have become one with it.
            heads.forEach((line, head) -> {
                if (shelf.remove(line, head)) head.forEach(sequence -> admissible(bySequence.get(sequence)));
            });
            crew.admit(tasks, door);
            returning = null;
            for (Object key : looked) {
                var line = shelf.line(key);
                boolean full = line != null && !crew.shares.watch(line.keys());
                hungry.remove(key);
                if (full) hungry.add(key); // behind the others
            }
            spillChanged.signalAll();
            return true;
        } finally {
            border.unlock();
        }
    }

    private void admissible(@Nullable Task<U> task) {
        if (task != null) task.admitted = false;
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
                var still = survivors;
                var coming = tasks.stream()
                        .filter(task -> !still.contains(task.sequence))
                        .toList();
                door = this::isShelved;
                returning = coming;
                cursor = entries.getLast().sequence();
                spilled = Math.max(0, spilled - entries.size());
                crew.admit(coming, door);
                returning = null;
            }
            spillChanged.signalAll();
            return true;
        } finally {
            border.unlock();
        }
    }

    private List<Task<U>> tasks(List<Journal.Entry<U>> entries) {
        return entries.stream()
                .filter(entry -> !buried(entry))
                .map(this::readBack)
                .toList();
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

    private Task<U> stored(Journal.Entry<U> entry) {
        return maker.stored(entry, attempt(entry), more(entry), came);
    }

    private Task<U> readBack(Journal.Entry<U> entry) {
        return maker.readBack(entry, attempt(entry), more(entry), arrivals);
    }

    private int attempt(Journal.Entry<U> entry) {
        var before = begun.get(entry.sequence());
        return before == null ? entry.attempt() : Math.max(entry.attempt(), Math.max(before + 1, 2));
    }

    /** Keys that it has besides its own. */
    private List<?> more(Journal.Entry<U> entry) {
        boolean suspect = entry.vanished() >= SUSPICIOUS;
        if (suspect) tellOfSuspects(entry);
        return suspect ? List.of(SUSPECT) : List.of();
    }

    /** Or nobody would know why some chats are slow after two kills. */
    private void tellOfSuspects(Journal.Entry<U> entry) {
        if (toldOfSuspects) return;
        toldOfSuspects = true;
        LOG.log(
                Level.WARNING,
                "update {0} of the journal was under way {1} times when the process died; all of which that is so run one at"
                        + " a time now, each for a minute at most, beside all others",
                Long.toString(entry.sequence()),
                entry.vanished());
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

    Optional<String> waitsFor() {
        return journal.waitsFor();
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
