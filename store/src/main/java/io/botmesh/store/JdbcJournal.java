package io.botmesh.store;

import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.zip.CRC32C;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The update journal of one bot in a {@link SqliteDatabase}: a row per batch, a bitmap of what has ended, and the ranges of
 * ids that arrived in the last two days. A batch is deleted when all of it has ended. One such object per bot and file at a
 * time.
 *
 * @param <U> the update
 */
public final class JdbcJournal<U> implements Journal<U> {
    /** How an update becomes bytes and back; {@code decode} gets exactly what {@code encode} gave. */
    public record Codec<U>(Function<? super U, byte[]> encode, Function<byte[], ? extends U> decode) {
        /** For updates that are bytes already. */
        public static Codec<byte[]> bytes() {
            return new Codec<>(bytes -> bytes, bytes -> bytes);
        }
    }

    /** The server keeps an update for one day, so one that is older than two cannot come again; its id can, for another. */
    private static final Duration WINDOW = Duration.ofDays(2);

    /** A sequence is the row's id and, in the low bits, the place in the batch. */
    private static final int PLACE_BITS = 16;

    private static final int LARGEST_BATCH = 1 << PLACE_BITS;

    /** A batch of which something has not ended, or whose end is not on disk yet. */
    private static final class Batch {
        final long id;
        final int size;
        final BitSet done;
        int left;
        /** Whether the bitmap has a row. */
        boolean marked;

        Batch(long id, int size, BitSet done, boolean marked) {
            this.id = id;
            this.size = size;
            this.done = done;
            this.left = size - done.cardinality();
            this.marked = marked;
        }
    }

    /** A batch as it was when its mark was written. */
    private record Mark(Batch batch, int left, BitSet done) {}

    private record Appended(long batch, List<Integer> fresh, long hour) {}

    private record Range(long firstId, long lastId, long hour) {}

    private final SqliteDatabase database;
    private final long botId;
    private final ToLongFunction<? super U> updateId;
    private final Codec<U> codec;
    private final InstantSource clock;
    private final long incarnation;
    private volatile long purgedHour = Long.MIN_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<Long, Batch> batches = new HashMap<>();
    private final LinkedHashSet<Batch> dirty = new LinkedHashSet<>();
    private boolean flushing;
    private @Nullable Throwable flushFailure;
    private long size;

    /**
     * The journal of one bot. The database stays the caller's to close.
     *
     * @param botId    scope of the update ids: the number before the colon of the token
     * @param updateId the id by which a repeated update is known
     */
    public JdbcJournal(SqliteDatabase database, long botId, ToLongFunction<? super U> updateId, Codec<U> codec) {
        this(database, botId, updateId, codec, InstantSource.system());
    }

    JdbcJournal(
            SqliteDatabase database,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock) {
        this.database = database;
        this.botId = botId;
        this.updateId = updateId;
        this.codec = codec;
        this.clock = clock;
        this.incarnation = database.call(handle -> {
            handle.execute(
                    "INSERT INTO update_journal VALUES (?, 1) "
                            + "ON CONFLICT (bot_id) DO UPDATE SET incarnation = incarnation + 1",
                    botId);
            return handle.select("SELECT incarnation FROM update_journal WHERE bot_id = ?", botId)
                    .mapTo(Long.class)
                    .one();
        });
        this.size = database.call(this::countUndone);
    }

    private long countUndone(Handle handle) {
        var strays = handle.select(
                        "SELECT count(*) FROM update_done WHERE batch_id NOT IN (SELECT id FROM update_batch)")
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

    @Override
    public List<Entry<U>> append(List<U> updates) {
        var entries = new ArrayList<Entry<U>>(updates.size());
        for (int from = 0; from < updates.size(); from += LARGEST_BATCH)
            entries.addAll(appendBatch(updates.subList(from, Math.min(updates.size(), from + LARGEST_BATCH))));
        return entries;
    }

    private List<Entry<U>> appendBatch(List<U> updates) {
        var ids = updates.stream().mapToLong(updateId).toArray();
        var encoded = updates.stream().map(codec.encode()).toArray(byte[][]::new);
        var appended = database.call(handle -> store(handle, ids, encoded));
        purgedHour = appended.hour();
        lock.lock();
        try {
            size += appended.fresh().size();
        } finally {
            lock.unlock();
        }
        var entries = new ArrayList<Entry<U>>(appended.fresh().size());
        for (int place : appended.fresh())
            entries.add(new Entry<>(sequence(appended.batch(), entries.size()), 1, updates.get(place)));
        return entries;
    }

    private static long sequence(long batch, int place) {
        return batch << PLACE_BITS | place;
    }

    private Appended store(Handle handle, long[] ids, byte[][] encoded) {
        long hour = clock.instant().getEpochSecond() / 3600;
        if (hour != purgedHour) {
            handle.execute("DELETE FROM update_seen WHERE bot_id = ? AND hour < ?", botId, hour - WINDOW.toHours());
        }
        var fresh = admit(handle, ids, hour);
        if (fresh.isEmpty()) return new Appended(0, fresh, hour);
        var payload = ByteBuffer.allocate(fresh.stream()
                .mapToInt(place -> encoded[place].length + Integer.BYTES)
                .reduce(0, Math::addExact));
        for (int place : fresh) payload.putInt(encoded[place].length).put(encoded[place]);
        // By hand, because the checksum covers it; it never comes again even when the newest batch is deleted.
        long id = handle.select("SELECT seq FROM sqlite_sequence WHERE name = 'update_batch'")
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L)
                + 1;
        handle.execute(
                "INSERT INTO update_batch VALUES (?, ?, ?, ?, ?, ?)",
                id,
                botId,
                incarnation,
                fresh.size(),
                payload.array(),
                checksum(payload.array(), id, botId, incarnation, fresh.size()));
        // Known before anyone can read it back. A transaction that fails leaves an entry that its id's next owner
        // replaces.
        lock.lock();
        try {
            batches.put(id, new Batch(id, fresh.size(), new BitSet(fresh.size()), false));
        } finally {
            lock.unlock();
        }
        return new Appended(id, fresh, hour);
    }

    /** Leaves out what is known and remembers the rest. Returns places in the batch. */
    private List<Integer> admit(Handle handle, long[] ids, long hour) {
        var known = seen(
                handle,
                Arrays.stream(ids).min().orElse(0),
                Arrays.stream(ids).max().orElse(0));
        var fresh = new ArrayList<Integer>(ids.length);
        var within = new HashSet<Long>();
        for (int place = 0; place < ids.length; place++) {
            var range = known.floorEntry(ids[place]);
            if (range != null && ids[place] <= range.getValue().lastId()) continue;
            if (within.add(ids[place])) fresh.add(place);
        }
        var sorted = within.stream().mapToLong(Long::longValue).sorted().toArray();
        for (int from = 0, to; from < sorted.length; from = to) {
            to = from + 1;
            while (to < sorted.length && sorted[to] == sorted[to - 1] + 1) to++;
            remember(handle, known, new Range(sorted[from], sorted[to - 1], hour));
        }
        return fresh;
    }

    /** The ranges that touch the ids from one to the other, by first id. */
    private NavigableMap<Long, Range> seen(Handle handle, long least, long greatest) {
        var ranges = new TreeMap<Long, Range>();
        handle.select(
                        "SELECT first_id, last_id, hour, checksum FROM update_seen WHERE bot_id = ? AND first_id <= ? AND "
                                + "first_id >= coalesce((SELECT max(first_id) FROM update_seen WHERE bot_id = ? AND first_id < ?), ?)",
                        botId,
                        greatest,
                        botId,
                        least,
                        least)
                .map((row, context) ->
                        checked(new Range(row.getLong(1), row.getLong(2), row.getLong(3)), row.getLong(4)))
                .forEach(range -> ranges.put(range.firstId(), range));
        return ranges;
    }

    private Range checked(Range range, long checksum) {
        if (checksum != checksum(new byte[0], botId, range.firstId(), range.lastId(), range.hour())) throw damaged();
        return range;
    }

    /** Update ids ascend one by one, so a busy hour is one row. */
    private void remember(Handle handle, NavigableMap<Long, Range> known, Range range) {
        var before = known.lowerEntry(range.firstId());
        boolean extend = before != null
                && before.getValue().lastId() == range.firstId() - 1
                && before.getValue().hour() == range.hour();
        long firstId = extend ? before.getKey() : range.firstId();
        known.put(firstId, new Range(firstId, range.lastId(), range.hour()));
        handle.execute(
                "INSERT INTO update_seen VALUES (?, ?, ?, ?, ?) ON CONFLICT (bot_id, first_id) "
                        + "DO UPDATE SET last_id = excluded.last_id, checksum = excluded.checksum",
                botId,
                firstId,
                range.lastId(),
                range.hour(),
                checksum(new byte[0], botId, firstId, range.lastId(), range.hour()));
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        return database.call(handle -> {
            var entries = new ArrayList<Entry<U>>();
            long next = after >> PLACE_BITS;
            while (entries.size() < limit) {
                // One at a time: a batch may hold up to 4 MiB of updates.
                var batch = handle.select(
                                "SELECT b.id, b.incarnation, b.size, b.payload, b.checksum, d.bits, d.checksum "
                                        + "FROM update_batch b LEFT JOIN update_done d ON d.batch_id = b.id "
                                        + "WHERE b.bot_id = ? AND b.id >= ? ORDER BY b.id LIMIT 1",
                                botId,
                                next)
                        .map((row, context) -> {
                            read(
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getInt(3),
                                    row.getBytes(4),
                                    row.getLong(5),
                                    row.getBytes(6),
                                    row.getLong(7),
                                    after,
                                    entries);
                            return row.getLong(1);
                        })
                        .findOne();
                if (batch.isEmpty()) break;
                next = batch.get() + 1;
            }
            return entries;
        });
    }

    private void read(
            long id,
            long born,
            int count,
            byte[] payload,
            long checksum,
            byte @Nullable [] bits,
            long bitsChecksum,
            long after,
            List<Entry<U>> entries) {
        if (checksum != checksum(payload, id, botId, born, count) || born > incarnation) throw damaged();
        var stored = bits == null ? new BitSet(count) : bits(id, count, bits, bitsChecksum);
        BitSet done;
        lock.lock();
        try {
            var batch = batches.get(id);
            if (batch == null) {
                batch = new Batch(id, count, stored, bits != null);
                batches.put(id, batch);
            }
            done = (BitSet) batch.done.clone(); // newer than what is on disk
        } finally {
            lock.unlock();
        }
        int attempt = (int) Math.min(Integer.MAX_VALUE, incarnation - born + 1);
        var buffer = ByteBuffer.wrap(payload);
        for (int place = 0; place < count; place++) {
            var update = new byte[buffer.getInt()];
            buffer.get(update);
            if (!done.get(place) && sequence(id, place) > after)
                entries.add(
                        new Entry<>(sequence(id, place), attempt, codec.decode().apply(update)));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws if an earlier mark could not be written; this one is kept like that one, and both are tried again.
     */
    @Override
    public void done(long sequence) {
        boolean flush;
        Throwable failure;
        lock.lock();
        try {
            var batch = batches.get(sequence >> PLACE_BITS);
            int place = (int) (sequence & (LARGEST_BATCH - 1));
            if (batch == null || place >= batch.size || batch.done.get(place)) return;
            batch.done.set(place);
            batch.left--;
            size--;
            dirty.add(batch);
            flush = !flushing;
            flushing = true;
            failure = flushFailure;
            flushFailure = null;
        } finally {
            lock.unlock();
        }
        if (flush) write();
        if (failure != null) throw rethrown(failure);
    }

    /** Writes marks until there are none; those made meanwhile share the next transaction. */
    private void write() {
        var written = new ArrayList<Mark>();
        var unused = database.submit(handle -> {
                    written.clear();
                    lock.lock();
                    try {
                        for (var batch : dirty) written.add(new Mark(batch, batch.left, (BitSet) batch.done.clone()));
                    } finally {
                        lock.unlock();
                    }
                    for (var mark : written) write(handle, mark);
                    return written.size();
                })
                .whenComplete((count, failure) -> {
                    if (settle(written, failure)) write();
                });
    }

    private static void write(Handle handle, Mark mark) {
        long id = mark.batch().id;
        if (mark.left() > 0) {
            var bits = mark.done().toByteArray();
            handle.execute("INSERT OR REPLACE INTO update_done VALUES (?, ?, ?)", id, bits, checksum(bits, id));
        } else {
            handle.execute("DELETE FROM update_batch WHERE id = ?", id);
            if (mark.batch().marked) handle.execute("DELETE FROM update_done WHERE batch_id = ?", id);
        }
    }

    /** Whether there is more to write. */
    private boolean settle(List<Mark> written, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (failure == null) {
                for (var mark : written) {
                    mark.batch().marked = true;
                    if (mark.left() == 0) batches.remove(mark.batch().id);
                    if (mark.left() == mark.batch().left) dirty.remove(mark.batch());
                }
            }
            flushFailure = failure;
            flushing = failure == null && !dirty.isEmpty();
            if (!flushing) idle.signalAll();
            return flushing;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        boolean write;
        lock.lock();
        try {
            write = !flushing && !dirty.isEmpty();
            if (write) flushing = true;
        } finally {
            lock.unlock();
        }
        if (write) write();
        lock.lock();
        try {
            while (flushing) idle.awaitUninterruptibly();
            var failure = flushFailure;
            flushFailure = null;
            if (failure != null) throw rethrown(failure);
        } finally {
            lock.unlock();
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        return switch (failure) {
            case JournalException.NotStored it -> new JournalException.NotStored(String.valueOf(it.getMessage()), it);
            case JournalException.Unusable it -> new JournalException.Unusable(String.valueOf(it.getMessage()), it);
            default -> new IllegalStateException(failure);
        };
    }

    @Override
    public long size() {
        lock.lock();
        try {
            return Math.max(0, size); // an update may end before its append has counted it
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        flush();
    }

    private BitSet bits(long batch, int count, byte[] bytes, long checksum) {
        var bits = BitSet.valueOf(bytes);
        if (checksum != checksum(bytes, batch) || bits.length() > count) throw damaged();
        return bits;
    }

    private JournalException damaged() {
        return SqliteDatabase.damaged(database.file(), null);
    }

    private static long checksum(byte[] bytes, long... numbers) {
        var crc = new CRC32C();
        for (long number : numbers) crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        crc.update(bytes);
        return crc.getValue();
    }
}
