package io.botmesh.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What is on record of the attempts of one bot's entries, and what is still to be written. Guarded by the lock of {@link OpenBatches}. */
final class Attempts {
    /** Of one entry; {@code unfinished} while the last attempt has begun and not ended. */
    record Count(int attempts, int vanished, boolean unfinished, boolean repeated) {
        static final Count NONE = new Count(0, 0, false, false);
        static final Count REPLAYED = new Count(0, 0, false, true);

        Count with(int attempts, boolean unfinished) {
            return new Count(attempts, vanished, unfinished, repeated);
        }
    }

    private final long botId;
    private final Map<Long, Count> counts = new HashMap<>();
    private final Set<Long> unwritten = new LinkedHashSet<>();

    Attempts(long botId) {
        this.botId = botId;
    }

    /** Attempts that the last process began and did not end have vanished with it. */
    void countVanished(Handle handle, JournalTables tables) {
        var open = new LinkedHashMap<Long, Count>();
        handle.select("SELECT * FROM update_attempt WHERE bot_id = ? AND unfinished = 1", botId)
                .map((row, context) -> Map.entry(row.getLong("sequence"), read(tables, row)))
                .forEach(entry -> open.put(entry.getKey(), entry.getValue()));
        open.forEach((sequence, count) ->
                write(handle, sequence, new Count(count.attempts(), count.vanished() + 1, false, count.repeated())));
    }

    /** The counts of a batch that are on disk. */
    Map<Long, Count> stored(Handle handle, JournalTables tables, long batch) {
        var stored = new HashMap<Long, Count>();
        handle.select(
                        "SELECT * FROM update_attempt WHERE sequence >= ? AND sequence < ?",
                        JournalTables.sequence(batch, 0),
                        JournalTables.sequence(batch + 1, 0))
                .map((row, context) -> Map.entry(row.getLong("sequence"), read(tables, row)))
                .forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
        return stored;
    }

    private Count read(JournalTables tables, java.sql.ResultSet row) throws java.sql.SQLException {
        long sequence = row.getLong("sequence");
        var count = new Count(
                row.getInt("attempts"),
                row.getInt("vanished"),
                row.getInt("unfinished") == 1,
                row.getInt("repeated") == 1);
        if (row.getLong("checksum") != checksum(sequence, count)) throw tables.damaged();
        return count;
    }

    private long checksum(long sequence, Count count) {
        return JournalTables.checksum(
                new byte[0],
                botId,
                sequence,
                count.attempts(),
                count.vanished(),
                count.unfinished() ? 1 : 0,
                count.repeated() ? 1 : 0);
    }

    void write(Handle handle, long sequence, Count count) {
        handle.execute(
                "INSERT INTO update_attempt (sequence, bot_id, attempts, vanished, unfinished, repeated, checksum) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sequence) DO UPDATE SET attempts = excluded.attempts, "
                        + "vanished = excluded.vanished, unfinished = excluded.unfinished, "
                        + "repeated = excluded.repeated, checksum = excluded.checksum",
                sequence,
                botId,
                count.attempts(),
                count.vanished(),
                count.unfinished() ? 1 : 0,
                count.repeated() ? 1 : 0,
                checksum(sequence, count));
    }

    /** Newer than what is on disk, or null if nothing is known but that. */
    @Nullable
    Count known(long sequence) {
        return counts.get(sequence);
    }

    void learn(long sequence, Count count) {
        counts.putIfAbsent(sequence, count);
    }

    void set(long sequence, int attempts, boolean unfinished) {
        counts.put(sequence, counts.getOrDefault(sequence, Count.NONE).with(attempts, unfinished));
        unwritten.add(sequence);
    }

    void forget(long sequence) {
        counts.remove(sequence);
        unwritten.remove(sequence);
    }

    boolean isUnwritten() {
        return !unwritten.isEmpty();
    }

    Map<Long, Count> unwritten() {
        var now = new LinkedHashMap<Long, Count>();
        for (long sequence : unwritten) now.put(sequence, Objects.requireNonNull(counts.get(sequence)));
        return now;
    }

    void written(Map<Long, Count> counts) {
        counts.forEach((sequence, count) -> {
            if (count.equals(this.counts.get(sequence))) unwritten.remove(sequence);
        });
    }
}
