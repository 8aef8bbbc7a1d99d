package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** One row of {@code bot_lease}, as one program uses it. Every call is one statement, and holds nothing afterwards. */
final class LeaseTable {
    private static final String LATER = "clock_timestamp() + ? * INTERVAL '1 millisecond'";

    /** Nobody wants it for longer than moments: what is said to be wanted for days was said before the clock was set. */
    private static final String IS_WANTED =
            "wanted_until BETWEEN clock_timestamp() AND clock_timestamp() + INTERVAL '1 minute'";

    private final Connections connections;
    private final String name;
    private final String holder;
    private final long millis;

    LeaseTable(Connections connections, String name, String holder, Duration time) {
        this.connections = connections;
        this.name = name;
        this.holder = holder;
        this.millis = time.toMillis();
    }

    private interface Answer<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private <T> T ask(String sql, Answer<T> answer, Object... values) throws SQLException {
        try (Connection connection = connections.get();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
            try (ResultSet rows = statement.executeQuery()) {
                return answer.read(rows);
            }
        }
    }

    /** What somebody else has: whoever is alive changes it again and again. */
    record Term(long fence, OffsetDateTime end) {
        /** Nobody's. */
        private static final Term NONE = new Term(-1, OffsetDateTime.MAX);
    }

    /** What somebody else has, if the row says so. Spares the lock on it that a try would take. */
    Optional<Term> taken() throws SQLException {
        return ask(
                "SELECT fence, ends_at FROM bot_lease WHERE name = ? AND holder <> ? AND ends_at > clock_timestamp()",
                rows -> rows.next()
                        ? Optional.of(new Term(rows.getLong(1), rows.getObject(2, OffsetDateTime.class)))
                        : Optional.empty(),
                name,
                holder);
    }

    /**
     * The fence, if nobody has it. Whoever asks has it already only if the answer to an earlier try was lost: then it is
     * taken anew.
     */
    OptionalLong tryTake() throws SQLException {
        return tryTake(Term.NONE);
    }

    /** As {@link #tryTake()}; also from whoever still has this. */
    OptionalLong tryTake(Term dead) throws SQLException {
        return ask(
                "INSERT INTO bot_lease AS l (name, fence, holder, ends_at, wanted_until) VALUES (?, 1, ?, " + LATER
                        + ", '-infinity') ON CONFLICT (name) DO UPDATE SET fence = l.fence + 1,"
                        + " holder = excluded.holder, ends_at = " + LATER + ", wanted_until = '-infinity'"
                        + " WHERE l.holder IS NULL OR l.holder = excluded.holder OR l.ends_at <= clock_timestamp()"
                        + " OR (l.fence = ? AND l.ends_at = ?)"
                        + " RETURNING fence",
                rows -> rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty(),
                name,
                holder,
                millis,
                millis,
                dead.fence(),
                dead.end());
    }

    /** Says for a while that it is wanted. */
    void want(Duration during) throws SQLException {
        ask(
                "UPDATE bot_lease SET wanted_until = " + LATER + " WHERE name = ? RETURNING fence",
                ResultSet::next,
                during.toMillis(),
                name);
    }

    /** Says no longer that it is wanted. Others who want it say so again. */
    void wantNoMore() throws SQLException {
        ask("UPDATE bot_lease SET wanted_until = '-infinity' WHERE name = ? RETURNING fence", ResultSet::next, name);
    }

    private static Optional<Boolean> wanted(ResultSet rows) throws SQLException {
        return rows.next() ? Optional.of(rows.getBoolean(1)) : Optional.empty();
    }

    /** Prolongs it, and says whether it is wanted; nothing if it is no longer held. */
    Optional<Boolean> renew(long fence) throws SQLException {
        return ask(
                "UPDATE bot_lease SET ends_at = " + LATER + " WHERE name = ? AND fence = ? AND holder = ?"
                        + " RETURNING " + IS_WANTED,
                LeaseTable::wanted,
                millis,
                name,
                fence,
                holder);
    }

    /** Says whether it is wanted; nothing if it is no longer held. */
    Optional<Boolean> look(long fence) throws SQLException {
        return ask(
                "SELECT " + IS_WANTED + " FROM bot_lease WHERE name = ? AND fence = ? AND holder = ?",
                LeaseTable::wanted,
                name,
                fence,
                holder);
    }

    /** Gives it back, if it is still held under this fence. */
    void free(long fence) throws SQLException {
        ask(
                "UPDATE bot_lease SET holder = NULL, ends_at = clock_timestamp() WHERE name = ? AND fence = ?"
                        + " AND holder = ? RETURNING fence",
                ResultSet::next,
                name,
                fence,
                holder);
    }

    /** Refuses a fence that is not the highest; from here on nobody gets a higher one before the transaction ends. */
    void require(Handle handle, long fence) {
        long highest = handle.createQuery("SELECT fence FROM bot_lease WHERE name = ? FOR SHARE")
                .bind(0, name)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
        if (highest != fence)
            throw new JournalException.TakenOver(
                    "the lease of " + name + " has passed to another program: stop this one", null);
    }
}
