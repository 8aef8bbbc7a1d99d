package io.botmesh.runner;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The handlers that wait for an update, by their keys. The lock is the {@link Crew}'s. */
final class Parking<U> {
    private final Timer timer;
    private final ReentrantLock lock;
    private final Crew<U> crew;

    private final SequencedSet<Parked<U>> all = new LinkedHashSet<>();
    private final Map<Object, SequencedSet<Parked<U>>> byKey = new HashMap<>();

    Parking(Timer timer, ReentrantLock lock, Crew<U> crew) {
        this.timer = timer;
        this.lock = lock;
        this.crew = crew;
    }

    // ---- the handler that waits ------------------------------------------------------------------------------------

    /** Waits until the turn is given an update that the filter takes; without slot and keys, with both afterwards. */
    Task<U> await(Turn<U> turn, Predicate<? super U> filter, Duration timeout)
            throws InterruptedException, TimeoutException {
        var parked = new Parked<>(turn, filter, lock.newCondition());
        lock.lockInterruptibly();
        try {
            if (crew.pausedNow()) {
                turn.stopped = true;
                throw new InterruptedException("the runner stops");
            }
            add(parked);
            crew.vacate(turn);
        } finally {
            lock.unlock();
        }
        crew.attempt.parks(turn);
        var alarm = Timer.Alarm.NONE;
        try {
            alarm = timer.after(timeout, () -> expire(parked));
        } catch (Throwable noTimer) {
            expire(parked); // a wait that nothing ends is worse than a short one
        }
        lock.lock();
        try {
            boolean interrupted = awaitWoken(parked);
            return wokenWith(parked, interrupted);
        } finally {
            lock.unlock();
            crew.steps.goesOn();
            alarm.cancel();
        }
    }

    /** Whether somebody has interrupted the wait, which ends it like a timeout unless there is an update. */
    private boolean awaitWoken(Parked<U> parked) {
        boolean interrupted = false;
        while (parked.state == Parked.State.WAITING || parked.state == Parked.State.CLAIMED) {
            crew.steps.waits();
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
            crew.queueUp(new Task<>(parked), false);
        } finally {
            lock.unlock();
        }
    }

    // ---- what it waits for -----------------------------------------------------------------------------------------

    /** Those that share a key, the one that came last first. Under the lock. */
    List<Parked<U>> sharing(List<?> keys) {
        if (byKey.isEmpty()) return List.of();
        if (keys.size() == 1) {
            var same = byKey.get(keys.getFirst());
            return same == null ? List.of() : List.copyOf(same.reversed());
        }
        var sharing = new LinkedHashSet<Parked<U>>();
        for (Object key : keys) {
            var same = byKey.get(key);
            if (same != null) sharing.addAll(same.reversed());
        }
        return List.copyOf(sharing);
    }

    /** Offers the update to the handlers that wait, without the lock. Whoever takes it takes slot and keys, too. */
    boolean takes(Turn<U> turn) {
        for (var parked : turn.candidates)
            if (crew.attempt.takes(parked, turn.first) && handOver(turn, parked)) return true;
        return false;
    }

    private boolean handOver(Turn<U> from, Parked<U> to) {
        lock.lock();
        try {
            if (to.state != Parked.State.WAITING || from.stopped) return false;
            to.given = from.first;
            if (from.first.control) {
                // It does not hold the keys that the waiting handler needs.
                to.state = Parked.State.CLAIMED;
                crew.vacate(from);
                crew.queueUp(new Task<>(to), true);
            } else {
                var place = Objects.requireNonNull(from.place);
                to.turn.control = false;
                crew.dismiss(from);
                goOn(to, Parked.State.GIVEN, place);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a handler keys and slot again, with the update that it was promised or without one. Under the lock. */
    void wake(Parked<U> parked, Task<U> place) {
        parked.turn.control = false;
        goOn(parked, parked.given == null ? Parked.State.TIMED_OUT : Parked.State.GIVEN, place);
    }

    private void goOn(Parked<U> parked, Parked.State how, Task<U> place) {
        remove(parked);
        parked.state = how;
        crew.occupy(parked.turn, place);
        parked.woken.signal();
        crew.steps.woken(parked.turn);
    }

    // ---- who waits -------------------------------------------------------------------------------------------------

    private void add(Parked<U> parked) {
        all.add(parked);
        for (Object key : parked.keys)
            if (!key.equals(JournaledCustody.SUSPECT)) // it says nothing about what belongs together
            byKey.computeIfAbsent(key, none -> new LinkedHashSet<>(2)).add(parked);
    }

    private void remove(Parked<U> parked) {
        all.remove(parked);
        for (Object key : parked.keys) {
            var same = byKey.get(key);
            if (same == null) continue;
            same.remove(parked);
            if (same.isEmpty()) byKey.remove(key);
        }
    }

    /** Ends every wait. Under the lock. */
    List<Turn<U>> lose() {
        var turns = all.stream().map(parked -> parked.turn).toList();
        for (var parked : all) {
            parked.turn.lost = true;
            parked.turn.stopped = true;
            parked.state = Parked.State.LOST;
            parked.woken.signal();
        }
        all.clear();
        byKey.clear();
        return turns;
    }

    int size() {
        return all.size();
    }
}
