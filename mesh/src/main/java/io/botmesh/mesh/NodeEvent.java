package io.botmesh.mesh;

/** What happens to a node beside its messages. New kinds may come. */
public sealed interface NodeEvent {
    /** The peer whom it is about; empty for strangers, and for the node itself. */
    String peer();

    /** First news of a peer's outbox: it has begun, or begun anew. */
    record Heard(String peer) implements NodeEvent {}

    /** The peer has lost its memory; what it had stored and not handled went with it. */
    record PeerForgot(String peer) implements NodeEvent {}

    /**
     * Nothing can be posted to the peer.
     *
     * @param why one line that says what a human must do
     */
    record Unreachable(String peer, String why) implements NodeEvent {}

    /** It can again. */
    record Reachable(String peer) implements NodeEvent {}

    /** A packet was not let in. */
    record Refused(String peer, String reason) implements NodeEvent {}

    /**
     * Pieces of a one-way stream will never come: the carrier has lost them.
     *
     * @param pieces how many
     */
    record Missed(String peer, long pieces) implements NodeEvent {}

    /** A message came for which there is no handler; it was dropped. */
    record Unhandled(String peer, String subject) implements NodeEvent {}

    /** A handler failed so often that its message was put aside. */
    record SetAside(String peer, String subject, String why) implements NodeEvent {}
}
