package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a machine runs: a node of the mesh, or another scheme in its place. The calls mean what those of a node's core mean. */
interface Core {
    void onUpdates(List<RawUpdate> updates, long now);

    void onOutcome(long ticket, Outcome outcome, long now);

    void onFetched(long update, byte[] bytes, long now);

    void onNotFetched(long update, boolean again, long now);

    /** Takes a message for a peer; returns what the node calls it. */
    long send(String peer, String stream, String subject, byte[] body, long now);

    /** Whether one more message of that size would be taken. */
    boolean hasRoom(String peer, int bytes, long now);

    /** Bytes of messages that are in no packet yet. */
    long waitingBytes(long now);

    void onHandled(long delivery, @Nullable String failure, long now);

    void onTime(long now);

    long wakeAt(long now);

    Turn take(long now);
}
