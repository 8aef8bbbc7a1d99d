package io.botmesh.runner;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FileJournal} knows in memory: the batches of which something has not ended or whose end is not on disk yet,
 * where they lie, and the attempts at their entries. Newer than what is on disk by what {@link #takeMarks} tells. Does no
 * I/O; its lock is held for no longer than a look. What throws for want of memory has changed nothing, or may be repeated.
 */
class OpenEntries {
    /** A sequence is the batch's id and, in the low bits, the place in it. */
    private static final int PLACE_BITS = 16;

    static final int LARGEST_BATCH = 1 << PLACE_BITS;

    /** Of one entry; {@code unfinished} while the last attempt has begun and not ended. */
    record Count(int attempts, int vanished, boolean unfinished) {
        static final Count NONE = new Count(0, 0, false);

        Count with(int attempts, boolean unfinished) {
            return new Count(attempts, vanished, unfinished);
        }

        /** As the next process finds it. */
        Count left() {
            return unfinished ? new Count(attempts, vanished + 1, false) : this;
        }
    }

    /** A batch of which something has not ended, or whose end is not on disk yet. */
    static final class Batch {
        final long id;
        final int size;
        /** Which opening of the journal it arrived in. */
        final long born;
        /** Whether it is a dead letter that was replayed. */
        final boolean revived;
        /** When it did, or was replayed, by the wall clock; null if that is not known. */
        final @Nullable Instant arrived;
        /** Where its record lies; of the journal's thread. */
        Segment segment;

        int offset;
        int length;

        private final BitSet done;
        /** Ended, and not on disk. */
        private final BitSet unmarked;
        /** On their way to the dead letters: nobody reads them back meanwhile. */
        private final BitSet dying = new BitSet();

        private int left;
        private boolean dirty;
        /** Has been handed out. */
        private boolean shown;

        Batch(
                long id,
                int size,
                long born,
                boolean revived,
                @Nullable Instant arrived,
                BitSet done,
                Segment segment,
                int offset,
                int length) {
            this.id = id;
            this.size = size;
            this.born = born;
            this.revived = revived;
            this.arrived = arrived;
            this.done = done;
            this.unmarked = new BitSet(size);
            this.left = size - done.cardinality();
            this.segment = segment;
            this.offset = offset;
            this.length = length;
        }

        private boolean holds(int place) {
            return place < size && !done.get(place) && !dying.get(place);
        }

        private long bytesEach() {
            return length / size;
        }
    }

    /** What has ended since the last mark of a batch; {@code all} if nothing of it is left. */
    record Mark(Batch batch, BitSet ended, boolean all) {}

    /** What is to be written, as it was when somebody asked. */
    record Marks(List<Mark> batches, Map<Long, Count> attempts) {
        boolean isEmpty() {
            return batches.isEmpty() && attempts.isEmpty();
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Batch> batches = new TreeMap<>();
    private final List<Batch> dirty = new ArrayList<>();
    private final Map<Long, Count> counts = new HashMap<>();
    private final LinkedHashSet<Long> uncounted = new LinkedHashSet<>();
    private long size;
    private long bytes;

    static long sequence(long batch, int place) {
        return batch << PLACE_BITS | place;
    }

    static long batch(long sequence) {
        return sequence >> PLACE_BITS;
    }

    static int place(long sequence) {
        return (int) (sequence & (LARGEST_BATCH - 1));
    }

    /** Entries that have not ended. */
    long size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** About how many bytes they take on disk. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** A batch that is on disk; {@code shown} if whoever has appended it may mark it at once. */
    void add(Batch batch, boolean shown) {
        lock.lock();
        try {
            batches.put(batch.id, batch);
            batch.shown = shown;
            size += batch.left;
            bytes += batch.left * batch.bytesEach();
            batch.segment.users++;
        } finally {
            lock.unlock();
        }
    }

    /** What an earlier process has counted. */
    void count(long sequence, Count count) {
        lock.lock();
        try {
            counts.put(sequence, count);
        } finally {
            lock.unlock();
        }
    }

    /** The first batch from this id on that has something to read, or null. */
    @Nullable
    Batch first(long from) {
        lock.lock();
        try {
            for (var batch : batches.tailMap(from).values()) if (batch.left > batch.dying.cardinality()) return batch;
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** All that lie there and have something left, even if that is on its way to the dead letters. */
    List<Batch> in(Segment segment) {
        lock.lock();
        try {
            return batches.values().stream()
                    .filter(batch -> batch.segment.number == segment.number && batch.left > 0)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The batch of an entry that has not ended; null if it has. */
    @Nullable
    Batch batchOf(long sequence) {
        lock.lock();
        try {
            var batch = batches.get(batch(sequence));
            return batch != null && place(sequence) < batch.size && !batch.done.get(place(sequence)) ? batch : null;
        } finally {
            lock.unlock();
        }
    }

    /** The places of a batch that may be handed out, which they are from now on. */
    BitSet show(Batch batch) {
        lock.lock();
        try {
            batch.shown = true;
            var open = new BitSet(batch.size);
            open.set(0, batch.size);
            open.andNot(batch.done);
            open.andNot(batch.dying);
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The places of a batch that have not ended. */
    BitSet left(Batch batch) {
        lock.lock();
        try {
            var left = new BitSet(batch.size);
            left.set(0, batch.size);
            left.andNot(batch.done);
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** It has been written anew. */
    void moved(Batch batch, Segment segment, int offset, int length) {
        lock.lock();
        try {
            bytes -= batch.left * batch.bytesEach();
            batch.segment.users--;
            batch.segment = segment;
            batch.offset = offset;
            batch.length = length;
            segment.users++;
            bytes += batch.left * batch.bytesEach();
        } finally {
            lock.unlock();
        }
    }

    // ---- what happens to an entry -----------------------------------------------------------------------------------

    private @Nullable Batch holding(long sequence) {
        var batch = batches.get(batch(sequence));
        return batch != null && batch.shown && batch.holds(place(sequence)) ? batch : null;
    }

    /** Ends an entry; false if it had ended. */
    boolean end(long sequence) {
        lock.lock();
        try {
            var batch = holding(sequence);
            if (batch == null) return false;
            ended(batch, place(sequence));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends an entry of which an earlier process has noted that; false if there is none, or the log knows that it has ended. */
    boolean endNoted(long sequence) {
        lock.lock();
        try {
            var batch = batches.get(batch(sequence));
            if (batch == null || !batch.holds(place(sequence))) return false;
            ended(batch, place(sequence));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void ended(Batch batch, int place) {
        dirty(batch); // first what may want for memory
        if (!counts.isEmpty()) {
            Long sequence = sequence(batch.id, place);
            counts.remove(sequence);
            uncounted.remove(sequence);
        }
        batch.done.set(place);
        batch.unmarked.set(place);
        batch.left--;
        size--;
        bytes -= batch.bytesEach();
    }

    private void dirty(Batch batch) {
        if (batch.dirty) return;
        dirty.add(batch);
        batch.dirty = true;
    }

    /** Hides an entry while it becomes a dead letter; false if it has ended. */
    boolean die(long sequence) {
        lock.lock();
        try {
            var batch = holding(sequence);
            if (batch == null) return false;
            batch.dying.set(place(sequence));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The entry is a dead letter, and so has ended, or could not become one, and has not. */
    void died(long sequence, boolean kept) {
        lock.lock();
        try {
            var batch = Objects.requireNonNull(batches.get(batch(sequence)));
            batch.dying.clear(place(sequence));
            if (kept) ended(batch, place(sequence));
        } finally {
            lock.unlock();
        }
    }

    /** Notes an attempt; false if the entry has ended. */
    boolean attempt(long sequence, int attempts, boolean unfinished) {
        lock.lock();
        try {
            if (holding(sequence) == null) return false;
            counts.put(sequence, counts.getOrDefault(sequence, Count.NONE).with(attempts, unfinished));
            uncounted.add(sequence);
            return true;
        } finally {
            lock.unlock();
        }
    }

    Count count(long sequence) {
        lock.lock();
        try {
            return counts.isEmpty() ? Count.NONE : counts.getOrDefault(sequence, Count.NONE);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the counts of what has ended, and of what was under way when the last process ended. */
    void startOver() {
        lock.lock();
        try {
            counts.keySet().removeIf(sequence -> {
                var batch = batches.get(batch(sequence));
                return batch == null || !batch.holds(place(sequence));
            });
            counts.replaceAll((sequence, count) -> count.left());
        } finally {
            lock.unlock();
        }
    }

    // ---- what is not on disk ----------------------------------------------------------------------------------------

    boolean isUnmarked() {
        lock.lock();
        try {
            return !dirty.isEmpty() || !uncounted.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** All that has changed, which it stays until it is {@link #marked}. */
    Marks takeMarks() {
        lock.lock();
        try {
            var marks = new ArrayList<Mark>(dirty.size());
            for (var batch : dirty) marks.add(new Mark(batch, (BitSet) batch.unmarked.clone(), batch.left == 0));
            var attempts = new LinkedHashMap<Long, Count>();
            for (long sequence : uncounted) attempts.put(sequence, counts.getOrDefault(sequence, Count.NONE));
            return new Marks(marks, attempts);
        } finally {
            lock.unlock();
        }
    }

    /** These are on disk. What has changed since stays to be taken. If it throws, some are taken once more, which does no harm. */
    void marked(Marks marks) {
        lock.lock();
        try {
            for (var mark : marks.batches()) {
                if (mark.all() && batches.remove(mark.batch().id) != null) mark.batch().segment.users--;
                mark.batch().unmarked.andNot(mark.ended());
            }
            int kept = 0;
            for (int i = 0; i < dirty.size(); i++) {
                var batch = dirty.get(i);
                batch.dirty = !batch.unmarked.isEmpty();
                if (batch.dirty) dirty.set(kept++, batch);
            }
            while (dirty.size() > kept) dirty.removeLast();
            marks.attempts().forEach((sequence, count) -> {
                if (count.equals(counts.getOrDefault(sequence, Count.NONE))) uncounted.remove(sequence);
            });
        } finally {
            lock.unlock();
        }
    }
}
