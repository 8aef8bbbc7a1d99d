package io.botmesh.runner;

/**
 * The right to poll for a bot, which one program at a time has. A 409 of the server is no such right: a newcomer that finds
 * updates waiting disturbs nobody, and then both have them.
 *
 * <p>Every holder gets a higher fence than the one before. Where a right may run out unnoticed, as by a program that was
 * frozen, whatever stores updates has to refuse a fence that is no longer the highest. Failures are
 * {@link LeaseException}s. One caller at a time, but for {@link #close()}.
 */
public interface Lease extends AutoCloseable {
    /** What became of the right. */
    enum Standing {
        /** It is held. */
        HELD,
        /** It is held, and another program waits for it. */
        WANTED,
        /** It ran out, or is about to: what is done under it has to end at once. Another program may have it. */
        LOST
    }

    /**
     * Waits until nobody else has it, and asks whoever has to let go.
     *
     * @return the fence: positive, and higher than that of every holder before
     * @throws IllegalStateException if it is held already
     */
    long acquire() throws InterruptedException;

    /** Keeps it from running out, and tells how things stand. */
    Standing renew();

    /** Gives it back; without effect if it is not held. */
    void release();

    /** Gives it back and frees what this object holds. */
    @Override
    void close();
}
