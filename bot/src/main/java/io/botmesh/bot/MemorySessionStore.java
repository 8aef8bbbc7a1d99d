package io.botmesh.bot;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sessions that end with the process. */
public final class MemorySessionStore implements SessionStore {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(
            long version, byte[] bytes, @Nullable Instant expires) {
        boolean expiredAt(Instant now) {
            return expires != null && !expires.isAfter(now);
        }
    }

    /** Commits between two looks at all sessions for those that have expired. */
    private static final int COMMITS = 1_000;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SessionKey, Kept> sessions = new HashMap<>();
    private long lastVersion;
    private int commits;

    public MemorySessionStore() {
        this(InstantSource.system());
    }

    public MemorySessionStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Optional<Stored> load(SessionKey key) {
        var now = clock.instant();
        lock.lock();
        try {
            var kept = sessions.get(key);
            if (kept == null || kept.expiredAt(now)) return Optional.empty();
            return Optional.of(new Stored(kept.version, kept.bytes.clone()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void commit(List<Change> changes) {
        SessionStore.requireDistinct(changes);
        var now = clock.instant();
        lock.lock();
        try {
            for (var change : changes) {
                var kept = sessions.get(change.key());
                long version =
                        kept == null || (change.expected() == ABSENT && kept.expiredAt(now)) ? ABSENT : kept.version;
                if (version != change.expected()) throw new SessionException.Conflict(change.key());
            }
            for (var change : changes) {
                var bytes = change.bytes();
                if (bytes == null) sessions.remove(change.key());
                else sessions.put(change.key(), new Kept(++lastVersion, bytes.clone(), change.expires()));
            }
            if (++commits % COMMITS == 0) sessions.values().removeIf(kept -> kept.expiredAt(now));
        } finally {
            lock.unlock();
        }
    }

    /** How many there are, some of them expired. */
    int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    /** What is stored, as texts. */
    List<String> dump() {
        lock.lock();
        try {
            return sessions.values().stream()
                    .map(kept -> new String(kept.bytes, StandardCharsets.UTF_8))
                    .toList();
        } finally {
            lock.unlock();
        }
    }
}
