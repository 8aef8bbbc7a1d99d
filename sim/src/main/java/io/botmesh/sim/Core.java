package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a machine runs: a node of the mesh, or another scheme in its place. The calls mean what those of a node's core mean; those
 * for topics and for what is brought back come only to who asks for it.
 */
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

    default void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        throw new UnsupportedOperationException();
    }

    default void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        throw new UnsupportedOperationException();
    }

    /** A topic of this node gets a new key. */
    default void rotate(String topic, long now) {
        throw new UnsupportedOperationException();
    }

    /** Looks at a topic's register so often. */
    default void watch(String topic, Duration every, long now) {
        throw new UnsupportedOperationException();
    }

    /** Puts a value into the register of a topic of this node. */
    default void set(String topic, long ticket, byte[] value, long now) {
        throw new UnsupportedOperationException();
    }

    default void onSeen(String topic, @Nullable Arrival pinned, long now) {
        throw new UnsupportedOperationException();
    }

    default void onSeenWhole(String topic, byte[] document, long now) {
        throw new UnsupportedOperationException();
    }

    default void onNotSeen(String topic, String why, Optional<Duration> rest, long now) {
        throw new UnsupportedOperationException();
    }

    default void onPinned(String topic, Outcome outcome, long now) {
        throw new UnsupportedOperationException();
    }
}
