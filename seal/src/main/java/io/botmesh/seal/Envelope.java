package io.botmesh.seal;

import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;

/**
 * Makes the packets of one sender for one recipient. A packet is made once: what comes out is stored, and posted again
 * byte for byte where it has to be.
 */
public sealed interface Envelope permits SealedEnvelope, PlainEnvelope {
    /** What a content names as its sender: a name in plain packets, nothing in sealed ones. */
    String sender();

    /** The header of a packet; {@link PacketHeader#withDeflated} is the caller's to say, the rest is final but for the tag. */
    PacketHeader header(long incarnation, long packetNumber);

    /**
     * Bytes that a packet takes beside its content, exactly: {@link Packer#fill} with the post's bytes less these fills
     * the post.
     */
    int overhead(PacketHeader header);

    /**
     * The packet around a content.
     *
     * @param header  as {@link #header} gave it
     * @param content deflated if the header says so
     * @return the bytes for a post or document
     */
    byte[] wrap(PacketHeader header, byte[] content);
}
