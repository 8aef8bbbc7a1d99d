package io.botmesh.runner;

import java.util.List;

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
     * @param attempt  1 if it arrived in this process, else above 1: an earlier process may have begun with it
     * @param update   what arrived
     * @param <U>      the update
     */
    record Entry<U>(long sequence, int attempt, U update) {}

    /**
     * Stores the updates that are new and returns when they are on stable storage, all or none. An update is known, and
     * left out, if one with its id was stored within the last day at least, whether it has ended or not.
     *
     * @return the new ones, in order
     */
    List<Entry<U>> append(List<U> updates);

    /**
     * Reads back what has not ended, in order.
     *
     * @param after only entries beyond this sequence; 0 for all
     * @param limit about how many, at least 1: a few more may come
     */
    List<Entry<U>> undone(long after, int limit);

    /**
     * Marks an entry as ended. Returns at once; the mark is made durable soon, and before {@link #flush()} returns.
     * Without effect for an entry that is marked already, and for one that this object has not returned.
     */
    void done(long sequence);

    /** Returns when every mark is on stable storage. */
    void flush();

    /** How many entries have not ended. */
    long size();

    /** Flushes and frees what this object holds. */
    @Override
    void close();
}
