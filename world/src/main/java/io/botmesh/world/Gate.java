package io.botmesh.world;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one way into the world: one action at a time, in the present; what it made ready leaves once the lock is free. */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private final Agenda agenda;
    private final List<Runnable> onEarlierDeadline = new CopyOnWriteArrayList<>();
    private @Nullable Instant promised;
    private boolean recorded;
    private boolean inside;
    private boolean reading;

    Gate(InstantSource clock, Agenda agenda) {
        this.clock = clock;
        this.agenda = agenda;
    }

    void onEarlierDeadline(Runnable listener) {
        onEarlierDeadline.add(listener);
    }

    /** From now on, what goes in has to be recorded, and acts that are not are refused. */
    void recorded() {
        lock.lock();
        try {
            recorded = true;
        } finally {
            lock.unlock();
        }
    }

    /** An act that nobody records. What the server would refuse a bot is a mistake of whoever acts here. */
    <T extends @Nullable Object> T pass(Supplier<T> action) {
        return enter(() -> {
            if (recorded && !inside) {
                throw new IllegalStateException(
                        "this world is kept in a state file, which only knows of calls and of the"
                                + " control API: act through one of these");
            }
            try {
                return action.get();
            } catch (Refused refused) {
                throw new IllegalArgumentException(refused.getMessage(), refused);
            }
        });
    }

    /** A look at the present, which changes nothing. */
    <T extends @Nullable Object> T read(Supplier<T> question) {
        return enter(() -> {
            boolean outer = reading;
            reading = true;
            try {
                return question.get();
            } finally {
                reading = outer;
            }
        });
    }

    /** Whether what goes on now is only a look, which must leave nothing behind. */
    boolean isReading() {
        return reading;
    }

    /** An act, or several of them at one instant, that whoever calls has recorded. */
    <T extends @Nullable Object> T together(Supplier<T> acts) {
        return enter(() -> {
            boolean outer = !inside;
            inside = true;
            try {
                return acts.get();
            } finally {
                if (outer) inside = false;
            }
        });
    }

    private <T extends @Nullable Object> T enter(Supplier<T> action) {
        if (lock.isHeldByCurrentThread()) return action.get();
        lock.lock();
        try {
            agenda.now(clock.instant());
            return action.get();
        } finally {
            var departures = agenda.takeDepartures();
            var next = agenda.next();
            boolean earlier = next != null && (promised == null || next.isBefore(promised));
            if (earlier) promised = next;
            lock.unlock();
            if (earlier) onEarlierDeadline.forEach(Runnable::run);
            leave(departures);
        }
    }

    /** Does what is due; returns when the next thing will be, null if nothing is pending. */
    @Nullable
    Instant tick() {
        List<Runnable> departures;
        Instant next;
        lock.lock();
        try {
            agenda.now(clock.instant());
            departures = agenda.takeDepartures();
            next = agenda.next();
            promised = next;
        } finally {
            lock.unlock();
        }
        leave(departures);
        return next;
    }

    /** One that fails keeps no other back; the first failure is thrown at the end. */
    private static void leave(List<Runnable> departures) {
        RuntimeException failed = null;
        for (var departure : departures) {
            try {
                departure.run();
            } catch (RuntimeException broken) {
                if (failed == null) failed = broken;
            }
        }
        if (failed != null) throw failed;
    }

    @Nullable
    Instant next() {
        return this.<@Nullable Instant>look(agenda::next);
    }

    /** Looks at what is there; no time passes and nothing leaves. */
    <T extends @Nullable Object> T look(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }
}
