package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Handlers that run too long: first asked to end, and when the grace is over abandoned. The lock is the {@link Crew}'s; a
 * handler that ends in time does not touch it here.
 */
final class Overtime<U> {
    /** A turn's time from here on. Whoever decides it first, the turn by ending or the alarm, makes the other powerless. */
    static final class Watch extends AtomicBoolean {
        private final long begin;
        private final @Nullable Duration limit;
        private Timer.Alarm alarm = Timer.Alarm.NONE;

        Watch(long begin, @Nullable Duration limit) {
            this.begin = begin;
            this.limit = limit;
        }

        private boolean decide() {
            return compareAndSet(false, true);
        }

        private boolean isOver(long now) {
            return limit != null && Duration.ofNanos(now - begin).compareTo(limit) >= 0;
        }
    }

    /** Whose time is over, perhaps. */
    private record Due<U>(Turn<U> turn, Watch watch) {}

    private static final Duration LOOK = Duration.ofSeconds(40);
    /** A timeout handler that takes longer does not hold up what is told next. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TimeLimits<U> limits;
    private final Timer timer;
    private final ReentrantLock lock;
    private final Crew<U> crew;
    /** Whether handlers without a limit may be asked to end, too. */
    private final boolean recalls;
    /** And whether that depends on how long each has run. */
    private final boolean recallsEach;
    /** Abandoned and not ended. */
    private final SequencedSet<Turn<U>> abandoned = new LinkedHashSet<>();
    /** Abandoned and still in hold of their keys: until they end, or until their outcome is known. */
    private final Set<Turn<U>> holders = new HashSet<>();
    /** How many of the abandoned have lost their slot. */
    private int freed;
    /** How often a turn's time was over before it had ended. */
    private long timedOut;
    /** Turns so far. */
    private long turns;

    Tellings tellings = new Tellings(PATIENCE);

    /** @param holdsUp whether a handler that does not end can keep all further updates away */
    Overtime(TimeLimits<U> limits, boolean holdsUp, Timer timer, ReentrantLock lock, Crew<U> crew) {
        this.limits = limits;
        this.recalls = limits.execution() == null && limits.standstill() != null;
        this.recallsEach = recalls && holdsUp;
        this.timer = timer;
        this.lock = lock;
        this.crew = crew;
    }

    /** For a turn that starts; under the lock. */
    long nextNumber() {
        return ++turns;
    }

    /** The turn's time begins; on its own thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // no other thread changes it
    void begin(Turn<U> turn) {
        if (limits.execution() != null) begin(turn, limits.execution());
        else if (recallsEach) {
            turn.since = timer.nanoTime();
            turn.round++;
            turn.watch = new Watch(turn.since, null);
        } else if (recalls) turn.watch = new Watch(0, null);
    }

    private void begin(Turn<U> turn, Duration limit) {
        var watch = new Watch(timer.nanoTime(), limit);
        turn.watch = watch;
        watch.alarm = timer.after(limit, () -> due(turn, watch));
    }

    /** Stops the turn's time; on its own thread. Returns what is left of it, or null if it was over already. */
    @Nullable
    Duration stop(Turn<U> turn) {
        var watch = turn.watch;
        if (watch == null) return Duration.ZERO;
        turn.watch = null;
        if (!watch.decide()) {
            awaitInterrupt();
            return null;
        }
        watch.alarm.cancel();
        if (watch.limit == null) return Duration.ZERO;
        return watch.limit.minusNanos(timer.nanoTime() - watch.begin);
    }

    /** Lets the turn's time go on; on its own thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // no other thread changes it
    void goOn(Turn<U> turn, Duration left) {
        if (limits.execution() != null) begin(turn, left.isPositive() ? left : Duration.ofNanos(1));
        else if (recallsEach) {
            turn.returns++;
            var watch = new Watch(timer.nanoTime(), null);
            turn.watch = watch;
            if (turn.dueRound == turn.round) over(turn, watch);
        } else if (recalls) turn.watch = new Watch(0, null);
    }

    /**
     * Nothing has come for so long, because something has not ended: who runs for too long already is asked to end. To wait
     * where no slot is needed, as for a server that wants a pause, is not to run. But who is at an update for too long, and has
     * come back from two such waits since the last time, goes through many and does not end soon: he is asked, too, or will
     * be when he comes back.
     */
    void onStandstill(Duration since, Collection<Turn<U>> active) {
        var most = limits.standstill();
        if (!recallsEach || most == null || since.compareTo(most) < 0) return;
        long now = timer.nanoTime();
        for (var turn : inOrder(active)) {
            var watch = turn.watch;
            int round = turn.round;
            if (round == 0 || now - turn.since < most.toNanos()) continue;
            boolean waitsOften = round == turn.roundSeen && turn.returns - turn.returnsSeen > 1;
            turn.roundSeen = round;
            if (watch == null) turn.dueRound = waitsOften ? round : turn.dueRound;
            else if (waitsOften || now - watch.begin >= most.toNanos()) over(turn, watch);
            turn.returnsSeen = turn.returns;
        }
    }

    /** No slot has become free for so long, while others wait: all that have one are asked to end. Under the lock. */
    void recall(Duration stood, Collection<Turn<U>> active) {
        for (var turn : inOrder(active)) {
            var watch = turn.watch;
            if (watch != null && !turn.outside) over(turn, watch, stood);
        }
    }

    /** How long no slot may become free while others wait; null for any time. */
    @Nullable
    Duration mostWithoutASlot() {
        return recalls ? limits.standstill() : null;
    }

    /** How often to look whether nothing comes or ends any more. */
    Duration look() {
        var most = limits.standstill();
        return recallsEach && most != null && most.compareTo(LOOK) < 0 ? most : LOOK;
    }

    /** The alarm has decided: its interrupt comes under the lock, and must not reach what follows. */
    private void awaitInterrupt() {
        lock.lock();
        try {
            Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** The handler has returned or thrown; on its own thread. False if its update's fate has been decided already. */
    boolean returned(Turn<U> turn, @Nullable Throwable thrown) {
        if (!turn.timedOut) {
            if (stop(turn) != null) return true;
        } else awaitInterrupt();
        lock.lock();
        try {
            turn.returned = true;
            turn.grace.cancel();
        } finally {
            lock.unlock();
        }
        if (thrown == null) turn.end().complete(null);
        else turn.end().completeExceptionally(thrown);
        return !turn.resolved;
    }

    private static <U> List<Turn<U>> inOrder(Collection<Turn<U>> turns) {
        return turns.stream()
                .sorted(Comparator.comparingLong(turn -> turn.number))
                .toList();
    }

    /** The alarm of one. Handlers set theirs in any order: whoever started earlier and is over as well goes first. */
    private void due(Turn<U> turn, Watch watch) {
        if (watch.get()) return;
        lock.lock();
        try {
            long now = timer.nanoTime();
            var due = new ArrayList<Due<U>>();
            due.add(new Due<>(turn, watch));
            for (var other : crew.active()) {
                var its = other.watch;
                if (its != null && !its.equals(watch) && its.isOver(now)) due.add(new Due<>(other, its));
            }
            due.sort(Comparator.comparingLong(each -> each.turn.number));
            for (var each : due) over(each.turn, each.watch);
        } finally {
            lock.unlock();
        }
    }

    private void over(Turn<U> turn, Watch watch) {
        over(turn, watch, Duration.ofNanos(timer.nanoTime() - (watch.limit == null ? turn.since : watch.begin)));
    }

    private void over(Turn<U> turn, Watch watch, Duration ran) {
        lock.lock();
        try {
            if (!watch.decide()) return;
            turn.timedOut = true;
            timedOut++; // before the interrupt: whoever sees the handler's end must find it counted
            var thread = turn.thread;
            if (thread != null) thread.interrupt();
            turn.grace = timer.after(limits.grace(), () -> abandon(turn));
            tellings.tell(() -> crew.attempt.timedOut(turn, ran));
        } finally {
            lock.unlock();
        }
    }

    private void abandon(Turn<U> turn) {
        lock.lock();
        try {
            if (turn.returned) return;
            abandoned.add(turn);
            holders.add(turn);
            crew.disown(turn);
            if (freed < limits.maxAbandoned()) free(turn);
            turn.resolved = limits.abandonedKeys() == TimeLimits.AbandonedKeys.RELEASED;
            crew.staff();
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("botmesh-abandoned").start(() -> {
            Crew.Outcome outcome = new Crew.Outcome.Ended();
            try {
                outcome = crew.attempt.abandoned(turn, turn.resolved);
            } finally {
                if (turn.resolved) settle(turn, outcome);
            }
        });
    }

    private void settle(Turn<U> turn, Crew.Outcome outcome) {
        lock.lock();
        try {
            holders.remove(turn);
            crew.settle(turn, outcome);
            crew.staff();
        } finally {
            lock.unlock();
        }
    }

    private void free(Turn<U> turn) {
        freed++;
        crew.freeSlot(turn);
        turn.loseSlot();
    }

    /** An abandoned turn has ended after all; under the lock. False if it was not abandoned. */
    boolean ended(Turn<U> turn, Crew.Outcome outcome) {
        if (!abandoned.remove(turn)) return false;
        if (!turn.resolved) {
            holders.remove(turn);
            crew.settle(turn, outcome);
        }
        if (!turn.slotless) {
            crew.freeSlot(turn);
            return true;
        }
        freed--;
        for (var other : abandoned) {
            if (other.slotless) continue;
            free(other);
            break;
        }
        return true;
    }

    /** Under the lock. */
    Set<Turn<U>> holders() {
        return holders;
    }

    /** How often a turn's time was over before it had ended. Under the lock. */
    long timedOut() {
        return timedOut;
    }

    /** Abandoned turns that have not ended. Under the lock. */
    int abandoned() {
        return abandoned.size();
    }

    /** How many of them still have a slot, being too many. Under the lock. */
    int stuck() {
        return abandoned.size() - freed;
    }
}
