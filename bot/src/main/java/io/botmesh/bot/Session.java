package io.botmesh.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The session of one update: loaded when it is first looked at, and stored after the handlers have ended, if it has changed
 * by then and none of them failed. Belongs to the update's handlers. After each {@link Context#ask} it is loaded anew when
 * it is looked at, unless it was changed before. Both ways of a {@link Composer#fork} may have the same one, and change it by
 * {@link #update} then.
 *
 * @param <T> what is kept
 */
public final class Session<T> {
    private final SessionPart<T> part;
    private final SessionKey key;
    private final SessionStore store;
    private final Runnable onLoad;
    /** That of all sessions of the update. */
    private final ReentrantLock lock;

    private long version;
    private T value;
    /** What the value was encoded to when it was loaded; null if there was none. */
    private byte @Nullable [] loaded;
    /** Of the value there would be without any change. */
    private byte[] unchanged;

    private boolean cleared;
    private List<UnaryOperator<T>> steps = new ArrayList<>(2);
    /** Others may have changed it since it was loaded. */
    private boolean paused;

    /** @param onLoad told whenever the handlers need what is stored */
    Session(SessionPart<T> part, SessionKey key, SessionStore store, ReentrantLock lock, Runnable onLoad) {
        this.part = part;
        this.key = key;
        this.store = store;
        this.lock = lock;
        this.onLoad = onLoad;
        onLoad.run();
        var found = store.load(key);
        version = versionOf(found);
        value = valueOf(found);
        unchanged = part.encode(value);
        loaded = found.isPresent() ? unchanged : null;
    }

    private static long versionOf(Optional<SessionStore.Stored> found) {
        return found.map(SessionStore.Stored::version).orElse(SessionStore.ABSENT);
    }

    private T valueOf(Optional<SessionStore.Stored> found) {
        return found.isPresent() ? part.decode(key, found.get().bytes()) : part.initial();
    }

    /** As it is now, with what the handlers have changed. */
    public T value() {
        return locked(() -> value);
    }

    /** Whether there is one that is stored, or will be. */
    public boolean exists() {
        return locked(() ->
                change(Instant.EPOCH).map(change -> change.bytes() != null).orElse(loaded != null));
    }

    /** Replaces it; null deletes it. */
    public void set(@Nullable T value) {
        if (value == null) {
            clear();
            return;
        }
        locked(() -> {
            this.value = value;
            cleared = false;
            steps = new ArrayList<>();
            return value;
        });
    }

    /**
     * Replaces it by what the function makes of it. If {@link Sessions#reapplying} is on, the function may run again on what
     * another handler has stored meanwhile: it does nothing but compute.
     */
    public void update(UnaryOperator<T> step) {
        locked(() -> {
            value = step.apply(value);
            cleared = false;
            return steps.add(step);
        });
    }

    /** Deletes it; from now on it is as it was at the very first. */
    public void clear() {
        locked(() -> {
            value = part.initial();
            cleared = true;
            steps = new ArrayList<>();
            return value;
        });
    }

    private <R> R locked(Supplier<R> access) {
        lock.lock();
        try {
            if (paused) goOn();
            return access.get();
        } finally {
            lock.unlock();
        }
    }

    /** The handler gives its keys away. */
    void pause() {
        paused = change(Instant.EPOCH).isEmpty();
    }

    /** What was changed in place meanwhile is based on what was loaded before. */
    private void goOn() {
        if (change(Instant.EPOCH).isEmpty()) {
            onLoad.run();
            take(store.load(key));
            cleared = false;
            steps = new ArrayList<>();
        }
        paused = false;
    }

    private void take(Optional<SessionStore.Stored> found) {
        var fresh = valueOf(found);
        unchanged = part.encode(fresh);
        version = versionOf(found);
        loaded = found.isPresent() ? unchanged : null;
        value = fresh;
    }

    SessionPart<T> part() {
        return part;
    }

    SessionKey key() {
        return key;
    }

    /** What has to be stored, if anything. */
    Optional<SessionStore.Change> change(Instant now) {
        var bytes = part.encode(value);
        if (cleared && Arrays.equals(bytes, part.encode(part.initial())))
            return loaded == null ? Optional.empty() : Optional.of(SessionStore.Change.delete(key, version));
        if (Arrays.equals(bytes, unchanged)) return Optional.empty();
        Duration ttl = part.ttl();
        return Optional.of(
                SessionStore.Change.put(key, version, part.framed(bytes), ttl == null ? null : now.plus(ttl)));
    }

    /** Makes the same steps again from what is stored now. False if it was changed in any other way than by steps. */
    boolean reapply() {
        if (cleared || steps.isEmpty() || !onlySteps()) return false;
        take(store.load(key));
        value = stepped(value);
        return true;
    }

    private boolean onlySteps() {
        var before = loaded == null ? part.initial() : part.decode(key, part.framed(unchanged));
        return Arrays.equals(part.encode(stepped(before)), part.encode(value));
    }

    private T stepped(T from) {
        T all = from;
        for (var step : steps) all = step.apply(all);
        return all;
    }
}
