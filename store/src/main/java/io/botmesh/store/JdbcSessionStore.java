package io.botmesh.store;

import io.botmesh.bot.Bot;
import io.botmesh.bot.Journals;
import io.botmesh.bot.SessionException;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionStore;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.FileJournal;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a database, of any number of bots. A write returns when it is on stable storage, together with what else
 * arrives meanwhile. Any number of such objects may share a database.
 *
 * <p>One that is in a bot's journal applies what an update changes exactly once, whatever dies when: the change
 * commits together with the end of the update. Whatever runs after that, in middleware outside of
 * {@link io.botmesh.bot.Sessions}, is not done again after a crash.
 */
public final class JdbcSessionStore implements SessionStore {
    private static final String ONE = " WHERE bot_id = ? AND part = ? AND session_key = ?";
    private static final long PURGE_MILLIS = 3_600_000;
    /** All writers lock rows in the same order, so that no two processes wait for each other. */
    private static final Comparator<Change> BY_KEY = Comparator.comparing(
            Change::key,
            Comparator.comparingLong(SessionKey::botId)
                    .thenComparing(SessionKey::part)
                    .thenComparing(SessionKey::key));

    /** Where sessions are, and the journal whose updates end with them. */
    private record Place(Database database, @Nullable JdbcJournal<RawUpdate> journal) {}

    /** Null until the bot has its journal. */
    private volatile @Nullable Place place;

    private final InstantSource clock;
    /** Of any of the databases that this has been in. */
    private volatile long purgedAt;

    /** The database stays the caller's to close. */
    public JdbcSessionStore(Database database) {
        this(database, InstantSource.system());
    }

    /**
     * In the database of the journal that the bot has whenever it runs, also if that is opened under a lease only. For
     * {@code bot.use(new Sessions(JdbcSessionStore.inJournalOf(bot)))}. What other bots store here is written apart from the
     * end of their updates.
     *
     * @throws JournalException.Unusable if the bot has no journal, or one that is no database. What opens the journal may
     *                                   not tell before: then the bot's start fails with that
     */
    public static JdbcSessionStore inJournalOf(Bot bot) {
        var lease = bot.options().lease();
        // Before another program is asked to end for this one.
        if (lease != null && lease.journal() instanceof Journals.Opener) throw unfit("it is a folder of files");
        var store = new JdbcSessionStore((Place) null, InstantSource.system());
        bot.onJournal(journal -> store.place = in(journal));
        return store;
    }

    private static Place in(@Nullable Journal<RawUpdate> journal) {
        if (journal == null) throw unfit("there is none");
        if (journal instanceof JdbcJournal<RawUpdate> own) return new Place(own.database(), own);
        throw unfit(
                journal instanceof FileJournal
                        ? "it is a folder of files"
                        : "it is a journal of the class " + journal.getClass().getName());
    }

    private static JournalException unfit(String why) {
        return new JournalException.Unusable(
                "sessions are to be in the bot's journal, but " + why
                        + ": give the bot a journal in SQLite or PostgreSQL",
                null);
    }

    /**
     * In the database of the journal that the bot's runner has, and of no other one: a commit refuses what comes from a
     * runner with another journal. What other bots store here is written apart from the end of their updates. Both stay the
     * caller's to close.
     */
    public JdbcSessionStore(JdbcJournal<RawUpdate> journal) {
        this(new Place(journal.database(), journal), InstantSource.system());
    }

    JdbcSessionStore(Database database, InstantSource clock) {
        this(new Place(database, null), clock);
    }

    private JdbcSessionStore(@Nullable Place place, InstantSource clock) {
        this.place = place;
        this.clock = clock;
    }

    private Place place() {
        var known = place;
        if (known == null)
            throw new IllegalStateException(
                    "the bot has not been started: its sessions are in the journal that it opens");
        return known;
    }

    @Override
    public Optional<Stored> load(SessionKey key) {
        long now = clock.millis();
        return call(
                place(),
                handle -> handle.select(
                                "SELECT version, content, crc FROM bot_session" + ONE
                                        + " AND (expires_at IS NULL OR expires_at > ?)",
                                key.botId(),
                                key.part(),
                                key.key(),
                                now)
                        .map((row, context) -> read(key, row.getLong(1), row.getBytes(2), row.getLong(3)))
                        .findOne());
    }

    private static Stored read(SessionKey key, long version, byte[] content, long crc) {
        if (crc != crc(key, version, content))
            throw new SessionException.Unreadable("session " + key + " is damaged on disk", null);
        return new Stored(version, content);
    }

    @Override
    public void commit(List<Change> changes) {
        commit(place(), changes);
    }

    private void commit(Place place, List<Change> changes) {
        SessionStore.requireDistinct(changes);
        if (changes.isEmpty()) return;
        call(place, handle -> {
            write(handle, changes);
            return changes.size();
        });
    }

    @Override
    public void commit(List<Change> changes, Delivery<RawUpdate> delivery) {
        var now = place();
        var ending = now.journal();
        if (ending == null
                || changes.isEmpty()
                || delivery.sequences().isEmpty()
                || changes.stream().anyMatch(change -> change.key().botId() != ending.botId())) {
            commit(now, changes);
            return;
        }
        SessionStore.requireDistinct(changes);
        if (!delivery.isKeptIn(ending))
            throw new IllegalStateException(
                    "the update is in another journal than these sessions: make their store with the bot's journal");
        try {
            ending.end(delivery, handle -> {
                write(handle, changes);
                return changes.size();
            });
        } catch (CompletionException failed) {
            throw unwrapped(failed);
        }
    }

    /** Inside a transaction, which the exception of a conflict must end. */
    private void write(Handle handle, List<Change> changes) {
        long now = clock.millis();
        if (now - purgedAt >= PURGE_MILLIS || now < purgedAt) {
            handle.execute("DELETE FROM bot_session WHERE expires_at <= ?", now);
            purgedAt = now;
        }
        var inOrder = changes.stream().sorted(BY_KEY).toList();
        for (var change : inOrder) if (!write(handle, change, now)) throw new SessionException.Conflict(change.key());
    }

    private static boolean write(Handle handle, Change change, long now) {
        var key = change.key();
        var content = change.bytes();
        if (content == null) return delete(handle, change, now);
        long version = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        Long end = millis(change.expires());
        long crc = crc(key, version, content);
        if (change.expected() == ABSENT)
            return handle.execute(
                            "INSERT INTO bot_session (version, expires_at, content, crc, bot_id, part, session_key) "
                                    + "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bot_id, part, session_key) DO UPDATE SET "
                                    + "version = excluded.version, expires_at = excluded.expires_at, "
                                    + "content = excluded.content, crc = excluded.crc WHERE bot_session.expires_at <= ?",
                            version,
                            end,
                            content,
                            crc,
                            key.botId(),
                            key.part(),
                            key.key(),
                            now)
                    == 1;
        return handle.execute(
                        "UPDATE bot_session SET version = ?, expires_at = ?, content = ?, crc = ?" + ONE
                                + " AND version = ?",
                        version,
                        end,
                        content,
                        crc,
                        key.botId(),
                        key.part(),
                        key.key(),
                        change.expected())
                == 1;
    }

    private static boolean delete(Handle handle, Change change, long now) {
        var key = change.key();
        if (change.expected() != ABSENT)
            return handle.execute(
                            "DELETE FROM bot_session" + ONE + " AND version = ?",
                            key.botId(),
                            key.part(),
                            key.key(),
                            change.expected())
                    == 1;
        return handle.select(
                        "SELECT 1 FROM bot_session" + ONE + " AND (expires_at IS NULL OR expires_at > ?)",
                        key.botId(),
                        key.part(),
                        key.key(),
                        now)
                .mapTo(Integer.class)
                .findOne()
                .isEmpty();
    }

    private static @Nullable Long millis(@Nullable Instant expires) {
        return expires == null ? null : expires.toEpochMilli();
    }

    private static long crc(SessionKey key, long version, byte[] content) {
        return Checksum.of(content, key.key(), key.botId(), version);
    }

    /** The session's own failures come from the database's thread, wrapped. */
    private static <T> T call(Place place, Database.Work<T> work) {
        try {
            return place.database().call(work);
        } catch (CompletionException failed) {
            throw unwrapped(failed);
        }
    }

    private static RuntimeException unwrapped(CompletionException failed) {
        return switch (failed.getCause()) {
            case SessionException.Conflict conflict -> new SessionException.Conflict(conflict.key());
            case SessionException.Unreadable damaged ->
                new SessionException.Unreadable(String.valueOf(damaged.getMessage()), damaged);
            case null, default -> failed;
        };
    }
}
