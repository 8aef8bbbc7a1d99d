package io.botmesh.seal;

import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;

/** Sealed packets, signed by one identity. Safe for use by several threads at once. */
public final class SealedEnvelope implements Envelope {
    private final Seal seal;
    private final Identity sender;
    private final Recipient to;

    /** Packets of this sender for this recipient. */
    public SealedEnvelope(Seal seal, Identity sender, Recipient to) {
        this.seal = seal;
        this.sender = sender;
        this.to = to;
    }

    @Override
    public String sender() {
        return "";
    }

    @Override
    public PacketHeader header(long incarnation, long packetNumber) {
        Long tag = to.admission() == null ? null : 0L; // room for it, to be filled when there is a body
        return new PacketHeader(true, false, to.key().id(), incarnation, packetNumber, tag);
    }

    @Override
    public int overhead(PacketHeader header) {
        return header.size() + Seal.OVERHEAD_BYTES;
    }

    @Override
    public byte[] wrap(PacketHeader header, byte[] content) {
        return wrap(header, content, 0);
    }

    /**
     * The packet around a content, padded to a size that tells nothing; see {@link SizeClass}.
     *
     * @param packetBytes size of the packet; at least content and overhead
     */
    public byte[] wrapPadded(PacketHeader header, byte[] content, int packetBytes) {
        return wrap(header, content, packetBytes - content.length - overhead(header));
    }

    private byte[] wrap(PacketHeader header, byte[] content, int padding) {
        if (!header.equals(header(header.incarnation(), header.packetNumber()).withDeflated(header.deflated()))) {
            throw new IllegalArgumentException("not a header of this envelope: " + header);
        }
        var packet = new Packet(header, seal.seal(sender, to.key(), header, content, padding));
        AdmissionSecret admission = to.admission();
        return admission == null ? packet.toBytes() : stamped(packet, admission);
    }

    /** A copy of a packet that has room for an admission tag, with the tag of this secret in it. */
    static byte[] stamped(Packet packet, AdmissionSecret admission) {
        long tag = admission.tag(Announcement.of(packet));
        return new Packet(packet.header().withAdmissionTag(tag), packet.body()).toBytes();
    }

    @Override
    public String toString() {
        return "SealedEnvelope[" + sender.key() + " to " + to.key() + "]";
    }
}
