package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What can be known of a sealed packet without its body: what an admission tag covers. The caption of a document
 * carries it, so that a reader admits or refuses before it fetches 19 MiB.
 *
 * <pre>
 * header 15..30 | length of the body, 4 bytes | SHA-256 of the body, 32 bytes
 * </pre>
 *
 * @param header    of the packet, with its admission tag if it has one
 * @param bodyBytes length of the body
 * @param digest    SHA-256 of the body; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compares by content
public record Announcement(PacketHeader header, int bodyBytes, byte[] digest) {
    private static final int DIGEST_BYTES = 32;

    public Announcement {
        if (digest.length != DIGEST_BYTES) throw new IllegalArgumentException("a digest of " + digest.length);
        if (bodyBytes < 0 || bodyBytes > Limits.MAX_PACKET_BYTES) {
            throw new IllegalArgumentException("bodyBytes: " + bodyBytes);
        }
    }

    /** What a packet's caption says, or would say. */
    public static Announcement of(Packet packet) {
        return new Announcement(packet.header(), packet.body().length, Hash.sha256(packet.body()));
    }

    /**
     * Reads a caption.
     *
     * @throws io.botmesh.wire.WireException when it does not start with a header
     * @throws SealException                 when it is no announcement
     */
    public static Announcement parse(byte[] caption) {
        var header = PacketHeader.parse(caption);
        var in = ByteBuffer.wrap(caption).position(header.size());
        if (in.remaining() != 4 + DIGEST_BYTES) throw noAnnouncement();
        int bodyBytes = in.getInt();
        if (bodyBytes < 0 || bodyBytes > Limits.MAX_PACKET_BYTES) throw noAnnouncement();
        return new Announcement(header, bodyBytes, Arrays.copyOfRange(caption, in.position(), caption.length));
    }

    /** The bytes that go, in armour, into the caption. */
    public byte[] toBytes() {
        var out = ByteBuffer.allocate(header.size() + 4 + DIGEST_BYTES);
        return out.put(header.toBytes()).putInt(bodyBytes).put(digest).array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Announcement that
                && header.equals(that.header)
                && bodyBytes == that.bodyBytes
                && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return 31 * header.hashCode() + Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "Announcement[" + header + ", body of " + bodyBytes + " bytes]";
    }

    private static Forged noAnnouncement() {
        return new Forged(Reason.ANNOUNCEMENT, "the caption announces no packet");
    }
}
