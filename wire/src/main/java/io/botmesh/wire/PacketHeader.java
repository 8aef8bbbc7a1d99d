package io.botmesh.wire;

import io.botmesh.wire.WireException.Foreign;
import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import io.botmesh.wire.WireException.Unsupported;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What everybody can read of a packet; for a sealed one all but the tag is authenticated with the rest. 15 to 30 bytes:
 *
 * <pre>
 * version u8 = 1 | flags u8 | recipient 4 | incarnation 8 | packet number varint 1..8 | admission tag 8, if flagged
 * flags: 0x01 sealed, 0x02 deflated, 0x04 admission tag follows; the others are reserved and zero
 * </pre>
 *
 * <p>Multi-byte fields are big-endian. The packet number is a base-128 varint, low group first, in its shortest form,
 * so a header has exactly one encoding.
 *
 * @param sealed       whether the body is encrypted to the recipient's key
 * @param deflated     whether the content is raw DEFLATE, below the seal
 * @param recipient    which of a reader's keys opens it; for plain packets {@link #labelId the id of a label}
 * @param incarnation  random number of the sender's outbox, new with every new outbox
 * @param packetNumber counts the packets of an incarnation, 0 to 2^53 - 1; a resend keeps its number
 * @param admissionTag first 8 bytes of a MAC under a secret given at enrolment, or null
 */
public record PacketHeader(
        boolean sealed,
        boolean deflated,
        int recipient,
        long incarnation,
        long packetNumber,
        @Nullable Long admissionTag) {
    /** The one version there is. */
    public static final int VERSION = 1;

    /** Most bytes a header takes. */
    public static final int MAX_BYTES = 30;

    private static final int TAG_BYTES = 8;
    private static final int SEALED = 0x01;
    private static final int DEFLATED = 0x02;
    private static final int TAGGED = 0x04;

    public PacketHeader {
        if (packetNumber < 0 || packetNumber > Limits.MAX_NUMBER) {
            throw new IllegalArgumentException("packetNumber: " + packetNumber);
        }
    }

    /** The header of a plain, so far uncompressed packet without admission tag. */
    public static PacketHeader plain(int recipient, long incarnation, long packetNumber) {
        return new PacketHeader(false, false, recipient, incarnation, packetNumber, null);
    }

    /**
     * The recipient id that plain packets carry for a label, such as the name of a quasi-server or a channel: the
     * first 4 bytes of SHA-256 over {@code "botmesh/label/" + label} in UTF-8.
     */
    public static int labelId(String label) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("botmesh/label/" + label).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getInt();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    /** A copy for a body that is compressed or not. */
    public PacketHeader withDeflated(boolean deflated) {
        return new PacketHeader(sealed, deflated, recipient, incarnation, packetNumber, admissionTag);
    }

    /** A copy for a body that is sealed or not. */
    public PacketHeader withSealed(boolean sealed) {
        return new PacketHeader(sealed, deflated, recipient, incarnation, packetNumber, admissionTag);
    }

    /** A copy with another packet number. */
    public PacketHeader withPacketNumber(long packetNumber) {
        return new PacketHeader(sealed, deflated, recipient, incarnation, packetNumber, admissionTag);
    }

    /** A copy with an admission tag, or with none for null. */
    public PacketHeader withAdmissionTag(@Nullable Long admissionTag) {
        return new PacketHeader(sealed, deflated, recipient, incarnation, packetNumber, admissionTag);
    }

    /** Bytes that this header takes on the wire. */
    public int size() {
        return 14 + Varint.size(packetNumber) + (admissionTag == null ? 0 : TAG_BYTES);
    }

    /** The bytes on the wire. */
    public byte[] toBytes() {
        var bytes = new byte[size()];
        writeTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * What a seal authenticates beside the body: the bytes on the wire up to the admission tag. That there is a tag
     * shows in the flags; the tag itself covers the sealed body, so the seal cannot cover it.
     */
    public byte[] untaggedBytes() {
        byte[] bytes = toBytes();
        return admissionTag == null ? bytes : Arrays.copyOf(bytes, bytes.length - TAG_BYTES);
    }

    void writeTo(ByteBuffer out) {
        out.put((byte) VERSION);
        out.put((byte) ((sealed ? SEALED : 0) | (deflated ? DEFLATED : 0) | (admissionTag == null ? 0 : TAGGED)));
        out.putInt(recipient);
        out.putLong(incarnation);
        Varint.write(out, packetNumber);
        if (admissionTag != null) out.putLong(admissionTag);
    }

    /**
     * Reads a header from the start of a packet; {@link #size()} tells where the body begins.
     *
     * @throws WireException when the bytes start with no header of this version
     */
    public static PacketHeader parse(byte[] packet) {
        if (packet.length == 0) throw new Foreign(Reason.EMPTY, "the packet has no bytes");
        if (packet[0] != VERSION) {
            throw new Unsupported(Reason.VERSION_UNKNOWN, "packet version " + (packet[0] & 0xff) + ", not " + VERSION);
        }
        if (packet.length == 1) throw truncated(packet);
        int flags = packet[1] & 0xff;
        if ((flags & ~(SEALED | DEFLATED | TAGGED)) != 0) {
            throw new Unsupported(
                    Reason.FLAGS_RESERVED, "reserved packet flags are set: 0x" + Integer.toHexString(flags));
        }
        if (packet.length < 15) throw truncated(packet);
        ByteBuffer in = ByteBuffer.wrap(packet).position(2);
        int recipient = in.getInt();
        long incarnation = in.getLong();
        long packetNumber = readNumber(in, packet);
        Long tag = null;
        if ((flags & TAGGED) != 0) {
            if (in.remaining() < TAG_BYTES) throw truncated(packet);
            tag = in.getLong();
        }
        return new PacketHeader(
                (flags & SEALED) != 0, (flags & DEFLATED) != 0, recipient, incarnation, packetNumber, tag);
    }

    private static long readNumber(ByteBuffer in, byte[] packet) {
        long number = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            if (!in.hasRemaining()) throw truncated(packet);
            byte group = in.get();
            number |= (group & 0x7fL) << shift;
            if (group >= 0) {
                if (group == 0 && shift > 0) {
                    throw new Malformed(Reason.HEADER_NUMBER, "the packet number is not in its shortest form");
                }
                if (number > Limits.MAX_NUMBER) break;
                return number;
            }
        }
        throw new Malformed(Reason.HEADER_NUMBER, "the packet number is above 2^53 - 1");
    }

    private static Malformed truncated(byte[] packet) {
        return new Malformed(
                Reason.HEADER_TRUNCATED, "the packet ends in its header, after " + packet.length + " bytes");
    }
}
