package io.botmesh.store;

import io.botmesh.store.Attempts.Count;
import io.botmesh.store.JournalTables.StoredBatch;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a journal knows in memory: the batches of which something has not ended or whose end is not on disk yet, and the
 * attempts at their entries. Newer than what is on disk by what {@link #marks} tells. Does no I/O; its lock is held for
 * no longer than a look.
 */
final class OpenBatches {
    /** A batch of which something has not ended, or whose end is not on disk yet. */
    static final class Batch {
        final long id;
        final int size;
        private final BitSet done;
        /** On their way to the dead letters: nobody reads them back meanwhile. */
        private final BitSet dying = new BitSet();
        /** Ended in the transaction that the database's thread is at. */
        private final BitSet ending = new BitSet();

        private int left;
        /** Nothing but its row is on disk: no bitmap and no attempts. */
        private boolean bare;

        private Batch(long id, int size, BitSet done, boolean bare) {
            this.bare = bare;
            this.id = id;
            this.size = size;
            this.done = done;
            this.left = size - done.cardinality();
        }

        /** What is to be on disk when the transaction commits. */
        private BitSet ended() {
            var ended = (BitSet) done.clone();
            ended.or(ending);
            return ended;
        }

        private boolean holds(int place) {
            return place < size && !done.get(place) && !dying.get(place);
        }
    }

    /** The bitmap that a batch is to have on disk; {@code bare} as {@link JournalTables#mark} wants it. */
    record Mark(Batch batch, BitSet done, boolean bare) {}

    /** What is to be written, as it was when somebody asked. */
    record Marks(List<Mark> batches, Map<Long, Count> attempts) {}

    private final Database database;
    private final Attempts attempts;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Batch> batches = new HashMap<>();
    private final LinkedHashSet<Batch> dirty = new LinkedHashSet<>();
    /** The transaction that {@link Batch#ending} is about. */
    private long transaction;

    private long size;

    /**
     * @param database says which transaction it is at
     * @param attempts guarded by the lock in here from now on
     * @param size     entries that have not ended
     */
    OpenBatches(Database database, Attempts attempts, long size) {
        this.database = database;
        this.attempts = attempts;
        this.size = size;
    }

    /** Entries that have not ended. */
    long size() {
        lock.lock();
        try {
            return Math.max(0, size); // an update may end before its append has counted it
        } finally {
            lock.unlock();
        }
    }

    /** Counts entries of a batch that is on disk now. */
    void grow(int by) {
        lock.lock();
        try {
            size += by;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A batch that the transaction has stored. A transaction that fails leaves it here, until the next owner of its id
     * replaces it.
     */
    void add(long id, int entries, boolean bare) {
        lock.lock();
        try {
            batches.put(id, new Batch(id, entries, new BitSet(entries), bare));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The places of a stored batch that have not ended, in order.
     *
     * @param counts the attempts on disk; those known better are put right
     */
    BitSet open(StoredBatch stored, Map<Long, Count> counts) {
        int entries = stored.updates().size();
        var open = new BitSet(entries);
        lock.lock();
        try {
            var batch = batches.computeIfAbsent(stored.id(), id -> new Batch(id, entries, stored.done(), false));
            for (int place = 0; place < entries; place++) open.set(place, batch.holds(place)); // newer than on disk
            counts.forEach((sequence, count) -> {
                if (open.get(JournalTables.place(sequence))) attempts.learn(sequence, count);
            });
            for (int place = open.nextSetBit(0); place >= 0; place = open.nextSetBit(place + 1)) {
                long sequence = JournalTables.sequence(stored.id(), place);
                var known = attempts.known(sequence);
                if (known != null) counts.put(sequence, known);
            }
        } finally {
            lock.unlock();
        }
        return open;
    }

    // ---- what happens to an entry -----------------------------------------------------------------------------------

    boolean holdsAny(Collection<Long> sequences) {
        lock.lock();
        try {
            return sequences.stream().anyMatch(this::holds);
        } finally {
            lock.unlock();
        }
    }

    private boolean holds(long sequence) {
        var batch = batches.get(JournalTables.batch(sequence));
        return batch != null && batch.holds(JournalTables.place(sequence));
    }

    private Batch batch(long sequence) {
        var batch = batches.get(JournalTables.batch(sequence));
        if (batch == null) throw new IllegalStateException("no batch of " + sequence);
        return batch;
    }

    /** Notes an attempt; false if the entry has ended. */
    boolean attempt(long sequence, int attempt, boolean unfinished) {
        lock.lock();
        try {
            if (!holds(sequence)) return false;
            attempts.set(sequence, attempt, unfinished);
            batch(sequence).bare = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The attempts at an entry, if they are not forgotten with its end. */
    Optional<Count> attempts(long sequence) {
        lock.lock();
        try {
            return Optional.ofNullable(attempts.known(sequence));
        } finally {
            lock.unlock();
        }
    }

    void attemptWritten(long sequence, Count count) {
        lock.lock();
        try {
            attempts.written(Map.of(sequence, count));
        } finally {
            lock.unlock();
        }
    }

    /** Ends an entry; false if it had ended. */
    boolean end(long sequence) {
        lock.lock();
        try {
            if (!holds(sequence)) return false;
            ended(sequence);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void ended(long sequence) {
        var batch = batch(sequence);
        int place = JournalTables.place(sequence);
        batch.done.set(place);
        batch.dying.clear(place);
        batch.ending.clear(place);
        batch.left--;
        size--;
        dirty.add(batch);
        attempts.forget(sequence);
    }

    /** Hides an entry while it becomes a dead letter; false if it has ended. */
    boolean die(long sequence) {
        lock.lock();
        try {
            if (!holds(sequence)) return false;
            batch(sequence).dying.set(JournalTables.place(sequence));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The entry is a dead letter, and so has ended, or could not become one, and has not. */
    void died(long sequence, boolean kept) {
        lock.lock();
        try {
            if (kept) ended(sequence);
            else batch(sequence).dying.clear(JournalTables.place(sequence));
        } finally {
            lock.unlock();
        }
    }

    // ---- ends within a transaction of others; on the database's thread
    // ------------------------------------------------

    /** From now on marks of the same batches include these, for they may follow in the same transaction. */
    List<Mark> ending(Collection<Long> sequences) {
        lock.lock();
        try {
            forgetEarlierTransaction();
            var touched = new LinkedHashSet<Batch>();
            for (long sequence : sequences) {
                if (!holds(sequence)) continue;
                var batch = batch(sequence);
                batch.ending.set(JournalTables.place(sequence));
                batch.bare = false;
                touched.add(batch);
            }
            return touched.stream()
                    .map(batch -> new Mark(batch, batch.ended(), false))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The transaction has committed. */
    void ended(Collection<Long> sequences) {
        lock.lock();
        try {
            for (long sequence : sequences) if (holds(sequence)) ended(sequence);
        } finally {
            lock.unlock();
        }
    }

    /** The transaction has failed, or begins anew. */
    void notEnding(Collection<Long> sequences) {
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

    /** What others of a group were to end, that failed, has not ended unless they try again. */
    private void forgetEarlierTransaction() {
        if (database.begun() == transaction) return;
        transaction = database.begun();
        batches.values().forEach(batch -> batch.ending.clear());
    }

    // ---- what is not on disk
    // ------------------------------------------------------------------------------------------

    boolean isUnwritten() {
        lock.lock();
        try {
            return !dirty.isEmpty() || attempts.isUnwritten();
        } finally {
            lock.unlock();
        }
    }

    /** All that has changed; on the database's thread. */
    Marks marks() {
        lock.lock();
        try {
            forgetEarlierTransaction();
            var marks = dirty.stream()
                    .map(batch -> {
                        var ended = batch.ended();
                        if (ended.cardinality() < batch.size) batch.bare = false;
                        return new Mark(batch, ended, batch.bare);
                    })
                    .toList();
            return new Marks(marks, attempts.unwritten());
        } finally {
            lock.unlock();
        }
    }

    /** These are on disk. */
    void written(Marks marks) {
        lock.lock();
        try {
            for (var mark : marks.batches()) {
                int left = mark.batch().size - mark.done().cardinality();
                if (left == 0) batches.remove(mark.batch().id);
                if (left == mark.batch().left) dirty.remove(mark.batch());
            }
            attempts.written(marks.attempts());
        } finally {
            lock.unlock();
        }
    }
}
