package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Delivery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as bytes. Every change names the version that it is based on, so an update that somebody else made meanwhile is
 * never overwritten. Thread-safe.
 */
public interface SessionStore {
    /** The version of a session that does not exist. */
    long ABSENT = 0;

    /**
     * A session as it was stored.
     *
     * @param version changes with every write, and is not the same again after the session was deleted and made anew
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(long version, byte[] bytes) {}

    /**
     * A change.
     *
     * @param expected the version that was loaded, {@link #ABSENT} if there was none
     * @param bytes    what is to be stored, or null to delete it
     * @param expires  when it stops to exist, or null for never
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Change(
            SessionKey key,
            long expected,
            byte @Nullable [] bytes,
            @Nullable Instant expires) {
        public static Change put(SessionKey key, long expected, byte[] bytes, @Nullable Instant expires) {
            return new Change(key, expected, bytes, expires);
        }

        public static Change delete(SessionKey key, long expected) {
            return new Change(key, expected, null, null);
        }
    }

    /**
     * Checks what {@link #commit} demands.
     *
     * @throws IllegalArgumentException if two changes are of one session
     */
    static void requireDistinct(List<Change> changes) {
        long keys = changes.stream().map(Change::key).distinct().count();
        if (keys < changes.size()) throw new IllegalArgumentException("two changes of one session: " + changes);
    }

    /** The session, unless there is none or it has expired. */
    Optional<Stored> load(SessionKey key);

    /**
     * Makes all changes or none, and returns when that is as durable as this store makes it.
     *
     * @param changes of different sessions, else {@link IllegalArgumentException}
     * @throws SessionException.Conflict if a session has not the version expected; nothing was changed
     */
    void commit(List<Change> changes);

    /**
     * As {@link #commit(List)}, with the handling that the changes come from. A store that can reach the bot's journal ends
     * what the delivery answers for in the same step, and changes nothing if that has ended before: so no update is applied
     * twice. Others leave it at the changes.
     */
    default void commit(List<Change> changes, Delivery<RawUpdate> delivery) {
        commit(changes);
    }
}
