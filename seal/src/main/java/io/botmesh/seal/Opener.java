package io.botmesh.seal;

import io.botmesh.wire.Packet;
import java.time.Instant;

/**
 * Takes the packets apart that a reader finds. The way of one packet: {@link #open}, then one transaction that stores
 * its effect together with {@link #stateAfter}, then {@link #accept}. A packet that is opened and not accepted, because
 * the process died or the transaction failed, is opened again when it comes again.
 *
 * <p>Safe for use by several threads at once, but packets of one incarnation one after the other, as a runner keyed by
 * it does.
 */
public sealed interface Opener permits SealedOpener, PlainOpener {
    /**
     * Says by the caption of a document whether to fetch it.
     *
     * @param caption  out of its armour
     * @param postedAt when Telegram took the post
     * @throws SealException                 when it is not let in
     * @throws io.botmesh.wire.WireException when the caption is none
     */
    Admitted admit(byte[] caption, Instant postedAt);

    /**
     * Opens the packet of a post.
     *
     * @param postedAt when Telegram took the post
     * @throws SealException                 when it is not let in, or does not open
     * @throws io.botmesh.wire.WireException when it is authentic, but its content is not what the protocol allows
     */
    Opened open(Packet packet, Instant postedAt);

    /** Opens the packet of a document that {@link #admit} let in; errors as of {@link #open(Packet, Instant)}. */
    Opened open(Packet packet, Admitted admitted);

    /**
     * What to store, by the packet's sender and incarnation, in the transaction that stores the packet's effect; empty
     * when there is nothing to store.
     */
    byte[] stateAfter(Opened packet);

    /** The packet's effect is stored: a copy of it is a replay from now on. */
    void accept(Opened packet);
}
