package io.botmesh.store;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.store.Attempts.Count;
import io.botmesh.store.JournalTables.StoredBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The update journal of one bot in a {@link Database}: a row per batch, a bitmap of what has ended, and the ranges of
 * ids that arrived in the last two days. A batch is deleted when all of it has ended. One such object per bot and database at
 * a time: whoever opens it takes it over, and all that an earlier one still writes fails as
 * {@link JournalException.TakenOver}, so two processes never work on the same updates for longer than a handler runs.
 *
 * @param <U> the update
 */
public final class JdbcJournal<U> implements Journal<U> {
    /** How long a mark may wait for an append whose transaction it can share. */
    private static final Duration LINGER = Duration.ofMillis(10);

    /** How an update becomes bytes and back; {@code decode} gets exactly what {@code encode} gave. */
    public record Codec<U>(Function<? super U, byte[]> encode, Function<byte[], ? extends U> decode) {
        /** For updates that are bytes already. */
        public static Codec<byte[]> bytes() {
            return new Codec<>(bytes -> bytes, bytes -> bytes);
        }
    }

    /** A handler whose writes to the journal's database and whose update's end are one. */
    @FunctionalInterface
    public interface TransactionalHandler<U> {
        /**
         * Handles an update, as a {@link Handler} does, and returns what is to be written. That runs after this, in the
         * transaction that also marks the update as ended, on the database's one thread: so what takes long belongs here,
         * and only the writes belong there. What happens here may happen again after a crash; the writes never.
         *
         * @throws Exception any failure: nothing is written, and the update goes the way of all failures
         */
        Database.Work<?> handle(Delivery<U> delivery) throws Exception;
    }

    /** A batch of which something has not ended, or whose end is not on disk yet. */
    private static final class Batch {
        final long id;
        final int size;
        final BitSet done;
        /** On their way to the dead letters: nobody reads them back meanwhile. */
        final BitSet dying = new BitSet();
        /** Ended in the transaction that the database's thread is at. */
        final BitSet ending = new BitSet();

        int left;
        /** Nothing but its row is on disk: no bitmap and no attempts. */
        boolean bare;

        Batch(long id, int size, BitSet done, boolean bare) {
            this.bare = bare;
            this.id = id;
            this.size = size;
            this.done = done;
            this.left = size - done.cardinality();
        }

        /** What is to be on disk when the transaction commits. */
        BitSet ended() {
            var ended = (BitSet) done.clone();
            ended.or(ending);
            return ended;
        }

        boolean holds(int place) {
            return place < size && !done.get(place) && !dying.get(place);
        }
    }

    /** Marks as they were when they were written. */
    private record Marks(Map<Batch, BitSet> done, Map<Long, Count> attempts) {}

    private record Appended(long batch, List<Integer> fresh, SeenIds.Time time, Marks marks) {}

    private record Unreadable(long sequence, int attempts, RuntimeException why) {}

    private final Database database;
    private final ToLongFunction<? super U> updateId;
    private final Codec<U> codec;
    private final InstantSource clock;
    private final JournalTables tables;
    private final SeenIds seen;
    private final JdbcDeadLetters<U> deadLetters;
    private final long incarnation;
    private volatile LongConsumer replays = sequence -> {};

    private final Executor later = CompletableFuture.delayedExecutor(LINGER.toMillis(), TimeUnit.MILLISECONDS);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<Long, Batch> batches = new HashMap<>();
    private final LinkedHashSet<Batch> dirty = new LinkedHashSet<>();
    private final Attempts attempts;
    /** Marks are being written. */
    private boolean flushing;
    /** Marks are going to be written when they have waited for long enough. */
    private boolean lingering;
    /** An append has taken marks with it since that began, so what is left is younger. */
    private boolean shared;
    /** Callers that wait until all marks are written. */
    private int flushers;

    private @Nullable Throwable flushFailure;
    /** Entries that are becoming dead letters. */
    private int dying;
    /** The transaction that {@link Batch#ending} is about. */
    private long transaction;

    private long size;

    /**
     * The journal of one bot. The database stays the caller's to close.
     *
     * @param botId    scope of the update ids: the number before the colon of the token
     * @param updateId the id by which a repeated update is known
     */
    public JdbcJournal(Database database, long botId, ToLongFunction<? super U> updateId, Codec<U> codec) {
        this(database, botId, updateId, codec, InstantSource.system(), System::nanoTime);
    }

    JdbcJournal(
            Database database,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.database = database;
        this.updateId = updateId;
        this.codec = codec;
        this.clock = clock;
        this.tables = new JournalTables(database, botId);
        this.seen = new SeenIds(tables, botId, clock, nanoTime);
        this.attempts = new Attempts(botId);
        this.deadLetters = new JdbcDeadLetters<>(database, tables, botId, codec, new JdbcDeadLetters.Revival() {
            @Override
            public boolean replay(long sequence) {
                return revive(sequence);
            }

            @Override
            public void settle() {
                flush();
            }
        });
        this.incarnation = database.call(tables::begin);
        this.size = database.call(handle -> {
            attempts.countVanished(handle, tables);
            tables.markDead(handle);
            return tables.countUndone(handle);
        });
    }

    /** The journal of a bot's updates, each kept as it came. The database stays the caller's to close. */
    public static JdbcJournal<RawUpdate> ofUpdates(Database database, BotToken token) {
        return new JdbcJournal<>(
                database, token.botId(), RawUpdate::updateId, new Codec<>(RawUpdate::bytes, RawUpdate::parse));
    }

    /** Ids of the bots that have a journal in this database, in order. */
    public static List<Long> bots(Database database) {
        return database.call(JournalTables::bots);
    }

    Database database() {
        return database;
    }

    long botId() {
        return tables.botId();
    }

    // ---- entries ----------------------------------------------------------------------------------------------------

    @Override
    public List<Entry<U>> append(List<U> updates) {
        var entries = new ArrayList<Entry<U>>(updates.size());
        for (int from = 0; from < updates.size(); from += JournalTables.LARGEST_BATCH)
            entries.addAll(
                    appendBatch(updates.subList(from, Math.min(updates.size(), from + JournalTables.LARGEST_BATCH))));
        return entries;
    }

    private List<Entry<U>> appendBatch(List<U> updates) {
        var ids = updates.stream().mapToLong(updateId).toArray();
        var encoded = updates.stream().map(codec.encode()).toArray(byte[][]::new);
        var appended = database.call(handle -> store(handle, ids, encoded), stored -> shared(stored.marks()));
        seen.admitted(appended.time());
        grow(appended.fresh().size());
        var entries = new ArrayList<Entry<U>>(appended.fresh().size());
        for (int place : appended.fresh())
            entries.add(new Entry<>(
                    JournalTables.sequence(appended.batch(), entries.size()), 0, 0, false, updates.get(place)));
        return entries;
    }

    private Appended store(Handle handle, long[] ids, byte[][] encoded) {
        tables.fence(handle, incarnation);
        var time = seen.time();
        var fresh = seen.admit(handle, ids, time);
        var marks = writeMarks(handle); // first: what they free is where the batch goes
        if (fresh.isEmpty()) return new Appended(0, fresh, time, marks);
        long id = insert(handle, fresh.stream().map(place -> encoded[place]).toList(), true);
        return new Appended(id, fresh, time, marks);
    }

    /** Known before anyone can read it back. A transaction that fails leaves an entry that its id's next owner replaces. */
    private long insert(Handle handle, List<byte[]> updates, boolean bare) {
        long id = tables.insert(handle, incarnation, updates);
        lock.lock();
        try {
            batches.put(id, new Batch(id, updates.size(), new BitSet(updates.size()), bare));
        } finally {
            lock.unlock();
        }
        return id;
    }

    private void grow(int by) {
        lock.lock();
        try {
            size += by;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        var unreadable = new ArrayList<Unreadable>();
        var entries = database.call(handle -> {
            unreadable.clear();
            var found = new ArrayList<Entry<U>>();
            var batch = tables.first(handle, JournalTables.batch(after));
            while (batch.isPresent()) {
                read(handle, batch.get(), after, found, unreadable);
                if (found.size() >= limit) break;
                batch = tables.first(handle, batch.get().id() + 1);
            }
            return found;
        });
        for (var one : unreadable) dead(one.sequence(), one.attempts(), DeadLetters.Cause.of(one.why()));
        return entries;
    }

    private void read(
            Handle handle, StoredBatch stored, long after, List<Entry<U>> entries, List<Unreadable> unreadable) {
        if (stored.born() > incarnation) throw tables.damaged();
        int count = stored.updates().size();
        var counts = attempts.stored(handle, tables, stored.id());
        var open = new BitSet();
        lock.lock();
        try {
            var batch = batches.computeIfAbsent(stored.id(), id -> new Batch(id, count, stored.done(), false));
            for (int place = 0; place < count; place++) open.set(place, batch.holds(place)); // newer than on disk
            counts.replaceAll((sequence, old) -> {
                if (open.get(JournalTables.place(sequence))) attempts.learn(sequence, old);
                return old;
            });
            for (int place = open.nextSetBit(0); place >= 0; place = open.nextSetBit(place + 1)) {
                var known = attempts.known(JournalTables.sequence(stored.id(), place));
                if (known != null) counts.put(JournalTables.sequence(stored.id(), place), known);
            }
        } finally {
            lock.unlock();
        }
        for (int place = open.nextSetBit(0); place >= 0; place = open.nextSetBit(place + 1)) {
            long sequence = JournalTables.sequence(stored.id(), place);
            if (sequence <= after) continue;
            var seenSoFar = counts.getOrDefault(sequence, Count.NONE);
            try {
                entries.add(new Entry<>(
                        sequence,
                        seenSoFar.attempts(),
                        seenSoFar.vanished(),
                        seenSoFar.repeated() || stored.born() < incarnation,
                        codec.decode().apply(stored.updates().get(place))));
            } catch (RuntimeException undecodable) {
                unreadable.add(new Unreadable(sequence, seenSoFar.attempts(), undecodable));
            }
        }
    }

    // ---- marks ------------------------------------------------------------------------------------------------------

    @Override
    public void began(long sequence, int attempt) {
        lock.lock();
        try {
            if (!holds(sequence)) return;
            attempts.set(sequence, attempt, true);
            batch(JournalTables.batch(sequence)).bare = false;
        } finally {
            lock.unlock();
        }
        var written = database.call(handle -> {
            tables.fence(handle, incarnation);
            var now = count(sequence);
            if (now.isPresent()) attempts.write(handle, sequence, now.get());
            return now;
        });
        lock.lock();
        try {
            written.ifPresent(count -> attempts.written(Map.of(sequence, count)));
        } finally {
            lock.unlock();
        }
    }

    private Optional<Count> count(long sequence) {
        lock.lock();
        try {
            return Optional.ofNullable(attempts.known(sequence));
        } finally {
            lock.unlock();
        }
    }

    private boolean holds(long sequence) {
        var batch = batches.get(JournalTables.batch(sequence));
        return batch != null && batch.holds(JournalTables.place(sequence));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws as {@link #done} does.
     */
    @Override
    public void failed(long sequence, int attempts) {
        mark(() -> {
            if (!holds(sequence)) return false;
            this.attempts.set(sequence, attempts, false);
            batch(JournalTables.batch(sequence)).bare = false;
            return true;
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws if an earlier mark could not be written; this one is kept like that one, and both are tried again.
     */
    @Override
    public void done(long sequence) {
        mark(() -> holds(sequence) && end(sequence));
    }

    private boolean end(long sequence) {
        var batch = batches.get(JournalTables.batch(sequence));
        if (batch == null) return false;
        batch.done.set(JournalTables.place(sequence));
        batch.dying.clear(JournalTables.place(sequence));
        batch.ending.clear(JournalTables.place(sequence));
        batch.left--;
        size--;
        dirty.add(batch);
        attempts.forget(sequence);
        return true;
    }

    private interface Change {
        /** Whether there is something to write. */
        boolean make();
    }

    private void mark(Change change) {
        Throwable failure;
        lock.lock();
        try {
            if (!change.make()) return;
            linger();
            failure = flushFailure;
            flushFailure = null;
        } finally {
            lock.unlock();
        }
        if (failure != null) throw rethrown(failure);
    }

    /** Lets marks wait a moment, because a journal at work appends again within it. Under the lock. */
    private void linger() {
        if (flushing || lingering) return;
        lingering = true;
        shared = false;
        later.execute(this::writeWhatWaits);
    }

    private void writeWhatWaits() {
        lock.lock();
        try {
            lingering = false;
            if (flushing || !isUnwritten()) return;
            if (shared) {
                linger();
                return;
            }
            flushing = true;
        } finally {
            lock.unlock();
        }
        write();
    }

    private boolean isUnwritten() {
        return !dirty.isEmpty() || attempts.isUnwritten();
    }

    private void write() {
        var unused = database.submit(handle -> {
                    tables.fence(handle, incarnation);
                    return writeMarks(handle);
                })
                .whenComplete((marks, failure) -> {
                    if (settle(marks, failure)) write();
                });
    }

    private Marks writeMarks(Handle handle) {
        var marks = marks();
        marks.done().forEach((batch, done) -> tables.mark(handle, batch.id, batch.size, done, batch.bare));
        marks.attempts().forEach((sequence, count) -> attempts.write(handle, sequence, count));
        return marks;
    }

    /** What others of a group were to end, that failed, has not ended unless they try again. Under the lock. */
    private void forgetEarlierTransaction() {
        if (database.begun() == transaction) return;
        transaction = database.begun();
        batches.values().forEach(batch -> batch.ending.clear());
    }

    private Marks marks() {
        lock.lock();
        try {
            forgetEarlierTransaction();
            var done = new HashMap<Batch, BitSet>();
            for (var batch : dirty) {
                var ended = batch.ended();
                if (ended.cardinality() < batch.size) batch.bare = false;
                done.put(batch, ended);
            }
            return new Marks(done, attempts.unwritten());
        } finally {
            lock.unlock();
        }
    }

    /** An append has written marks too. */
    private void shared(Marks written) {
        lock.lock();
        try {
            settled(written);
            shared = true;
        } finally {
            lock.unlock();
        }
    }

    private void settled(Marks written) {
        written.done().forEach((batch, done) -> {
            int left = batch.size - done.cardinality();
            if (left == 0) batches.remove(batch.id);
            if (left == batch.left) dirty.remove(batch);
        });
        attempts.written(written.attempts());
    }

    /** Whether there is more to write at once. */
    private boolean settle(@Nullable Marks written, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (written != null) settled(written);
            flushFailure = failure;
            boolean more = failure == null && isUnwritten();
            flushing = more && flushers > 0;
            if (more && !flushing) linger();
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
            while (dying > 0) idle.awaitUninterruptibly();
            flushers++;
            write = !flushing && isUnwritten();
            if (write) flushing = true;
        } finally {
            lock.unlock();
        }
        if (write) write();
        lock.lock();
        try {
            while (flushing) idle.awaitUninterruptibly();
            flushers--;
            var failure = flushFailure;
            flushFailure = null;
            if (failure != null) throw rethrown(failure);
        } finally {
            lock.unlock();
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        return failure instanceof JournalException journal
                ? Database.again(journal)
                : new IllegalStateException(failure);
    }

    // ---- effectively once -------------------------------------------------------------------------------------------

    /**
     * A handler whose writes to this journal's database are there exactly once, whatever dies when: they commit together
     * with the end of the update.
     */
    public Handler<U> transactional(TransactionalHandler<U> handler) {
        return delivery -> {
            var writes = handler.handle(delivery);
            try {
                end(delivery, writes);
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed; // the work's own
            }
        };
    }

    /**
     * Runs the work, and marks what the delivery answers for as ended, in one transaction; returns when that is on stable
     * storage. For the last step of a handler: what fails after it cannot bring the update back.
     *
     * @return false, without running the work, if all of it has ended already
     * @throws IllegalStateException if the delivery is not of this journal
     */
    public boolean end(Delivery<U> delivery, Database.Work<?> work) {
        var sequences = delivery.sequences();
        if (sequences.isEmpty()) throw new IllegalStateException("a delivery without a journal");
        if (!holdsAny(sequences)) return false;
        return database.call(
                handle -> {
                    forget(sequences); // of an attempt at this transaction that failed
                    tables.fence(handle, incarnation);
                    // An earlier commit whose outcome nobody heard may have been it.
                    if (sequences.stream().allMatch(sequence -> tables.hasEnded(handle, sequence))) return false;
                    work.run(handle);
                    for (var batch : endings(sequences).entrySet())
                        tables.mark(handle, batch.getKey().id, batch.getKey().size, batch.getValue(), false);
                    return true;
                },
                ended -> settle(sequences),
                failed -> forget(sequences));
    }

    private boolean holdsAny(List<Long> sequences) {
        lock.lock();
        try {
            return sequences.stream().anyMatch(this::holds);
        } finally {
            lock.unlock();
        }
    }

    /** From now on marks of the same batches include these, for they may follow in the same transaction. */
    private Map<Batch, BitSet> endings(List<Long> sequences) {
        lock.lock();
        try {
            forgetEarlierTransaction();
            var touched = new HashMap<Batch, BitSet>();
            for (long sequence : sequences) {
                if (!holds(sequence)) continue;
                var batch = batch(JournalTables.batch(sequence));
                batch.ending.set(JournalTables.place(sequence));
                batch.bare = false;
                touched.put(batch, batch.ended());
            }
            return touched;
        } finally {
            lock.unlock();
        }
    }

    private void settle(List<Long> sequences) {
        lock.lock();
        try {
            for (long sequence : sequences) if (holds(sequence)) end(sequence);
        } finally {
            lock.unlock();
        }
    }

    private void forget(List<Long> sequences) {
        lock.lock();
        try {
            for (long sequence : sequences) {
                var batch = batches.get(JournalTables.batch(sequence));
                if (batch != null) batch.ending.clear(JournalTables.place(sequence));
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- dead letters -----------------------------------------------------------------------------------------------

    /**
     * {@inheritDoc}
     *
     * <p>If the letter cannot be written, the entry has not ended: it comes again after a restart, and {@link #flush} throws.
     */
    @Override
    public void dead(long sequence, int attempts, DeadLetters.Cause cause) {
        long id = JournalTables.batch(sequence);
        int place = JournalTables.place(sequence);
        lock.lock();
        try {
            if (!holds(sequence)) return;
            batch(id).dying.set(place);
            dying++;
        } finally {
            lock.unlock();
        }
        var at = Instant.ofEpochMilli(clock.millis());
        var unused = database.submit(handle -> {
                    tables.fence(handle, incarnation);
                    var stored = tables.first(handle, id).filter(batch -> batch.id() == id);
                    byte[] payload =
                            stored.orElseThrow(tables::damaged).updates().get(place);
                    deadLetters.insert(handle, sequence, attempts, cause, at, payload);
                    return true;
                })
                .whenComplete((kept, failure) -> buried(sequence, failure));
    }

    private Batch batch(long id) {
        var batch = batches.get(id);
        if (batch == null) throw new IllegalStateException("no batch " + id);
        return batch;
    }

    private void buried(long sequence, @Nullable Throwable failure) {
        lock.lock();
        try {
            dying--;
            if (failure == null) {
                end(sequence);
                linger();
            } else {
                batch(JournalTables.batch(sequence)).dying.clear(JournalTables.place(sequence));
                flushFailure = failure;
            }
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public DeadLetters<U> deadLetters() {
        return deadLetters;
    }

    @Override
    public void onReplay(LongConsumer listener) {
        replays = listener;
    }

    private boolean revive(long sequence) {
        long revived = database.call(
                handle -> {
                    tables.fence(handle, incarnation);
                    var payload = deadLetters.payload(handle, sequence);
                    if (payload.isEmpty()) return 0L;
                    deadLetters.delete(handle, sequence);
                    long fresh = JournalTables.sequence(insert(handle, List.of(payload.get()), false), 0);
                    attempts.write(handle, fresh, Count.REPLAYED);
                    return fresh;
                },
                fresh -> {
                    if (fresh == 0) return;
                    grow(1);
                    replays.accept(fresh); // here, because commits come in order
                });
        return revived != 0;
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
}
