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

    Gate(InstantSource clock, Agenda agenda) {
        this.clock = clock;
        this.agenda = agenda;
    }

    void onEarlierDeadline(Runnable listener) {
        onEarlierDeadline.add(listener);
    }

    <T extends @Nullable Object> T pass(Supplier<T> action) {
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
            departures.forEach(Runnable::run);
            if (earlier) onEarlierDeadline.forEach(Runnable::run);
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
        departures.forEach(Runnable::run);
        return next;
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
