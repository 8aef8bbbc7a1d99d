package io.botmesh.runner;

import java.time.Duration;
import java.util.List;

/**
 * Where updates come from: a long poll, a webhook, a topic.
 *
 * <p>{@link #next} and {@link #flush} are called by one thread at a time; {@link #confirm} may come from any thread
 * meanwhile. A failure of {@code next} or {@code flush} ends the runner: wrap a source that may fail in
 * {@link Retrying}.
 *
 * @param <U> the update
 */
public interface Source<U> extends AutoCloseable {
    /**
     * Waits for updates, at most until the source's own poll time is over.
     *
     * @param limit most updates wanted, at least 1
     * @return the updates in order; empty when none came in time
     */
    List<U> next(int limit) throws InterruptedException;

    /**
     * Says that this update and all that {@link #next} returned before it are safe elsewhere or have ended, so that
     * the server may forget them; without effect if a later one is confirmed already. The server learns it with the
     * next fetch: this never blocks on I/O.
     */
    void confirm(U through);

    /**
     * Says that this one update has ended, whatever came before it; {@link #confirm} follows once all earlier ones have.
     * Called only under {@link Guarantee.AtLeastOnce}. A source whose server acknowledges updates one by one answers it
     * here; one with an offset has nothing to do. Never blocks on I/O.
     */
    default void ended(U update) {}

    /**
     * Lets something go back with the acknowledgement of this update, if the server takes it there and the acknowledgement
     * is still to come; false if it does not go, and then the caller sends it otherwise. Nobody learns what came of it. Legal
     * while the handler runs, on any thread; never blocks on I/O. A source around another one passes it on.
     *
     * @param answer what the server understands, as the source says; anything else does not go
     */
    default boolean tryReply(Delivery<U> delivery, Object answer) {
        return false;
    }

    /**
     * For how long nothing more could come, because something that was handed out has not ended: the server shows no more
     * beyond it. Zero when that is not so. While it is, {@link #next} returns nothing from time to time.
     */
    default Duration standsStill() {
        return Duration.ZERO;
    }

    /** Tells the server now what is confirmed, if it does not know yet; after this returns it will not send that again. */
    void flush() throws InterruptedException;

    /** Forgets what was handed out and not confirmed: it may come again. Called between two runs or two fetches. */
    default void rewind() {}

    /** The same between two fetches of a run, which goes on: memory was too short to keep what was handed out. */
    default void refetch() {
        rewind();
    }

    /** Frees what the source holds. Confirms nothing: that is {@link #flush()}. */
    @Override
    default void close() {}
}
