package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.wire.MessageHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node: what joins seal, streams, lanes and store. Events come in as calls, {@link #take} gives out what follows from
 * them; the order between disk and network is the one rule for whoever drives it: commit the turn's writes, then carry out
 * its effects. If the commit fails, throw the core away and make another from the store.
 *
 * <p>Public for other drivers than {@link Carrier}s and threads, such as a simulator.
 *
 * <p>No thread, clock, socket or disk, but for reading values of the store. Not for several threads at once. {@code now} is
 * nanoseconds since the epoch of a clock that never goes back, not even over a restart.
 */
public interface NodeCore {
    /** Updates of the reader bot, in order; {@link NodeEffect.Confirm} follows when they are not needed any more. */
    void onUpdates(List<RawUpdate> updates, long now);

    /** What a post or forward has come to. */
    void onOutcome(long ticket, Outcome outcome, long now);

    /** The document of an update. */
    void onFetched(long update, byte[] bytes, long now);

    /**
     * The document of an update did not come.
     *
     * @param again whether another attempt may bring it
     */
    void onNotFetched(long update, boolean again, long now);

    /**
     * Takes a message for a peer.
     *
     * @param stream name of the stream, empty for the first one; messages of a stream keep their order
     * @return its token, unique for the peer as long as the outbox lives
     * @throws MeshException when it cannot be taken
     */
    long send(String peer, String stream, String subject, List<MessageHeader> headers, byte[] body, long now);

    /** A handler has ended; {@code failure} says why it failed, null if it did not. */
    void onHandled(long delivery, @Nullable String failure, long now);

    /** The time has come that {@link #wakeAt} named, or any other. */
    void onTime(long now);

    /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} if nothing waits for time alone. */
    long wakeAt(long now);

    /** What follows from all events since the last turn. */
    Turn take();
}
