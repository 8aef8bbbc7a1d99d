package io.botmesh.seal;

import io.botmesh.wire.PacketHeader;

/**
 * The cryptographic step of a sealed packet and nothing else: no admission, no replay, no look at the content. Programs
 * use {@link HpkeSeal}; {@link Envelope} and {@link Opener} are what they see.
 */
public interface Seal {
    /** Bytes that the seal adds to a content: the sender's key and signature, the mark behind the content, the key exchange and the tag. */
    int OVERHEAD_BYTES = 32 + 16 + NodeKey.BYTES + Identity.SIGNATURE_BYTES + 1;

    /**
     * Seals a content; its size is {@link #OVERHEAD_BYTES} more than that of content and padding.
     *
     * @param header  of the packet, authenticated without its admission tag
     * @param content deflated if the header says so
     * @param padding zeros to hide the content's length
     * @return the packet's body
     */
    default byte[] seal(Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding) {
        return seal(sender, to, header, content, padding, ephemeral());
    }

    /** A key for one packet, 32 bytes: whoever has it can open that packet. */
    byte[] ephemeral();

    /** Seals under a key of {@link #ephemeral} that was never used before. */
    byte[] seal(Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding, byte[] ephemeral);

    /**
     * What is under a seal, for who sealed it and kept the key.
     *
     * @throws SealException when it was not sealed so
     */
    Unsealed reopen(byte[] ephemeral, ReaderKey to, PacketHeader header, byte[] body);

    /**
     * Opens a body and proves who sealed it.
     *
     * @throws SealException when it was not sealed to this key, or not like this
     */
    Unsealed open(ReaderSecret key, PacketHeader header, byte[] body);

    /**
     * What was under a seal.
     *
     * @param sender  who signed
     * @param content as it was sealed, without padding
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    record Unsealed(NodeKey sender, byte[] content) {}
}
