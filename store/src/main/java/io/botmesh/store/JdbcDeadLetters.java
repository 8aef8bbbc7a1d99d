package io.botmesh.store;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The dead letters of one bot's journal. */
final class JdbcDeadLetters<U> implements DeadLetters<U> {
    /** How one comes back to life; the journal knows. */
    interface Revival {
        boolean replay(long sequence);

        /** Returns when nothing speaks for an update any more but its dead letter. */
        void settle();
    }

    private final Database database;
    private final JournalTables tables;
    private final long botId;
    private final Codec<U> codec;
    private final Revival revival;

    JdbcDeadLetters(Database database, JournalTables tables, long botId, Codec<U> codec, Revival revival) {
        this.database = database;
        this.tables = tables;
        this.botId = botId;
        this.codec = codec;
        this.revival = revival;
    }

    @Override
    public List<Letter<U>> list(long after, int limit) {
        revival.settle();
        return database.call(handle -> handle.select(
                        "SELECT * FROM update_dead WHERE bot_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                        botId,
                        after,
                        limit)
                .map((row, context) -> letter(row))
                .list());
    }

    @Override
    public long count() {
        revival.settle();
        return database.call(handle -> handle.select("SELECT count(*) FROM update_dead WHERE bot_id = ?", botId)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public boolean replay(long sequence) {
        revival.settle();
        return revival.replay(sequence);
    }

    @Override
    public boolean discard(long sequence) {
        revival.settle();
        return database.call(handle -> delete(handle, sequence)) > 0;
    }

    int delete(Handle handle, long sequence) {
        return handle.execute("DELETE FROM update_dead WHERE bot_id = ? AND sequence = ?", botId, sequence);
    }

    /** Puts one in; without effect for one that is there. */
    void insert(Handle handle, long sequence, int attempts, Cause cause, Instant at, byte[] payload) {
        handle.execute(
                "INSERT INTO update_dead (bot_id, sequence, attempts, at_millis, type, message, stack, payload, checksum) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bot_id, sequence) DO NOTHING",
                botId,
                sequence,
                attempts,
                at.toEpochMilli(),
                storable(cause.type()),
                storable(cause.message()),
                storable(cause.stack()),
                payload,
                checksum(sequence, attempts, at.toEpochMilli(), cause, payload));
    }

    /** PostgreSQL has no text with a zero character. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    Optional<byte[]> payload(Handle handle, long sequence) {
        return handle.select("SELECT * FROM update_dead WHERE bot_id = ? AND sequence = ?", botId, sequence)
                .map((row, context) -> {
                    letter(row); // checked
                    return row.getBytes("payload");
                })
                .findOne();
    }

    private Letter<U> letter(ResultSet row) throws SQLException {
        long sequence = row.getLong("sequence");
        int attempts = row.getInt("attempts");
        long at = row.getLong("at_millis");
        byte[] payload = row.getBytes("payload");
        var cause = new Cause(row.getString("type"), row.getString("message"), row.getString("stack"));
        if (row.getLong("checksum") != checksum(sequence, attempts, at, cause, payload)) throw tables.damaged();
        return new Letter<>(sequence, decoded(payload), cause, Instant.ofEpochMilli(at), attempts);
    }

    private @Nullable U decoded(byte[] payload) {
        try {
            return codec.decode().apply(payload);
        } catch (RuntimeException undecodable) {
            return null;
        }
    }

    private long checksum(long sequence, int attempts, long at, Cause cause, byte[] payload) {
        var text = storable(cause.type() + '\n' + cause.message() + '\n' + cause.stack());
        return JournalTables.checksum(
                payload, botId, sequence, attempts, at, JournalTables.checksum(text.getBytes(StandardCharsets.UTF_8)));
    }
}
