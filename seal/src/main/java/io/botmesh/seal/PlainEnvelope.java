package io.botmesh.seal;

import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;

/**
 * Packets that everybody can read and forge, for channels where that does not matter. Must be asked for: a node seals.
 *
 * @param sender    what packets name as their sender, at most 128 bytes; proved by nothing
 * @param recipient {@link PacketHeader#labelId the id of a label}
 */
public record PlainEnvelope(String sender, int recipient) implements Envelope {
    @Override
    public PacketHeader header(long incarnation, long packetNumber) {
        return PacketHeader.plain(recipient, incarnation, packetNumber);
    }

    @Override
    public int overhead(PacketHeader header) {
        return Packet.overhead(header);
    }

    @Override
    public byte[] wrap(PacketHeader header, byte[] content) {
        if (header.sealed()) throw new IllegalArgumentException("a plain header wanted, not " + header);
        return new Packet(header, content).toBytes();
    }
}
