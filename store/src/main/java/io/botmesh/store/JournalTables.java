package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The batches of one bot's journal and the bitmaps of what has ended, as rows. Holds nothing itself. */
final class JournalTables {
    /** A sequence is the row's id and, in the low bits, the place in the batch. */
    private static final int PLACE_BITS = 16;

    static final int LARGEST_BATCH = 1 << PLACE_BITS;

    /** A batch as it is on disk; {@code arrived} is null if nobody knows when. */
    record StoredBatch(
            long id, long born, @Nullable Instant arrived, List<byte[]> updates, BitSet done, boolean marked) {}

    private final Database database;
    private final long botId;

    JournalTables(Database database, long botId) {
        this.database = database;
        this.botId = botId;
    }

    static long sequence(long batch, int place) {
        return batch << PLACE_BITS | place;
    }

    static long batch(long sequence) {
        return sequence >> PLACE_BITS;
    }

    static int place(long sequence) {
        return (int) (sequence & (LARGEST_BATCH - 1));
    }

    static long checksum(byte[] bytes, long... numbers) {
        var crc = new CRC32C();
        for (long number : numbers) crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        crc.update(bytes);
        return crc.getValue();
    }

    long botId() {
        return botId;
    }

    Statements statements() {
        return database.statements();
    }

    JournalException damaged() {
        return database.damaged();
    }

    /** Counts this opening and says which it is. */
    long begin(Handle handle) {
        handle.execute(
                "INSERT INTO update_journal (bot_id, incarnation) VALUES (?, 1) "
                        + "ON CONFLICT (bot_id) DO UPDATE SET incarnation = update_journal.incarnation + 1",
                botId);
        return handle.select("SELECT incarnation FROM update_journal WHERE bot_id = ?", botId)
                .mapTo(Long.class)
                .one();
    }

    /** Refuses whoever is not the last who has opened it; from here on nobody can open it before the transaction ends. */
    void fence(Handle handle, long incarnation) {
        long now = statements()
                .first(
                        handle,
                        row -> row.getLong(1),
                        "SELECT incarnation FROM update_journal WHERE bot_id = ?" + database.forUpdate(),
                        botId)
                .orElseThrow();
        if (now != incarnation)
            throw new JournalException.TakenOver(
                    "the journal of bot " + botId + " in " + database.name()
                            + " has been taken over by another process: stop this one",
                    null);
    }

    long countUndone(Handle handle) {
        var strays = handle.select(
                        "SELECT count(*) FROM update_done d WHERE NOT EXISTS (SELECT 1 FROM update_batch b WHERE b.id = d.batch_id)")
                .mapTo(Long.class)
                .one();
        if (strays > 0) throw damaged();
        long all = handle.select("SELECT coalesce(sum(size), 0) FROM update_batch WHERE bot_id = ?", botId)
                .mapTo(Long.class)
                .one();
        long ended = handle
                .select(
                        "SELECT b.id, b.size, d.bits, d.checksum FROM update_batch b JOIN update_done d ON d.batch_id = b.id "
                                + "WHERE b.bot_id = ?",
                        botId)
                .map((row, context) -> (long) bits(row.getLong(1), row.getInt(2), row.getBytes(3), row.getLong(4))
                        .cardinality())
                .stream()
                .mapToLong(Long::longValue)
                .sum();
        return all - ended;
    }

    /** Stores a batch of at least one update, and returns its id. */
    long insert(Handle handle, long incarnation, Instant arrived, List<byte[]> updates) {
        var payload = ByteBuffer.allocate(updates.stream()
                .mapToInt(update -> update.length + Integer.BYTES)
                .reduce(0, Math::addExact));
        for (var update : updates) payload.putInt(update.length).put(update);
        long id = database.nextBatch(handle);
        long millis = arrived.toEpochMilli();
        statements()
                .execute(
                        handle,
                        "INSERT INTO update_batch (id, bot_id, incarnation, size, payload, arrived_millis, checksum) "
                                + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                        id,
                        botId,
                        incarnation,
                        updates.size(),
                        payload.array(),
                        millis,
                        batchChecksum(payload.array(), id, incarnation, updates.size(), millis));
        return id;
    }

    /** Of one without a time of arrival as it was before there were any. */
    private long batchChecksum(byte[] payload, long id, long born, int size, long arrived) {
        return arrived == 0
                ? checksum(payload, id, botId, born, size)
                : checksum(payload, id, botId, born, size, arrived);
    }

    /** The first batch from this id on. One at a time: a batch may hold up to 4 MiB of updates. */
    Optional<StoredBatch> first(Handle handle, long from) {
        return statements()
                .first(
                        handle,
                        this::read,
                        "SELECT b.id, b.incarnation, b.size, b.payload, b.checksum, d.bits, d.checksum, b.arrived_millis "
                                + "FROM update_batch b LEFT JOIN update_done d ON d.batch_id = b.id "
                                + "WHERE b.bot_id = ? AND b.id >= ? ORDER BY b.id LIMIT 1",
                        botId,
                        from);
    }

    private StoredBatch read(ResultSet row) throws SQLException {
        long id = row.getLong(1);
        long born = row.getLong(2);
        int size = row.getInt(3);
        byte[] payload = row.getBytes(4);
        long arrived = row.getLong(8);
        if (row.getLong(5) != batchChecksum(payload, id, born, size, arrived)) throw damaged();
        byte @Nullable [] bits = row.getBytes(6);
        var done = bits == null ? new BitSet(size) : bits(id, size, bits, row.getLong(7));
        var updates = new byte[size][];
        var buffer = ByteBuffer.wrap(payload);
        for (int place = 0; place < size; place++) {
            updates[place] = new byte[buffer.getInt()];
            buffer.get(updates[place]);
        }
        return new StoredBatch(
                id, born, arrived == 0 ? null : Instant.ofEpochMilli(arrived), List.of(updates), done, bits != null);
    }

    private BitSet bits(long batch, int count, byte[] bytes, long checksum) {
        var bits = BitSet.valueOf(bytes);
        if (checksum != checksum(bytes, batch) || bits.length() > count) throw damaged();
        return bits;
    }

    /** Whether the entry has ended, as far as the disk knows. */
    boolean hasEnded(Handle handle, long sequence) {
        return handle.select(
                        "SELECT b.size, d.bits, d.checksum FROM update_batch b LEFT JOIN update_done d "
                                + "ON d.batch_id = b.id WHERE b.id = ?",
                        batch(sequence))
                .map((row, context) -> {
                    byte @Nullable [] bits = row.getBytes(2);
                    return bits != null
                            && bits(batch(sequence), row.getInt(1), bits, row.getLong(3))
                                    .get(place(sequence));
                })
                .findOne()
                .orElse(true);
    }

    /**
     * Writes the bitmap, or deletes the batch if all of it has ended.
     *
     * @param bare whether nothing but its row is known to be there: no bitmap and no attempts
     */
    void mark(Handle handle, long batch, int size, BitSet done, boolean bare) {
        if (done.cardinality() < size) {
            var bits = done.toByteArray();
            statements()
                    .execute(
                            handle,
                            "INSERT INTO update_done (batch_id, bits, checksum) VALUES (?, ?, ?) ON CONFLICT (batch_id) "
                                    + "DO UPDATE SET bits = excluded.bits, checksum = excluded.checksum",
                            batch,
                            bits,
                            checksum(bits, batch));
        } else {
            statements().execute(handle, "DELETE FROM update_batch WHERE id = ?", batch);
            if (bare) return;
            statements().execute(handle, "DELETE FROM update_done WHERE batch_id = ?", batch);
            statements()
                    .execute(
                            handle,
                            "DELETE FROM update_attempt WHERE sequence >= ? AND sequence < ?",
                            sequence(batch, 0),
                            sequence(batch + 1, 0));
        }
    }

    /** A dead letter is on disk before its entry is marked; makes up for marks that a crash came before. */
    void markDead(Handle handle) {
        var batches = new HashSet<Long>();
        var dead = handle.select(
                        "SELECT d.sequence FROM update_dead d JOIN update_batch b ON b.id = d.sequence >> " + PLACE_BITS
                                + " WHERE d.bot_id = ?",
                        botId)
                .mapTo(Long.class)
                .list();
        for (long sequence : dead) batches.add(batch(sequence));
        for (long id : batches) {
            var stored = first(handle, id).orElseThrow(this::damaged);
            var done = stored.done();
            int before = done.cardinality();
            for (long sequence : dead) if (batch(sequence) == id) done.set(place(sequence));
            if (done.cardinality() > before) mark(handle, id, stored.updates().size(), done, false);
        }
    }

    static List<Long> bots(Handle handle) {
        return handle.select("SELECT bot_id FROM update_journal ORDER BY bot_id")
                .mapTo(Long.class)
                .list();
    }
}
