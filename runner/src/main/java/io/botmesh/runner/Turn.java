package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A handler at work, from its start to its end: one thread, and the updates it answers for, which are several if it has
 * asked for more. Its own thread changes the lists; the rest is guarded by the lock of the {@link Crew}, except what is
 * final or volatile.
 */
final class Turn<U> {
    private final Crew<U> crew;
    /** Grows with each that starts. */
    final long number;
    /** What the handler is called with. */
    Task<U> first;
    /** Updates it was given after the first, in order. */
    private List<Task<U>> given = List.of();
    /** Given to its earlier attempts, and to be given again before new ones. */
    private final Queue<Task<U>> again;
    /** New ones that came while it looked for those: for the next that is not given again. */
    private final Queue<Task<U>> early = new ArrayDeque<>(0);
    /** Whose keys it holds; null while it holds none. */
    @Nullable
    Task<U> place;
    /** Null before the start and after the end. */
    volatile @Nullable Thread thread;
    /** Handlers that wait for what this turn's update may be, the one to ask first at the front. */
    List<Parked<U>> candidates = List.of();
    /** On which its handler's thread has something done that it waits for. */
    private volatile @Nullable Thread worker;
    /** Its slot is one that only control tasks may have. */
    boolean control;
    /** Is running something that needs no slot. */
    boolean outside;
    /** How often it waits for a worker; more than once if it has threads of its own. */
    private int awaited;
    /** Has been asked to end by a stop. */
    volatile boolean stopped;
    /** Has called for the end of the program, and does not return. */
    boolean exits;
    /** Was waiting for an update when the runner stopped: whatever it does now, its updates come again. */
    volatile boolean lost;

    // ---- what is so only of one that ran too long
    /** Its time, while that passes. Its own thread changes it. */
    volatile Overtime.@Nullable Watch watch;
    /** When its handler got the update that it is at, on the timer's clock; written before its watch. */
    long since;
    /** How many updates its handler has got; its own thread's, and written after {@link #since}. */
    volatile int round;
    /** How often it has come back from where it needed no slot; its own thread's. */
    volatile int returns;
    /** How often it had when nothing more could come, and at which update; under the lock. */
    int returnsSeen;

    int roundSeen;
    /** At which update its time is over when it comes back from where it needs no slot. */
    volatile int dueRound;
    /** Has been asked to end because its time was over. */
    volatile boolean timedOut;

    Timer.Alarm grace = Timer.Alarm.NONE;
    /** The handler has returned or thrown, after its time. */
    boolean returned;
    /** Abandoned, and its slot given to others. */
    boolean slotless;
    /** What it has to give back then, too. */
    private List<Runnable> onSlotLost = List.of();
    /** Abandoned, and its updates' fate is decided without it. */
    volatile boolean resolved;

    private volatile @Nullable CompletableFuture<@Nullable Void> end;

    Turn(Crew<U> crew, Task<U> place) {
        this.crew = crew;
        this.number = crew.overtime.nextNumber();
        this.place = place;
        this.control = place.control;
        this.first = place.conversation.isEmpty() ? place : place.conversation.getFirst();
        this.again = place.conversation.size() < 2
                ? new ArrayDeque<>(0)
                : new ArrayDeque<>(place.conversation.subList(1, place.conversation.size()));
    }

    /** Makes one update of those that became one with its first, with the user's function; on its own thread. */
    void merge() {
        var place = this.place;
        if (place == null || !place.conversation.isEmpty() || place.content.isEmpty()) return;
        var last = place.content.getLast();
        if (place.content.size() == 1) {
            first = last;
            return;
        }
        var merge = Objects.requireNonNull(place.rule(0).merge());
        U update = last.update;
        Throwable failure = null;
        try {
            update = place.content.stream()
                    .map(task -> task.update)
                    .reduce(merge)
                    .orElse(update);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        first = new Task<>(update, last.sequence, last.attempt, last.keys, failure);
        first.rules = last.rules;
        first.age = last.age;
        first.born = last.born;
        first.parts = List.copyOf(place.content);
    }

    /** The updates it answers for, as its custody knows them. */
    List<Task<U>> owed() {
        var tasks = tasks();
        return tasks.size() == 1
                ? tasks.getFirst().owed()
                : tasks.stream().flatMap(task -> task.owed().stream()).toList();
    }

    /** The updates it answers for, in the order in which it got them. */
    List<Task<U>> tasks() {
        if (given.isEmpty()) return List.of(first);
        var all = new ArrayList<Task<U>>(given.size() + 1);
        all.add(first);
        all.addAll(given);
        return all;
    }

    /** What an earlier attempt was given and this one has not asked for. */
    List<Task<U>> unasked() {
        if (again.isEmpty() && early.isEmpty()) return List.of();
        return Stream.concat(again.stream(), early.stream()).toList();
    }

    boolean isConversation() {
        return !given.isEmpty() || !again.isEmpty() || !early.isEmpty();
    }

    /** Whether its handler is asked to end. */
    boolean cancelled() {
        return stopped || timedOut;
    }

    /** Completes when its handler has ended, if that is after its time. */
    CompletableFuture<@Nullable Void> end() {
        crew.lock.lock();
        try {
            var future = end;
            if (future == null) end = future = new CompletableFuture<>();
            return future;
        } finally {
            crew.lock.unlock();
        }
    }

    Delivery<U> delivery() {
        return deliver(first);
    }

    private Delivery<U> deliver(Task<U> task) {
        return new Delivery<>(task.update, task.attempt, crew.age(task), crew.overdue(task), this);
    }

    Delivery<U> next(Predicate<? super U> filter, boolean seenOnly, Duration timeout)
            throws InterruptedException, TimeoutException {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(timeout, "timeout");
        if (!isOwn()) throw new IllegalStateException("not the handler's thread, or it has ended");
        if (outside) throw new IllegalStateException("asks for an update while it has given its slot away");
        if (!isKeyed()) throw new IllegalStateException("an update without a key: none could follow it");
        if (cancelled() || crew.overtime.stop(this) == null) throw new InterruptedException("asked to end");
        try {
            var task = taken(again, filter);
            if (task == null && !seenOnly) task = taken(early, filter);
            boolean waits = task == null;
            if (task == null) task = awaited(filter, timeout);
            if (seenOnly && task.attempt < 2) {
                early.add(task); // not to be handled by others, as what is asked for next may be just that
                if (waits) crew.attempt.resumes(this);
                throw new TimeoutException("nothing was given before");
            }
            if (given.isEmpty()) given = new ArrayList<>(4);
            given.add(task);
            if (waits) crew.attempt.resumes(this);
            return deliver(task);
        } finally {
            crew.overtime.begin(this);
        }
    }

    private Task<U> awaited(Predicate<? super U> filter, Duration timeout)
            throws InterruptedException, TimeoutException {
        try {
            return crew.parking.await(this, filter, timeout);
        } catch (InterruptedException | TimeoutException inVain) {
            if (!stopped) crew.attempt.resumes(this);
            throw inVain;
        }
    }

    boolean isKeptIn(Journal<?> journal) {
        return crew.attempt.keepsIn(journal);
    }

    boolean isKeyed() {
        return !first.keys.stream().allMatch(JournaledCustody.SUSPECT::equals);
    }

    private boolean isOwn() {
        return Thread.currentThread().equals(thread);
    }

    private @Nullable Task<U> taken(Queue<Task<U>> from, Predicate<? super U> filter) {
        for (var each = from.iterator(); each.hasNext(); ) {
            var task = each.next();
            if (!filter.test(task.update)) continue;
            each.remove();
            return task;
        }
        return null;
    }

    <T> T withoutSlot(Callable<T> wait) throws Exception {
        return aside(wait, () -> {});
    }

    /** Waits without its slot, if it may leave it, and then in it; none of that takes of its time. */
    private <T> T aside(Callable<T> wait, Wait inSlot) throws Exception {
        if (!isOwn() || outside || lost || timedOut) return both(wait, inSlot);
        var left = crew.overtime.stop(this);
        if (left == null) {
            Thread.currentThread().interrupt();
            return both(wait, inSlot);
        }
        try {
            return both(() -> outOfSlot(wait), inSlot);
        } finally {
            crew.overtime.goOn(this, left);
        }
    }

    private static <T> T both(Callable<T> wait, Wait inSlot) throws Exception {
        var result = wait.call();
        inSlot.run();
        return result;
    }

    private <T> T outOfSlot(Callable<T> wait) throws Exception {
        boolean away = crew.leave(this);
        try {
            return wait.call();
        } finally {
            if (away) crew.comeBack(this);
        }
    }

    // ---- workers ----------------------------------------------------------------------------------------------------

    interface Wait {
        void run() throws InterruptedException;
    }

    /** Waits for a worker. */
    void awaitWorker(Wait withoutSlot, Wait inSlot) throws Exception {
        awaits(1);
        try {
            aside(
                    () -> {
                        withoutSlot.run();
                        return true;
                    },
                    inSlot);
        } finally {
            awaits(-1);
        }
    }

    private void awaits(int more) {
        crew.lock.lock();
        try {
            awaited += more;
        } finally {
            crew.lock.unlock();
        }
    }

    /** Has something done on this thread, or no longer; other threads of the handler's are not noted. */
    void worksOn(@Nullable Thread worker) {
        if (isOwn()) this.worker = worker;
    }

    /** Whether its handler has called for the end of the program. */
    boolean isInExit() {
        var own = thread;
        var other = worker;
        return (own != null && Exits.isIn(own)) || (other != null && Exits.isIn(other));
    }

    /** Whether it does nothing until it has a worker. Under the lock. */
    boolean awaitsWorker() {
        return awaited > 0;
    }

    /** Has this done when the turn is abandoned and its slot given to others; at once if that has happened already. */
    void onSlotLost(Runnable giveBack) {
        crew.lock.lock();
        try {
            if (slotless) giveBack.run();
            else if (onSlotLost.isEmpty()) onSlotLost = new ArrayList<>(List.of(giveBack));
            else onSlotLost.add(giveBack);
        } finally {
            crew.lock.unlock();
        }
    }

    void forget(Runnable giveBack) {
        crew.lock.lock();
        try {
            if (!onSlotLost.isEmpty()) onSlotLost.remove(giveBack);
            if (onSlotLost.isEmpty()) onSlotLost = List.of();
        } finally {
            crew.lock.unlock();
        }
    }

    /** Under the lock. */
    void loseSlot() {
        slotless = true;
        onSlotLost.forEach(Runnable::run);
        onSlotLost = List.of();
    }
}
