package io.botmesh.seal;

import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.util.Arrays;

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
        return wrap(header, content, 0, seal.ephemeral());
    }

    /**
     * A packet with what its sender needs to look into it again.
     *
     * @param packet the bytes for a post or document
     * @param key    for {@link #reopen}; a secret as much as the content
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    public record Kept(byte[] packet, byte[] key) {}

    /** Bytes of {@link Kept#key}. */
    public static final int KEPT_BYTES = KeyText.KEY_BYTES + ReaderKey.BYTES;

    /** As {@link #wrap(PacketHeader, byte[])}, for a sender that may have to seal the same to another key. */
    public Kept keep(PacketHeader header, byte[] content) {
        byte[] ephemeral = seal.ephemeral();
        byte[] key = Arrays.copyOf(ephemeral, KEPT_BYTES);
        System.arraycopy(to.key().toBytes(), 0, key, ephemeral.length, ReaderKey.BYTES);
        return new Kept(wrap(header, content, 0, ephemeral), key);
    }

    /** Whether what was kept of a packet says that it was sealed to this recipient's key. */
    public boolean isTo(byte[] key) {
        return Arrays.equals(to.key().toBytes(), Arrays.copyOfRange(key, KeyText.KEY_BYTES, KEPT_BYTES));
    }

    /**
     * The content of a packet that was sealed with {@link #keep}, to whichever key; deflated if its header says so.
     *
     * @throws SealException if it was not
     */
    public byte[] reopen(byte[] key, byte[] packet) {
        var parsed = Packet.parse(packet);
        var reader = ReaderKey.of(Arrays.copyOfRange(key, KeyText.KEY_BYTES, KEPT_BYTES));
        return seal.reopen(Arrays.copyOf(key, KeyText.KEY_BYTES), reader, parsed.header(), parsed.body())
                .content();
    }

    /**
     * The packet around a content, padded to a size that tells nothing; see {@link SizeClass}.
     *
     * @param packetBytes size of the packet; at least content and overhead
     */
    public byte[] wrapPadded(PacketHeader header, byte[] content, int packetBytes) {
        return wrap(header, content, packetBytes - content.length - overhead(header), seal.ephemeral());
    }

    private byte[] wrap(PacketHeader header, byte[] content, int padding, byte[] ephemeral) {
        if (!header.equals(header(header.incarnation(), header.packetNumber()).withDeflated(header.deflated()))) {
            throw new IllegalArgumentException("not a header of this envelope: " + header);
        }
        var packet = new Packet(header, seal.seal(sender, to.key(), header, content, padding, ephemeral));
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
