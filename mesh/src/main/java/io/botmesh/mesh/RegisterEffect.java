package io.botmesh.mesh;

import org.jspecify.annotations.Nullable;

/** What the registers of a node's topics want done; see {@link NodeEffect.OfRegister}. */
public sealed interface RegisterEffect {
    /** Name of the topic. */
    String topic();

    /** See what is pinned; {@link NodeCore#onSeen} or {@link NodeCore#onNotSeen} follows. */
    record Look(String topic) implements RegisterEffect {}

    /** Fetch the pinned document; {@link NodeCore#onSeenWhole} or {@link NodeCore#onNotSeen} follows. */
    record FetchPinned(String topic, Arrival.Attachment attachment, int mostBytes) implements RegisterEffect {}

    /** Pin a packet; {@link NodeCore#onPinned} follows. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Pin(String topic, byte[] packet, boolean document) implements RegisterEffect {}

    /** There is another value; the same one may come again after a restart. */
    record Changed(String topic, RegisterValue value) implements RegisterEffect {}

    /**
     * Somebody's question is answered.
     *
     * @param ticket as it was asked with
     * @param value  what is known now, null for nothing yet
     * @param failed why nobody could look, null if somebody could
     */
    record Answered(
            String topic,
            long ticket,
            @Nullable RegisterValue value,
            @Nullable MeshException failed) implements RegisterEffect {}
}
