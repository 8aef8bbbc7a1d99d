package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The handler threads: at most so many at once, each on a ready task. Every attempt has a thread of its own: threads that
 * went on with the next task were no faster, and would carry one update's thread-locals and interrupts into another.
 */
final class Crew<U> {
    /** What became of an attempt. */
    sealed interface Outcome {
        /** The task is over, its keys are free. */
        record Ended() implements Outcome {}

        /** It keeps its keys and becomes ready again after the pause. */
        record Again(Duration pause) implements Outcome {}
    }

    /** Runs an attempt. */
    interface Attempt<U> {
        Outcome run(Turn<U> turn);

        /** The turn waits for another update. On its own thread. */
        void parks(Turn<U> turn);

        /** Whether the waiting handler takes the update. Runs the user's code. */
        boolean takes(Parked<U> parked, Task<U> task);
    }

    private final int concurrency;
    private final int lowWatermark;
    private final Attempt<U> attempt;
    private final Timer timer;
    private final ThreadFactory handlers =
            Thread.ofVirtual().name("botmesh-handler-", 1).factory();

    private final ReentrantLock lock = new ReentrantLock();
    /** A turn has ended, or nothing waits any more than the low watermark. */
    private final Condition changed = lock.newCondition();
    /** A turn that wanted its slot back has one. */
    private final Condition slotBack = lock.newCondition();

    private final KeyedQueue<U> queue = new KeyedQueue<>();
    /** What runs user code; parked turns do not. */
    private final Set<Turn<U>> active = new HashSet<>();

    private final Parking<U> parking = new Parking<>();
    /** Were parked when the runner stopped, and have not returned yet. */
    private final Set<Turn<U>> lost = new HashSet<>();
    /** Want the slot back that they gave away; they hold keys, so they come before what is ready. */
    private final ArrayDeque<Turn<U>> slotless = new ArrayDeque<>();
    /** Tasks between two attempts. */
    private final Map<Task<U>, Timer.Alarm> delayed = new HashMap<>();

    /** Slots in use. */
    private int running;
    /** Updates in memory that no handler has, ready or not. */
    private int waiting;

    private boolean paused;

    Crew(RunnerLimits limits, Attempt<U> attempt, Timer timer) {
        this.concurrency = limits.concurrency();
        this.lowWatermark = limits.lowWatermark();
        this.attempt = attempt;
        this.timer = timer;
    }

    void admit(List<Task<U>> tasks) {
        lock.lock();
        try {
            for (var task : tasks) enqueue(task);
            staff();
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(Task<U> task) {
        waiting++;
        queue.add(task);
    }

    /** Fills free slots: first with those who gave theirs away, then with what is ready. */
    private void staff() {
        boolean back = false;
        for (; running < concurrency && !slotless.isEmpty(); running++) {
            slotless.remove().outside = false;
            back = true;
        }
        if (back) slotBack.signalAll();
        while (!paused && running < concurrency && queue.hasReady()) {
            var task = queue.take();
            if (task == null) return;
            if (task.waker == null) begin(task);
            else wake(task, task.waker);
        }
    }

    private void begin(Task<U> task) {
        var turn = new Turn<>(this, task);
        if (!turn.isConversation()) turn.candidates = parking.sharing(task.keys);
        var thread = handlers.newThread(() -> work(turn));
        turn.thread = thread;
        active.add(turn);
        running++;
        if (--waiting == lowWatermark) changed.signalAll();
        thread.start();
    }

    private void work(Turn<U> turn) {
        Outcome outcome;
        try {
            if (handedOver(turn)) return;
            outcome = attempt.run(turn);
        } catch (Throwable nothingMayLeak) {
            outcome = new Outcome.Ended();
        }
        finish(turn, outcome);
    }

    /** Frees slot and, unless there is another attempt, keys. */
    private void finish(Turn<U> turn, Outcome outcome) {
        lock.lock();
        try {
            turn.thread = null;
            if (active.remove(turn)) {
                running--;
                settle(turn, outcome);
                staff();
            } else {
                lost.remove(turn);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void settle(Turn<U> turn, Outcome outcome) {
        var place = Objects.requireNonNull(turn.place, "what runs has keys");
        var tasks = turn.tasks();
        var unasked = turn.unasked();
        if (outcome instanceof Outcome.Again(var pause) && !paused) {
            tasks.forEach(task -> task.attempt++);
            place.conversation = turn.isConversation() || place != turn.first ? join(tasks, unasked) : List.of();
            place.waker = null;
            waiting++;
            delay(place, pause);
            return;
        }
        queue.ended(place);
        if (paused) return;
        for (var task : unasked) {
            task.conversation = List.of();
            enqueue(task);
        }
    }

    private static <T> List<T> join(List<T> one, List<T> other) {
        var joined = new ArrayList<>(one);
        joined.addAll(other);
        return joined;
    }

    private void delay(Task<U> task, Duration pause) {
        if (pause.isZero()) {
            queue.again(task);
            return;
        }
        delayed.put(task, Timer.Alarm.NONE);
        var alarm = timer.after(pause, () -> {
            lock.lock();
            try {
                if (delayed.remove(task) == null) return;
                queue.again(task);
                staff();
            } finally {
                lock.unlock();
            }
        });
        delayed.replace(task, alarm);
    }

    // ---- handlers that wait -----------------------------------------------------------------------------------------

    /** Waits until the turn is given an update that the filter takes; without slot and keys, with both afterwards. */
    Task<U> park(Turn<U> turn, Predicate<? super U> filter, Duration timeout)
            throws InterruptedException, TimeoutException {
        var parked = new Parked<>(turn, filter, lock.newCondition());
        lock.lockInterruptibly();
        try {
            if (paused) {
                turn.cancelled = true;
                throw new InterruptedException("the runner stops");
            }
            parking.add(parked);
            active.remove(turn);
            running--;
            queue.ended(Objects.requireNonNull(turn.place));
            turn.place = null;
            changed.signalAll();
            staff();
        } finally {
            lock.unlock();
        }
        attempt.parks(turn);
        var alarm = timer.after(timeout, () -> expire(parked));
        lock.lock();
        try {
            boolean interrupted = awaitWoken(parked);
            return wokenWith(parked, interrupted);
        } finally {
            lock.unlock();
            alarm.cancel();
        }
    }

    /** Whether somebody has interrupted the wait, which ends it like a timeout unless there is an update. */
    private boolean awaitWoken(Parked<U> parked) {
        boolean interrupted = false;
        while (parked.state == Parked.State.WAITING) {
            try {
                if (interrupted) parked.woken.awaitUninterruptibly();
                else parked.woken.await();
            } catch (InterruptedException asked) {
                interrupted = true;
                expire(parked);
            }
        }
        return interrupted;
    }

    private Task<U> wokenWith(Parked<U> parked, boolean interrupted) throws InterruptedException, TimeoutException {
        if (parked.state == Parked.State.GIVEN) {
            if (interrupted) Thread.currentThread().interrupt();
            return Objects.requireNonNull(parked.given);
        }
        if (interrupted || parked.state == Parked.State.LOST)
            throw new InterruptedException("interrupted while it waited for an update");
        throw new TimeoutException("no update came in time");
    }

    /** Queues up for the keys: what came before is still offered to the waiting handler. */
    private void expire(Parked<U> parked) {
        lock.lock();
        try {
            if (parked.state != Parked.State.WAITING || parked.expiring) return;
            parked.expiring = true;
            var waker = new Task<>(parked.turn.first.update, 0, 1, parked.keys, null);
            waker.waker = parked;
            queue.add(waker);
            staff();
        } finally {
            lock.unlock();
        }
    }

    /** Gives a handler that has waited in vain keys and slot again, unless it has got them with an update meanwhile. */
    private void wake(Task<U> waker, Parked<U> parked) {
        if (parked.state != Parked.State.WAITING) {
            queue.ended(waker);
            return;
        }
        running++;
        goOn(parked, Parked.State.TIMED_OUT, waker);
    }

    private void goOn(Parked<U> parked, Parked.State how, Task<U> place) {
        parking.remove(parked);
        parked.state = how;
        parked.turn.place = place;
        active.add(parked.turn);
        parked.woken.signal();
    }

    /** Offers the update to the handlers that wait, without the lock. Whoever takes it takes slot and keys, too. */
    private boolean handedOver(Turn<U> turn) {
        for (var parked : turn.candidates) {
            if (attempt.takes(parked, turn.first) && handOver(turn, parked)) return true;
        }
        return false;
    }

    private boolean handOver(Turn<U> from, Parked<U> to) {
        lock.lock();
        try {
            if (to.state != Parked.State.WAITING || from.cancelled) return false;
            from.thread = null;
            active.remove(from);
            to.given = from.first;
            goOn(to, Parked.State.GIVEN, Objects.requireNonNull(from.place));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn's slot away. */
    void leave(Turn<U> turn) {
        lock.lock();
        try {
            turn.outside = true;
            running--;
            staff();
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
            while (turn.outside) slotBack.awaitUninterruptibly();
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
            var ending = parking.clear();
            for (var parked : ending) {
                var turn = parked.turn;
                turn.lost = true;
                turn.cancelled = true;
                lost.add(turn);
                parked.state = Parked.State.LOST;
                parked.woken.signal();
            }
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
            var still = active.stream().flatMap(turn -> turn.tasks().stream()).toList();
            staff();
            return still;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what runs, and says how much. */
    int cancel() {
        lock.lock();
        try {
            for (var turn : active) {
                turn.cancelled = true;
                var thread = turn.thread;
                if (thread != null) thread.interrupt();
            }
            return active.size();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is not running, and says how much. */
    int clear() {
        lock.lock();
        try {
            int dropped = waiting;
            delayed.values().forEach(Timer.Alarm::cancel);
            delayed.clear();
            queue.retainOnly(active.stream()
                    .map(turn -> turn.place)
                    .filter(Objects::nonNull)
                    .toList());
            waiting = 0;
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is running, or nothing is left at all; false if that takes longer. */
    boolean awaitIdle(boolean nothingLeft, long nanos) throws InterruptedException {
        return await(() -> active.isEmpty() && (!nothingLeft || waiting == 0), nanos);
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

    /** Waits until no more than the low watermark wait. */
    void awaitLow() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting > lowWatermark) changed.await();
        } finally {
            lock.unlock();
        }
    }

    boolean paused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }

    boolean owns(Thread thread) {
        lock.lock();
        try {
            return active.stream().anyMatch(turn -> thread.equals(turn.thread));
        } finally {
            lock.unlock();
        }
    }

    /** Updates in memory, but for those whose handler waits for another. */
    int size() {
        lock.lock();
        try {
            return waiting + active.size();
        } finally {
            lock.unlock();
        }
    }

    int active() {
        lock.lock();
        try {
            return active.size();
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    int parked() {
        lock.lock();
        try {
            return parking.size();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Keys that something is remembered of. */
    int keys() {
        lock.lock();
        try {
            return queue.keys();
        } finally {
            lock.unlock();
        }
    }
}
