package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * <b>Hides and proves nothing.</b> Stands in for {@link HpkeSeal} where thousands of nodes are simulated on one thread:
 * bodies have the same sizes, and are refused when altered or made for another key, but anybody can read and forge
 * them. A test of the layers keeps it out of everything but the simulator; no reader with a real seal accepts what it
 * makes.
 */
public final class SimulatedSeal implements Seal {
    private static final int ENC_BYTES = 32;
    private static final int TAG_BYTES = 16;

    /** A seal for a simulation. */
    public SimulatedSeal() {}

    @Override
    public byte[] ephemeral() {
        return new byte[ENC_BYTES];
    }

    @Override
    public byte[] seal(
            Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding, byte[] ephemeral) {
        byte[] text = SealedText.write(sender.key(), new byte[Identity.SIGNATURE_BYTES], content, padding);
        var body = ByteBuffer.allocate(ENC_BYTES + text.length + TAG_BYTES);
        body.put(to.toBytes()).put(text).putLong(checksum(to, header, text));
        return body.array();
    }

    @Override
    public Unsealed open(ReaderSecret key, PacketHeader header, byte[] body) {
        return open(key.key(), header, body);
    }

    @Override
    public Unsealed reopen(byte[] ephemeral, ReaderKey to, PacketHeader header, byte[] body) {
        return open(to, header, body);
    }

    private static Unsealed open(ReaderKey to, PacketHeader header, byte[] body) {
        if (body.length < OVERHEAD_BYTES) {
            throw new Forged(Reason.SEAL_TRUNCATED, "a sealed body of " + body.length + " bytes");
        }
        byte[] text = Arrays.copyOfRange(body, ENC_BYTES, body.length - TAG_BYTES);
        var tag = ByteBuffer.wrap(body).position(body.length - TAG_BYTES);
        boolean mine = Arrays.equals(Arrays.copyOf(body, ENC_BYTES), to.toBytes());
        if (!mine || tag.getLong() != checksum(to, header, text) || tag.getLong() != 0) {
            throw new Forged(Reason.SEAL_BROKEN, "the seal does not open");
        }
        var parsed = SealedText.parse(text);
        return new Unsealed(parsed.sender(), parsed.content());
    }

    private static long checksum(ReaderKey to, PacketHeader header, byte[] text) {
        var crc = new CRC32C();
        crc.update(to.toBytes());
        crc.update(header.untaggedBytes());
        crc.update(text);
        return crc.getValue();
    }
}
