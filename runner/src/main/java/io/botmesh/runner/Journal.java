package io.botmesh.runner;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Updates that must survive a restart, from their arrival until they have ended. Scoped to one bot: update ids of
 * different bots have nothing to do with each other. Thread-safe. Every method may throw a {@link JournalException}.
 *
 * @param <U> the update
 */
public interface Journal<U> extends AutoCloseable {
    /**
     * An update that has not ended.
     *
     * @param sequence place in the journal: positive, ascending in the order of arrival, never given twice
     * @param attempts how many attempts are on record, 0 when no handler is known to have seen it
     * @param vanished how many of these neither ended well nor failed: the process died meanwhile
     * @param repeated whether a handler may have seen it: it was there before this process, or was replayed
     * @param arrived  when it was appended, or replayed, by the journal's wall clock, to the millisecond; null if that is
     *                 not known, because an earlier version of the journal has stored it
     * @param update   what arrived
     * @param <U>      the update
     */
    record Entry<U>(
            long sequence,
            int attempts,
            int vanished,
            boolean repeated,
            @Nullable Instant arrived,
            U update) {
        /** The number of the next attempt: above 1 if a handler may have seen the update. */
        public int attempt() {
            return Math.max(attempts + 1, repeated ? 2 : 1);
        }
    }

    /**
     * Stores the updates that are new and returns when they are on stable storage, all or none. An update is known, and
     * left out, if one with its id was stored within the last day at least, whether it has ended or not.
     *
     * @return the new ones, in order
     */
    List<Entry<U>> append(List<U> updates);

    /**
     * Reads back what has not ended, in order. What cannot be decoded any more becomes a dead letter and is left out.
     *
     * @param after only entries beyond this sequence; 0 for all
     * @param limit about how many, at least 1: a few more may come
     */
    List<Entry<U>> undone(long after, int limit);

    /**
     * Reads back those of these entries that have not ended, like {@link #undone(long, int)}.
     *
     * @param sequences ascending
     */
    default List<Entry<U>> undone(List<Long> sequences) {
        var found = new ArrayList<Entry<U>>(sequences.size());
        for (long sequence : sequences)
            for (var entry : undone(sequence - 1, 1)) if (entry.sequence() == sequence) found.add(entry);
        return found;
    }

    /**
     * Records that an attempt begins, and returns when that is on stable storage: should the handler take the process
     * down, the next one knows. Needed only for {@linkplain Entry#repeated repeated} entries: all others had at most one
     * unrecorded attempt. Without effect for an entry that this object has not returned.
     */
    void began(long sequence, int attempt);

    /**
     * Records how many attempts there have been, the last of which has ended without success and without harm to the
     * process. Returns at once; durable like {@link #done}.
     */
    void failed(long sequence, int attempts);

    /**
     * Marks an entry as ended. Returns at once; the mark is made durable soon, and before {@link #flush()} returns.
     * Without effect for an entry that is marked already, and for one that this object has not returned.
     */
    void done(long sequence);

    /** Marks an entry as ended, as {@link #done} does, and keeps the update with the {@link #deadLetters()}. */
    void dead(long sequence, int attempts, DeadLetters.Cause cause);

    /** What was given up. */
    DeadLetters<U> deadLetters();

    /**
     * Who is told the sequence of a dead letter that is replayed: one listener, which replaces an earlier one. Told before
     * {@link #undone} shows the entry and before a later {@link #append} returns; it must neither wait nor call the journal.
     */
    void onReplay(LongConsumer listener);

    /** Returns when every mark is on stable storage. */
    void flush();

    /** How many entries have not ended; dead letters have. */
    long size();

    /** Whose updates it has: the number before the colon of a token; empty if it does not say. */
    default OptionalLong owner() {
        return OptionalLong.empty();
    }

    /** What this waits for, in one line, while it stores nothing until that is over; empty if it does not. Returns at once. */
    default Optional<String> waitsFor() {
        return Optional.empty();
    }

    /**
     * Whether a {@link Runner} of this program has this object: from its start until it is stopped. No other one starts over it
     * then.
     */
    default boolean isInUse() {
        return JournalUse.isClaimed(this);
    }

    /** Flushes and frees what this object holds. */
    @Override
    void close();
}
