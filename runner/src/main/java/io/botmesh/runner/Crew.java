package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The handler threads: at most so many at once, each on a ready task. A thread that has ended a task goes on with the next
 * one. Threads are started one by one: a new one that finds more to do than its own task starts another, so that handlers
 * that wait have as many threads as they need, and handlers that do not wait cost a thread for many updates.
 */
final class Crew<U> {
    /** What became of an attempt. */
    sealed interface Outcome {
        /** The task is over, its keys are free. */
        record Ended() implements Outcome {}

        /**
         * It keeps its keys and becomes ready again after the pause.
         *
         * @param counts whether the attempt that is over does; if not, the next one has its number, or 2
         */
        record Again(Duration pause, boolean counts) implements Outcome {
            Again(Duration pause) {
                this(pause, true);
            }
        }
    }

    /** What is done with a turn. Everything here may run the user's code, so none of it is called under the lock. */
    interface Attempt<U> {
        /** Runs the handler, and decides what follows. */
        Outcome run(Turn<U> turn);

        /** Whether the turn's update is too old to be handled; then it has ended. */
        boolean expired(Turn<U> turn);

        /** The task ends without a handler. */
        void dropped(Task<U> task, DropReason reason);

        /** Whether the updates are kept in this very journal. */
        default boolean keepsIn(Journal<?> journal) {
            return false;
        }

        /** The turn waits for another update. On its own thread. */
        void parks(Turn<U> turn);

        /** It has one, or has waited in vain, and goes on. On its own thread. */
        default void resumes(Turn<U> turn) throws InterruptedException {}

        /** Whether the waiting handler takes the update. */
        boolean takes(Parked<U> parked, Task<U> task);

        /** The turn has run too long, and its thread is interrupted. */
        void timedOut(Turn<U> turn, Duration ran);

        /** The turn has not ended even so. Decides what follows if that is not left to its end. */
        Outcome abandoned(Turn<U> turn, boolean decides);
    }

    /** So many tasks a thread ends, then another takes over: threads of others, too, want to run. */
    private static final int IN_A_ROW = 64;

    /** While the program ends, how often is looked whether a handler has called for that. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Slots slots;
    private final int lowWatermark;
    private final int roomAgain;
    private final int mostOutside;
    private final Timer timer;
    private final Executor threads;
    Steps steps = Steps.FREE;

    /** Guards this, the queue, and what waits or runs too long. */
    final ReentrantLock lock = new ReentrantLock();
    /** A turn has ended, or nothing waits any more than the low watermark. */
    private final Condition changed = lock.newCondition();
    /** A turn that wanted its slot back has one. */
    private final Condition slotBack = lock.newCondition();

    private final KeyedQueue<U> queue = new KeyedQueue<>();
    final Shares<U> shares;
    private final Admission<U> admission;
    /** What runs user code; parked and abandoned turns are not here. */
    private final Set<Turn<U>> active = new HashSet<>();

    final Parking<U> parking;
    final Overtime<U> overtime;
    /** Were parked when the runner stopped, and have not returned yet. */
    private final Set<Turn<U>> lost = new HashSet<>();
    /** Want the slot back that they gave away; they hold keys, so they come before what is ready. */
    private final ArrayDeque<Turn<U>> slotless = new ArrayDeque<>();

    private final SlotWatch<U> slotWatch;
    /** How often a slot became free. */
    private long slotsFreed;

    private final Delays<U> delays;
    private final Suspicion<U> suspicion;

    /** A thread has been started and has not looked for a task yet. */
    private boolean spare;
    /** Updates in memory that no handler has, ready or not. */
    private int waiting;

    /** Handlers that have given their slot away and have none yet: each is an update in memory, as those are that wait. */
    private int outside;

    private boolean paused;

    @SuppressWarnings("NullAway.Init") // the one who makes attempts needs the crew first
    Attempt<U> attempt;

    /** @param holdsUp whether a handler that does not end can keep all further updates away */
    Crew(RunnerLimits limits, int reserve, TimeLimits<U> times, boolean holdsUp, Timer timer) {
        this(limits, reserve, times, holdsUp, timer, onVirtualThreads(), Shares.MOST);
    }

    /** @param threads is called under the lock: runs a {@link #work} soon, on a thread of its own */
    Crew(RunnerLimits limits, int reserve, TimeLimits<U> times, Timer timer, Executor threads) {
        this(limits, reserve, times, false, timer, threads, Shares.MOST);
    }

    /** @param share updates of a key that wait in memory when it runs short */
    Crew(
            RunnerLimits limits,
            int reserve,
            TimeLimits<U> times,
            boolean holdsUp,
            Timer timer,
            Executor threads,
            int share) {
        this.shares = new Shares<>(queue, lock, share);
        this.slots = new Slots(limits.concurrency(), reserve);
        this.delays = new Delays<>(timer, this);
        this.suspicion = new Suspicion<>(timer, queue, this);
        this.admission = new Admission<>(queue, timer);
        this.lowWatermark = limits.lowWatermark();
        this.roomAgain = limits.roomAgain();
        this.mostOutside = limits.highWatermark();
        this.timer = timer;
        this.threads = threads;
        this.parking = new Parking<>(timer, lock, this);
        this.overtime = new Overtime<>(times, holdsUp, timer, lock, this);
        this.slotWatch = new SlotWatch<>(overtime.mostWithoutASlot(), timer, this);
        queue.onFall(shares::fell);
    }

    private static Executor onVirtualThreads() {
        var threads = Thread.ofVirtual().name("botmesh-handler-", 1).factory();
        return work -> threads.newThread(work).start();
    }

    /** Called once, before anything is admitted. */
    void serve(Attempt<U> attempt) {
        this.attempt = attempt;
    }

    /** Who may leave a task where it is. */
    interface Door<U> {
        /**
         * Asked about each task in order, under the lock.
         *
         * @param crowded whether memory runs short and enough of a key of the task is in it
         */
        boolean isShut(Task<U> task, boolean crowded);
    }

    /** If memory is too short for all of them, the same tasks can be given again: those that are in are left out. */
    void admit(List<Task<U>> tasks) {
        admit(tasks, (task, crowded) -> false);
    }

    void admit(List<Task<U>> tasks, Door<U> door) {
        List<Admission.Dropped<U>> dropped;
        lock.lock();
        try {
            for (var task : tasks) {
                if (task.admitted) continue;
                if (door.isShut(task, waiting >= lowWatermark && shares.isCrowded(task))) {
                    task.admitted = true;
                    continue;
                }
                var result = admission.admit(task);
                task.admitted = true;
                switch (result) {
                    case QUEUED -> waiting++;
                    case HELD -> {
                        waiting++;
                        awaitQuiet(task);
                    }
                    case ABSORBED, DROPPED -> {}
                }
            }
            staff();
            dropped = admission.dropped();
            for (var gone : dropped) if (gone.reason() == DropReason.OVERTAKEN) lessWaiting();
        } finally {
            lock.unlock();
        }
        if (dropped.isEmpty()) return;
        Runnable tell = () -> dropped.forEach(gone -> attempt.dropped(gone.task(), gone.reason()));
        try {
            // Who admits may hold a lock of its own.
            steps.aside(tell);
        } catch (OutOfMemoryError noThread) {
            tell.run(); // else they would never end
        }
    }

    private void lessWaiting() {
        if (--waiting == lowWatermark) changed.signalAll();
        if (waiting == roomAgain) shares.ring();
    }

    private void awaitQuiet(Task<U> task) {
        delays.after(Duration.ofNanos(task.quietUntil - timer.nanoTime()), task, this::quiet);
    }

    private void quiet(Task<U> task) {
        if (task.quietUntil - timer.nanoTime() > 0) awaitQuiet(task);
        else queue.letGo(task);
    }

    /** Puts a handler that wants its keys back into the queue, at its end or at its front. Under the lock. */
    void queueUp(Task<U> waker, boolean first) {
        if (first) queue.addFirst(waker);
        else queue.add(waker);
        staff();
    }

    /** Sees to it that free slots are filled: first by those who gave theirs away, then with what is ready. Under the lock. */
    void staff() {
        if (!slotless.isEmpty() && slotless.removeIf(this::givesSlotBack)) slotBack.signalAll();
        if (spare) return;
        if (!hasWork()) {
            if (!slotWatch.watches() && isStarved()) slotWatch.begin();
            return;
        }
        spare = true;
        boolean started = false;
        try {
            threads.execute(this::work);
            started = true;
        } finally {
            spare = started; // a thread that memory was too short for must not be waited for
        }
    }

    /** Wakes waiting handlers whose turn it is, and says whether a thread could take a task now. Under the lock. */
    private boolean hasWork() {
        while (!paused && slots.hasRoom(true)) {
            var task = queue.peek(!slots.hasRoom(false));
            if (task == null) return false;
            if (task.waker == null) return true;
            queue.take(!slots.hasRoom(false));
            wake(task, task.waker);
        }
        return false;
    }

    private boolean givesSlotBack(Turn<U> turn) {
        if (!slots.hasRoom(turn.control)) return false;
        slots.use(turn.control);
        turn.outside = false;
        outside--;
        steps.woken(turn);
        return true;
    }

    void freeSlot(Turn<U> turn) {
        slots.free(turn.control);
        slotsFreed++;
    }

    long slotsFreed() {
        return slotsFreed;
    }

    int slotsUsed() {
        return slots.used();
    }

    /** Whether something could go on if it had a slot. Under the lock. */
    boolean isStarved() {
        if (paused) return false;
        return !slotless.isEmpty() || (nothingCanStart() && queue.ready(true) + queue.ready(false) > 0);
    }

    /** No slot has become free for so long, and there are too few. Under the lock. */
    void recallAll(Duration stood) {
        overtime.recall(stood, active);
    }

    private void wake(Task<U> waker, Parked<U> parked) {
        if (parked.state == Parked.State.WAITING || parked.state == Parked.State.CLAIMED) {
            parking.wake(parked, waker);
            slots.use(parked.turn.control);
        } else {
            queue.ended(waker); // it has got an update meanwhile
        }
    }

    private void work() {
        var turn = take();
        for (int left = IN_A_ROW; turn != null; left--) turn = end(turn, left > 1);
    }

    /** What a new thread begins with; null if others have been quicker. */
    @Nullable
    Turn<U> take() {
        lock.lock();
        try {
            spare = false;
            return next();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a task for this thread, and has another thread started for what else is ready. Under the lock. */
    private @Nullable Turn<U> next() {
        Turn<U> turn = null;
        if (slotless.isEmpty() && hasWork()) turn = begin(Objects.requireNonNull(queue.take(!slots.hasRoom(false))));
        try {
            staff();
        } catch (Throwable noThread) {
            if (turn == null) throw noThread;
            // This thread comes back, and must not leave behind what it has taken.
        }
        return turn;
    }

    private Turn<U> begin(Task<U> task) {
        var turn = new Turn<>(this, task);
        turn.thread = Thread.currentThread();
        if (!turn.isConversation()) turn.candidates = parking.sharing(task.keys);
        active.add(turn);
        slots.use(turn.control);
        lessWaiting();
        suspicion.begin(task);
        return turn;
    }

    /** Works on a turn to its end. Returns the next one, if this thread is to go on and there is one. */
    @Nullable
    Turn<U> end(Turn<U> turn, boolean goOn) {
        Outcome outcome = new Outcome.Ended();
        boolean handedOver = false;
        try {
            turn.merge();
            if (!attempt.expired(turn)) {
                handedOver = parking.takes(turn);
                if (!handedOver) outcome = attempt.run(turn);
            }
        } catch (Throwable nothingMayLeak) {
            // The turn ends; what it threw has been told of, or nobody can be told.
        }
        lock.lock();
        try {
            if (!handedOver) finish(turn, outcome);
            Thread.interrupted(); // whoever interrupted it meant this turn
            if (goOn) return next();
            try {
                staff();
                return null;
            } catch (Throwable nobodyTakesOver) {
                return next();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Frees slot and, unless there is another attempt, keys. Under the lock. */
    private void finish(Turn<U> turn, Outcome outcome) {
        turn.thread = null;
        if (active.remove(turn)) {
            freeSlot(turn);
            settle(turn, outcome);
        } else if (!overtime.ended(turn, outcome)) {
            lost.remove(turn);
        }
        changed.signalAll();
    }

    /** What the turn's outcome means for its keys. Under the lock. */
    void settle(Turn<U> turn, Outcome outcome) {
        var place = Objects.requireNonNull(turn.place, "what runs has keys");
        turn.place = null;
        suspicion.end(place);
        var tasks = turn.tasks();
        var unasked = turn.unasked();
        if (outcome instanceof Outcome.Again(var pause, boolean counts) && !paused) {
            for (var task : tasks) {
                task.attempt = Math.max(2, task.attempt + (counts ? 1 : 0));
                for (var part : task.parts) part.attempt = Math.max(2, part.attempt + (counts ? 1 : 0));
            }
            place.conversation = turn.isConversation() || !place.equals(turn.first) ? join(tasks, unasked) : List.of();
            place.waker = null;
            waiting++;
            if (pause.isZero()) {
                queue.again(place);
            } else {
                suspicion.rest(place);
                delays.after(pause, place, queue::again);
            }
            return;
        }
        if (!paused) {
            for (var task : unasked.reversed()) { // they came before all that waits
                task.conversation = List.of();
                task.content = task.parts;
                waiting++;
                queue.addFirst(task);
            }
        }
        queue.ended(place);
    }

    private static <T> List<T> join(List<T> one, List<T> other) {
        var joined = new ArrayList<>(one);
        joined.addAll(other);
        return joined;
    }

    // ---- slots and keys that change hands; all of it under the lock -------------------------------------------------

    /** The turn gives slot and keys back, and runs nothing meanwhile. */
    void vacate(Turn<U> turn) {
        active.remove(turn);
        freeSlot(turn);
        queue.ended(Objects.requireNonNull(turn.place));
        turn.place = null;
        changed.signalAll();
        staff();
    }

    /** The turn runs again, in a slot that was another's, with the keys of this place. */
    void occupy(Turn<U> turn, Task<U> place) {
        turn.place = place;
        active.add(turn);
    }

    /** The turn ends without a trace: another has taken its slot and keys. */
    void dismiss(Turn<U> turn) {
        turn.thread = null;
        turn.place = null;
        active.remove(turn);
    }

    /** The turn is waited for no longer; it still has its slot. */
    void disown(Turn<U> turn) {
        active.remove(turn);
        changed.signalAll();
    }

    boolean pausedNow() {
        return paused;
    }

    // ---- what a turn asks for; on its own thread --------------------------------------------------------------------

    /** How old the update is now, in nanoseconds. */
    long age(Task<U> task) {
        return timer.nanoTime() - task.born;
    }

    /** Whether it is older than it may be. */
    boolean overdue(Task<U> task) {
        return task.age != null && Duration.ofNanos(age(task)).compareTo(task.age.most()) > 0;
    }

    /** Gives the turn's slot away; false if so many have done so that memory has no room for more of them. */
    boolean leave(Turn<U> turn) {
        lock.lock();
        try {
            if (outside >= mostOutside) return false;
            outside++;
            turn.outside = true;
            freeSlot(turn);
            staff();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the turn has a slot again. */
    void comeBack(Turn<U> turn) {
        lock.lock();
        try {
            slotless.add(turn);
            staff();
            while (turn.outside) {
                steps.waits();
                slotBack.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        steps.goesOn();
    }

    /** Nothing more has come for so long, and will not before something of what runs has ended. */
    void onStandstill(Duration since) {
        lock.lock();
        try {
            overtime.onStandstill(since, active);
        } finally {
            lock.unlock();
        }
    }

    // ---- stop -------------------------------------------------------------------------------------------------------

    /** Starts nothing more, and ends the waiting of handlers for updates. Returns how many waited. */
    int pause() {
        lock.lock();
        try {
            paused = true;
            var ending = parking.lose();
            lost.addAll(ending);
            return ending.size();
        } finally {
            lock.unlock();
        }
    }

    /** Starts tasks again. Returns those that have been running all the time. */
    List<Task<U>> resume() {
        lock.lock();
        try {
            paused = false;
            var still = holders().flatMap(turn -> turn.owed().stream()).toList();
            staff();
            return still;
        } finally {
            lock.unlock();
        }
    }

    /** What runs user code, in any order. Under the lock. */
    Set<Turn<U>> active() {
        return active;
    }

    /** All that hold keys. */
    private Stream<Turn<U>> holders() {
        return Stream.concat(active.stream(), overtime.holders().stream());
    }

    /** Interrupts what runs, and says how much. */
    int cancel() {
        lock.lock();
        try {
            int interrupted = 0;
            for (var turn : active) {
                if (turn.exits) continue;
                turn.stopped = true;
                var thread = turn.thread;
                if (thread != null) thread.interrupt();
                interrupted++;
            }
            return interrupted;
        } finally {
            lock.unlock();
        }
    }

    /** What runs although it was interrupted. */
    List<Task<U>> outliving() {
        return look(() -> active.stream()
                .filter(turn -> turn.stopped)
                .flatMap(turn -> turn.owed().stream())
                .toList());
    }

    /** Drops what is not running, and says how much. */
    int clear() {
        lock.lock();
        try {
            int dropped = waiting;
            delays.clear();
            shares.clear();
            queue.retainOnly(
                    holders().map(turn -> turn.place).filter(Objects::nonNull).toList());
            waiting = 0;
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing is running, or nothing is left at all; false if that takes longer. A handler that has called for the
     * end of the program is not waited for, nor is what waits for it.
     */
    boolean awaitIdle(boolean nothingLeft, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = System.nanoTime() + nanos;
            long looked = System.nanoTime() - LOOK.toNanos();
            while (!isIdle(nothingLeft)) {
                long untilLook = looked + LOOK.toNanos() - System.nanoTime();
                if (untilLook <= 0) {
                    if (Exits.underWay()) lookForExits();
                    looked = System.nanoTime(); // its end: else a slow one would follow upon the other
                    continue;
                }
                long left = end - System.nanoTime(); // a look takes time, too
                if (left <= 0) return false;
                changed.awaitNanos(Math.min(left, untilLook));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle(boolean nothingLeft) {
        long exits = active.stream().filter(turn -> turn.exits).count();
        if (exits < active.size()) return false;
        return !nothingLeft || waiting == 0 || (exits > 0 && delays.tasks().isEmpty() && nothingCanStart());
    }

    private boolean nothingCanStart() {
        return (queue.ready(true) == 0 || !slots.hasRoom(true)) && (queue.ready(false) == 0 || !slots.hasRoom(false));
    }

    private void lookForExits() {
        for (var turn : active) if (!turn.exits) turn.exits = turn.isInExit();
    }

    /** Waits until the handlers have returned that the stop found waiting; false if that takes longer. */
    boolean awaitLost(long nanos) throws InterruptedException {
        return await(lost::isEmpty, nanos);
    }

    private boolean await(BooleanSupplier reached, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!reached.getAsBoolean()) {
                if (left <= 0) return false;
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no more than the low watermark wait. Nothing comes meanwhile: if nothing ends either, it stands still. */
    void awaitLow() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long since = timer.nanoTime();
            while (waiting > lowWatermark) {
                boolean moved = changed.await(overtime.look().toNanos(), TimeUnit.NANOSECONDS);
                long now = timer.nanoTime();
                if (moved) since = now;
                else overtime.onStandstill(Duration.ofNanos(now - since), active);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- what others want to know -------------------------------------------------------------------------------

    /** What there is at one moment. */
    record Count(
            int waiting,
            int withoutWorker,
            int active,
            int running,
            int parked,
            int abandoned,
            int stuck,
            long timedOut,
            int keys) {
        /** Updates in memory, but for those whose handler waits for another. */
        int size() {
            return waiting + active;
        }
    }

    Count count() {
        return look(() -> new Count(
                waiting,
                outside == 0
                        ? 0
                        : (int) active.stream()
                                .filter(turn -> turn.outside && turn.awaitsWorker())
                                .count(),
                active.size(),
                slots.used(),
                parking.size(),
                overtime.abandoned(),
                overtime.stuck(),
                overtime.timedOut(),
                queue.keys()));
    }

    /** Updates in memory for which there is no slot, or whose keys are held. */
    int held() {
        return look(() -> Math.max(0, waiting - slots.roomFor(queue.ready(true), queue.ready(false))));
    }

    /** Updates in memory that no handler has. */
    int waiting() {
        return look(() -> waiting);
    }

    boolean paused() {
        return look(() -> paused);
    }

    boolean owns(Thread thread) {
        return look(() -> active.stream().anyMatch(turn -> thread.equals(turn.thread)));
    }

    Backlog backlog(int keys) {
        return look(() -> {
            long now = timer.nanoTime();
            var longest = new AtomicLong();
            queue.forEachWaiting(task -> longest.accumulateAndGet(now - task.arrived, Math::max));
            delays.tasks().forEach(task -> longest.accumulateAndGet(now - task.arrived, Math::max));
            for (var turn : active)
                if (turn.awaitsWorker()) longest.accumulateAndGet(now - turn.first.arrived, Math::max);
            return new Backlog(Duration.ofNanos(longest.get()), queue.deepest(keys));
        });
    }

    private <T> T look(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
