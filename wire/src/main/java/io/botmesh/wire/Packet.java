package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.OverLimit;
import io.botmesh.wire.WireException.Reason;
import io.botmesh.wire.WireException.Unsupported;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of one post or document: header, body and, in plain packets, a CRC-32C (big-endian) over both. A sealed
 * packet has no checksum, its seal proves more.
 *
 * @param header in the clear
 * @param body   content, deflated and sealed as the header says; without the checksum; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compares by content; a copy per message would be felt
public record Packet(PacketHeader header, byte[] body) {
    /** Bytes of the checksum that ends a plain packet. */
    public static final int CHECKSUM_BYTES = 4;

    public Packet {
        if (size(header, body.length) > Limits.MAX_PACKET_BYTES) {
            throw new IllegalArgumentException("a packet of " + size(header, body.length) + " bytes");
        }
    }

    /**
     * Splits a packet and, if it is plain, checks that it arrived as it was sent. The body is not looked into.
     *
     * @throws WireException when the bytes are no packet or a damaged one
     */
    public static Packet parse(byte[] packet) {
        if (packet.length > Limits.MAX_PACKET_BYTES) {
            throw new OverLimit(Reason.LIMIT_PACKET, "a packet of " + packet.length + " bytes");
        }
        PacketHeader header = PacketHeader.parse(packet);
        int end = packet.length;
        if (!header.sealed()) {
            end -= CHECKSUM_BYTES;
            if (end < header.size() || ByteBuffer.wrap(packet).getInt(end) != crc(packet, end)) {
                throw new Malformed(Reason.CHECKSUM, "the packet's checksum does not match its bytes");
            }
        }
        return new Packet(header, Arrays.copyOfRange(packet, header.size(), end));
    }

    /**
     * The content of a plain packet. For a sealed one, open the body and give what comes out to
     * {@link Content#parse(byte[], boolean)}.
     *
     * @throws WireException when the packet is sealed, or its content is damaged, lies or asks for too much
     */
    public Content content() {
        if (header.sealed()) throw new Unsupported(Reason.SEALED, "the packet is sealed");
        return Content.parse(body, header.deflated());
    }

    /** The bytes on the wire. */
    public byte[] toBytes() {
        var bytes = new byte[size(header, body.length)];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        header.writeTo(out);
        out.put(body);
        if (!header.sealed()) out.putInt(crc(bytes, out.position()));
        return bytes;
    }

    /** Bytes that a packet takes beside its body. */
    public static int overhead(PacketHeader header) {
        return header.size() + (header.sealed() ? 0 : CHECKSUM_BYTES);
    }

    private static int size(PacketHeader header, int body) {
        return overhead(header) + body;
    }

    private static int crc(byte[] bytes, int end) {
        var crc = new CRC32C();
        crc.update(bytes, 0, end);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Packet that && header.equals(that.header) && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * header.hashCode() + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "Packet[" + header + ", body of " + body.length + " bytes]";
    }
}
