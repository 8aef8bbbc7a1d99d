package io.botmesh.mesh;

/**
 * What happens to a node beside its messages. New kinds may come.
 *
 * <p>{@link Missed}, {@link MissedPackets}, {@link Lost}, {@link SetAside}, {@link AsideDropped}, {@link StoreIsOld}, {@link PeerForgot} and {@link ObjectOver} are
 * told at least once: if the process dies before all listeners have returned, the next one tells them again. So are {@link Unhandled}, {@link Late} and the refusal of an object, whose
 * message comes again then. All others are told in the process in which they happen, or not at all.
 */
public sealed interface NodeEvent {
    /** The peer whom it is about; empty for strangers, and for the node itself. */
    String peer();

    /** The node reads: for the first time, or again. */
    record Connected() implements NodeEvent {
        @Override
        public String peer() {
            return "";
        }
    }

    /**
     * The node cannot read; it tries on.
     *
     * @param why one line
     */
    record Disconnected(String why) implements NodeEvent {
        @Override
        public String peer() {
            return "";
        }
    }

    /**
     * The node's store takes nothing, as on a full disk: until it does the node stands still, keeps what it has promised, and promises nothing more.
     *
     * @param why one line
     */
    record StoreFails(String why) implements NodeEvent {
        @Override
        public String peer() {
            return "";
        }
    }

    /** The store takes again what it is given. */
    record StoreWorks() implements NodeEvent {
        @Override
        public String peer() {
            return "";
        }
    }

    /** First news of a peer's outbox: it has begun, or begun anew. */
    record Heard(String peer) implements NodeEvent {}

    /**
     * The peer has pieces of messages that this node's store knows nothing of: the store is older than what was sent, as a backup that was restored.
     * What waits goes to the peer from a new outbox; what was sent since then and is not done fails as {@link MeshException.Lost}, though it may have come.
     */
    record StoreIsOld(String peer) implements NodeEvent {}

    /**
     * The peer, or this node itself on a topic, has given the number of an earlier packet to another one: its store is older than what it has sent,
     * as a backup that was restored. What it sends under such numbers is dropped. On a link it finds that out by itself; where
     * nobody answers it has to be started with an empty store. Told once in a process for each peer, and only if this process has read both packets.
     */
    record PeerIsOld(String peer) implements NodeEvent {}

    /** The peer has lost its memory; what it had stored and not handled went with it. */
    record PeerForgot(String peer) implements NodeEvent {}

    /**
     * Nothing can be posted to the peer.
     *
     * @param why one line that says what a human must do
     */
    record Unreachable(String peer, String why) implements NodeEvent {}

    /** A post of a channel came that this process does not take; it is kept. Told once for each channel. */
    record OfAnotherChannel(long channel) implements NodeEvent {
        @Override
        public String peer() {
            return "";
        }
    }

    /** It can again. */
    record Reachable(String peer) implements NodeEvent {}

    /** A packet was not let in. */
    record Refused(String peer, String reason) implements NodeEvent {}

    /**
     * A message that an earlier process took will never arrive, or nobody can know whether it did; of one that this process took, its receipt
     * says so.
     *
     * @param number of its {@link Receipt}
     * @param why    one line
     */
    record Lost(String peer, long number, String why) implements NodeEvent {}

    /**
     * Pieces of a one-way stream will never come: the carrier has lost them, or its sender, a stranger or one of many outboxes
     * of a peer, was silent for longest when there was no room for another one's.
     *
     * @param pieces how many
     */
    record Missed(String peer, long pieces) implements NodeEvent {}

    /**
     * Packets of a one-way sender will never come, or what was in them was not taken: holes in the numbers that it gives its packets, which have been there for as long
     * as a gap of a stream is waited for ({@link NodeOptions.Links}). It tells of each packet, also where nothing else of its streams came, so that
     * nobody knows what was in it; not of the last ones of a sender, until a later one comes.
     *
     * <p>This and {@link Missed} are two accounts of the same losses, one in posts and one in pieces of messages: do not add them up. A packet that comes
     * after it was told of is taken as far as its streams still wait for it, and is not taken back here. Counted too is a packet that was never
     * posted, as its reader's key was replaced before; what was in it came in another one.
     *
     * @param packets how many
     */
    record MissedPackets(String peer, long packets) implements NodeEvent {}

    /**
     * A part of an object has come.
     *
     * @param name  as the sender calls the object
     * @param bytes how many of it are here
     * @param size  how many it has
     */
    record Arriving(String peer, String name, long bytes, long size) implements NodeEvent {}

    /**
     * An object that an earlier process was given as a stream is over.
     *
     * @param why why it was not taken; empty if it was
     */
    record ObjectOver(String peer, String name, String why) implements NodeEvent {}

    /**
     * A message is longer than this node takes, {@link NodeOptions.Waiting#messageBytes()}; it is dropped. A peer that can be told hears it, and its
     * receipt fails as {@link MeshException.Lost}.
     *
     * @param bytes how long it is
     */
    record TooLong(String peer, String subject, long bytes) implements NodeEvent {}

    /** A message came for which there is no handler; it was dropped. */
    record Unhandled(String peer, String subject) implements NodeEvent {}

    /** A request came, or its handler's turn, when nobody waited for its answer any more; it was dropped. */
    record Late(String peer, String subject) implements NodeEvent {}

    /**
     * Not what belongs there is pinned in a topic's channel; told once for each change. The register's value stays what it was, and
     * its owner puts it back.
     *
     * @param peer the topic's owner
     * @param why  one line
     */
    record RegisterTrouble(String peer, String topic, Problem problem, String why) implements NodeEvent {
        /** What is wrong. */
        public enum Problem {
            /** Nothing is pinned any more. */
            UNPINNED,
            /** An older value of the owner's is pinned. */
            ROLLED_BACK,
            /** Something is pinned that is not this register: forged, altered, or somebody's words. */
            REPLACED,
            /** Two processes write with the owner's key. What is pinned counts. */
            OTHER_OWNER,
            /** The owner's bot may not pin. */
            NOT_PINNED
        }
    }

    /** A handler failed so often that its message was put aside. */
    record SetAside(String peer, String subject, String why) implements NodeEvent {}

    /**
     * The oldest of a sender's messages that were put aside, or of all strangers', is gone for good: there was no room for one more. A peer
     * has as much room as a window ({@link NodeOptions.Links}), all strangers together {@link NodeOptions.Strangers#bytes} and a thousand messages.
     */
    record AsideDropped(String peer, String subject) implements NodeEvent {}

    /** A handler has answered a request of somebody whom nothing can be posted to, such as a stranger; the answer was dropped. */
    record Unanswerable(String peer, String subject) implements NodeEvent {}
}
