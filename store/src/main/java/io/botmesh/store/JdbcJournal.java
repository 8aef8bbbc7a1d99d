package io.botmesh.store;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.store.Attempts.Count;
import io.botmesh.store.JournalTables.StoredBatch;
import io.botmesh.store.OpenBatches.Mark;
import io.botmesh.store.OpenBatches.Marks;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;

/**
 * The update journal of one bot in a {@link Database}: a row per batch, a bitmap of what has ended, and the ranges of
 * ids that arrived in the last days. A batch is deleted when all of it has ended. One such object per bot and database at
 * a time: whoever opens it takes it over, and all that an earlier one still writes fails as
 * {@link JournalException.TakenOver}, so two processes never work on the same updates for longer than a handler runs.
 *
 * @param <U> the update
 */
public final class JdbcJournal<U> implements Journal<U> {
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

    private final Attempts attempts;
    private final OpenBatches open;
    private final MarkWriter marks;
    private Runnable onClose = () -> {};

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
        this(database, botId, updateId, codec, clock, nanoTime, handle -> {});
    }

    /** @param permit is run in the transaction that opens it, and refuses by an exception */
    private JdbcJournal(
            Database database,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock,
            LongSupplier nanoTime,
            Consumer<Handle> permit) {
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
        this.incarnation = database.call(handle -> {
            permit.accept(handle);
            return tables.begin(handle);
        });
        this.open = new OpenBatches(database, attempts, database.call(handle -> {
            attempts.countVanished(handle, tables);
            tables.markDead(handle);
            return tables.countUndone(handle);
        }));
        this.marks = new MarkWriter(
                open,
                () -> database.submit(handle -> {
                    tables.fence(handle, incarnation);
                    return writeMarks(handle);
                }));
    }

    /** The journal of a bot's updates, each kept as it came. The database stays the caller's to close. */
    public static JdbcJournal<RawUpdate> ofUpdates(Database database, BotToken token) {
        return new JdbcJournal<>(
                database, token.botId(), RawUpdate::updateId, new Codec<>(RawUpdate::bytes, RawUpdate::parse));
    }

    /**
     * The journal of a bot's updates, opened only if the lease is still held: a program that was frozen between the two
     * cannot take the journal away from its successor. The database is the one that the lease is in.
     *
     * @throws JournalException.TakenOver if another program has had the lease since
     */
    public static JdbcJournal<RawUpdate> ofUpdates(Database database, BotToken token, PostgresLease lease) {
        return new JdbcJournal<>(
                database,
                token.botId(),
                RawUpdate::updateId,
                new Codec<>(RawUpdate::bytes, RawUpdate::parse),
                InstantSource.system(),
                System::nanoTime,
                lease::require);
    }

    /**
     * Opens journals of a bot in a SQLite file, for whoever may open one only under a {@link FileLease}: each closes its database, too.
     */
    public static LongFunction<JdbcJournal<RawUpdate>> opener(Path file, BotToken token) {
        return fence -> owning(SqliteDatabase.open(file), database -> ofUpdates(database, token));
    }

    /**
     * Opens journals of a bot in PostgreSQL, for whoever may open one only under this lease of the same database: each closes
     * its connections, too.
     */
    public static LongFunction<JdbcJournal<RawUpdate>> opener(
            String url, String user, String password, BotToken token, PostgresLease lease) {
        return fence ->
                owning(PostgresDatabase.open(url, user, password), database -> ofUpdates(database, token, lease));
    }

    private static JdbcJournal<RawUpdate> owning(Database database, Function<Database, JdbcJournal<RawUpdate>> opener) {
        try {
            var journal = opener.apply(database);
            journal.onClose = database::close;
            return journal;
        } catch (RuntimeException refused) {
            database.close();
            throw refused;
        }
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

    @Override
    public OptionalLong owner() {
        return OptionalLong.of(botId());
    }

    @Override
    public Optional<String> waitsFor() {
        return database.absence();
    }

    // ---- entries ----------------------------------------------------------------------------------------------------

    @Override
    public List<Entry<U>> append(List<U> updates) {
        var arrived = Instant.ofEpochMilli(clock.millis()); // before it waits for the database
        var entries = new ArrayList<Entry<U>>(updates.size());
        for (int from = 0; from < updates.size(); from += JournalTables.LARGEST_BATCH)
            entries.addAll(appendBatch(
                    arrived, updates.subList(from, Math.min(updates.size(), from + JournalTables.LARGEST_BATCH))));
        return entries;
    }

    private List<Entry<U>> appendBatch(Instant arrived, List<U> updates) {
        var ids = updates.stream().mapToLong(updateId).toArray();
        var encoded = updates.stream().map(codec.encode()).toArray(byte[][]::new);
        var appended =
                database.call(handle -> store(handle, arrived, ids, encoded), stored -> marks.shared(stored.marks()));
        seen.admitted(appended.time());
        open.grow(appended.fresh().size());
        var entries = new ArrayList<Entry<U>>(appended.fresh().size());
        for (int place : appended.fresh())
            entries.add(new Entry<>(
                    JournalTables.sequence(appended.batch(), entries.size()),
                    0,
                    0,
                    false,
                    arrived,
                    updates.get(place)));
        return entries;
    }

    private Appended store(Handle handle, Instant arrived, long[] ids, byte[][] encoded) {
        tables.fence(handle, incarnation);
        var time = seen.time();
        var fresh = seen.admit(handle, ids, time);
        var marks = writeMarks(handle); // first: what they free is where the batch goes
        if (fresh.isEmpty()) return new Appended(0, fresh, time, marks);
        long id = insert(
                handle, arrived, fresh.stream().map(place -> encoded[place]).toList(), true);
        return new Appended(id, fresh, time, marks);
    }

    private long insert(Handle handle, Instant arrived, List<byte[]> updates, boolean bare) {
        long id = tables.insert(handle, incarnation, arrived, updates);
        open.add(id, updates.size(), bare); // known before anyone can read it back
        return id;
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        return read((handle, found, unreadable) -> {
            var batch = tables.first(handle, JournalTables.batch(after));
            while (batch.isPresent()) {
                read(handle, batch.get(), sequence -> sequence > after, found, unreadable);
                if (found.size() >= limit) break;
                batch = tables.first(handle, batch.get().id() + 1);
            }
        });
    }

    @Override
    public List<Entry<U>> undone(List<Long> sequences) {
        var byBatch = new TreeMap<Long, Set<Long>>();
        for (long sequence : sequences)
            byBatch.computeIfAbsent(JournalTables.batch(sequence), none -> new HashSet<>())
                    .add(sequence);
        return read((handle, found, unreadable) -> byBatch.forEach((id, wanted) -> tables.first(handle, id)
                .filter(batch -> batch.id() == id)
                .ifPresent(batch -> read(handle, batch, wanted::contains, found, unreadable))));
    }

    private interface Reading<U> {
        void read(Handle handle, List<Entry<U>> found, List<Unreadable> unreadable);
    }

    private List<Entry<U>> read(Reading<U> reading) {
        var unreadable = new ArrayList<Unreadable>();
        var entries = database.call(handle -> {
            unreadable.clear();
            var found = new ArrayList<Entry<U>>();
            reading.read(handle, found, unreadable);
            return found;
        });
        for (var one : unreadable) dead(one.sequence(), one.attempts(), DeadLetters.Cause.of(one.why()));
        return entries;
    }

    private void read(
            Handle handle,
            StoredBatch stored,
            LongPredicate wanted,
            List<Entry<U>> entries,
            List<Unreadable> unreadable) {
        if (stored.born() > incarnation) throw tables.damaged();
        var counts = attempts.stored(handle, tables, stored.id());
        var left = open.open(stored, counts);
        for (int place = left.nextSetBit(0); place >= 0; place = left.nextSetBit(place + 1)) {
            long sequence = JournalTables.sequence(stored.id(), place);
            if (!wanted.test(sequence)) continue;
            var seenSoFar = counts.getOrDefault(sequence, Count.NONE);
            try {
                entries.add(new Entry<>(
                        sequence,
                        seenSoFar.attempts(),
                        seenSoFar.vanished(),
                        seenSoFar.repeated() || stored.born() < incarnation,
                        stored.arrived(),
                        codec.decode().apply(stored.updates().get(place))));
            } catch (RuntimeException undecodable) {
                unreadable.add(new Unreadable(sequence, seenSoFar.attempts(), undecodable));
            }
        }
    }

    // ---- marks ------------------------------------------------------------------------------------------------------

    @Override
    public void began(long sequence, int attempt) {
        if (!open.attempt(sequence, attempt, true)) return;
        var written = database.call(handle -> {
            tables.fence(handle, incarnation);
            var now = open.attempts(sequence);
            if (now.isPresent()) attempts.write(handle, sequence, now.get());
            return now;
        });
        written.ifPresent(count -> open.attemptWritten(sequence, count));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws as {@link #done} does.
     */
    @Override
    public void failed(long sequence, int attempts) {
        if (open.attempt(sequence, attempts, false)) marks.changed();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws if an earlier mark could not be written; this one is kept like that one, and both are tried again.
     */
    @Override
    public void done(long sequence) {
        if (open.end(sequence)) marks.changed();
    }

    private Marks writeMarks(Handle handle) {
        var unwritten = open.marks();
        unwritten.batches().forEach(mark -> write(handle, mark));
        unwritten.attempts().forEach((sequence, count) -> attempts.write(handle, sequence, count));
        return unwritten;
    }

    private void write(Handle handle, Mark mark) {
        tables.mark(handle, mark.batch().id, mark.batch().size, mark.done(), mark.bare());
    }

    @Override
    public void flush() {
        marks.flush();
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
        if (!delivery.isKeptIn(this)) throw new IllegalStateException("a delivery of another journal");
        if (!open.holdsAny(sequences)) return false;
        return database.call(
                handle -> {
                    open.notEnding(sequences); // of an attempt at this transaction that failed
                    tables.fence(handle, incarnation);
                    // An earlier commit whose outcome nobody heard may have been it.
                    if (sequences.stream().allMatch(sequence -> tables.hasEnded(handle, sequence))) return false;
                    work.run(handle);
                    open.ending(sequences).forEach(mark -> write(handle, mark));
                    return true;
                },
                ended -> open.ended(sequences),
                failed -> open.notEnding(sequences));
    }

    // ---- dead letters -----------------------------------------------------------------------------------------------

    /**
     * {@inheritDoc}
     *
     * <p>If the letter cannot be written, the entry has not ended: it comes again after a restart, and {@link #flush} throws.
     */
    @Override
    public void dead(long sequence, int attempts, DeadLetters.Cause cause) {
        if (!open.die(sequence)) return;
        marks.awaitOneMore();
        long id = JournalTables.batch(sequence);
        var at = Instant.ofEpochMilli(clock.millis());
        var unused = database.submit(handle -> {
                    tables.fence(handle, incarnation);
                    var stored = tables.first(handle, id).filter(batch -> batch.id() == id);
                    byte[] payload =
                            stored.orElseThrow(tables::damaged).updates().get(JournalTables.place(sequence));
                    deadLetters.insert(handle, sequence, attempts, cause, at, payload);
                    return true;
                })
                .whenComplete((kept, failure) -> {
                    try {
                        open.died(sequence, failure == null);
                    } finally {
                        marks.onOneMore(failure);
                    }
                });
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
                    var now = Instant.ofEpochMilli(clock.millis());
                    long fresh = JournalTables.sequence(insert(handle, now, List.of(payload.get()), false), 0);
                    attempts.write(handle, fresh, Count.REPLAYED);
                    return fresh;
                },
                fresh -> {
                    if (fresh == 0) return;
                    open.grow(1);
                    replays.accept(fresh); // here, because commits come in order
                });
        return revived != 0;
    }

    @Override
    public long size() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            // Or nobody would get to close what does not answer, for as long as it does not.
            marks.flush(database::isSilent);
        } finally {
            onClose.run();
        }
    }
}
