package io.botmesh.mesh;

import io.botmesh.wire.LinkSender.Level;
import java.util.List;

/** What a node's core wants done once the writes of its turn are safe. None of it may be done before. For drivers of a {@link NodeCore}. */
public sealed interface NodeEffect {
    /**
     * Post a packet; {@link NodeCore#onOutcome} says what became of it.
     *
     * @param ticket names the call
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Post(long ticket, String peer, int lane, byte[] packet, boolean document) implements NodeEffect {}

    /** Forward a post within its channel; {@link NodeCore#onOutcome} says what became of it. */
    record Forward(long ticket, String peer, int lane, PostId post) implements NodeEffect {}

    /** Delete our own posts; whether it works is of no concern. */
    record Delete(String peer, int lane, long channel, List<Long> messages) implements NodeEffect {}

    /** Updates before this one are not needed any more. */
    record Confirm(long updateOffset) implements NodeEffect {}

    /** Fetch a document; {@link NodeCore#onFetched} or {@link NodeCore#onNotFetched} follows. */
    record Fetch(long update, Arrival.Attachment attachment, int mostBytes) implements NodeEffect {}

    /** Bring back a post by its place; {@link NodeCore#onRecalled} takes it, {@link NodeCore#onNotRecalled} why it did not come. */
    record Recall(PostId post) implements NodeEffect {}

    /**
     * Hand messages of one stream to their handlers, one after the other; {@link NodeCore#onHandled} follows for each, when it has
     * ended. Behind one that failed no other is handed on: they come again after it.
     *
     * @param run one at least, in order
     */
    record Deliver(List<Delivery> run) implements NodeEffect {
        public Deliver {
            run = List.copyOf(run);
            if (run.isEmpty()) throw new IllegalArgumentException("nothing to deliver");
        }
    }

    /**
     * A message that was sent has come so far.
     *
     * @param token what {@link NodeCore#send} gave out; tokens of an earlier process come too
     */
    record Reached(String peer, long token, Level level) implements NodeEffect {}

    /** A message will never arrive, or nobody can know whether it did. */
    record Lost(String peer, long token, String why) implements NodeEffect {}

    /** Something that a topic's register wants. */
    record OfRegister(RegisterEffect effect) implements NodeEffect {}

    /** Something that whoever runs the node may want to know. */
    record Tell(NodeEvent event) implements NodeEffect {}
}
