package io.botmesh.seal;

import static io.botmesh.seal.JdkHpke.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.SealException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HpkeSealTest extends SealContract {
    private static final byte[] CONTENT = "17 degrees".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INFO = "botmesh/seal/1".getBytes(StandardCharsets.US_ASCII);

    @Override
    Seal seal() {
        return new HpkeSeal();
    }

    /** The layout of docs/protocol.md, read by code that shares nothing with the seal. */
    @Test
    void aSecondImplementationReadsIt() throws Exception {
        byte[] body = seal.seal(sender, reader.key(), HEADER, CONTENT, 5);
        byte[] header = HEADER.withAdmissionTag(0L).toBytes();
        byte[] aad = Arrays.copyOf(header, header.length - 8);
        byte[] text = JdkHpke.open(
                reader.toBytes(),
                reader.key().toBytes(),
                INFO,
                aad,
                Arrays.copyOf(body, 32),
                Arrays.copyOfRange(body, 32, body.length));
        assertThat(Arrays.copyOf(text, 32)).isEqualTo(sender.key().toBytes());
        assertThat(Arrays.copyOfRange(text, 96, text.length)).isEqualTo(join(CONTENT, new byte[] {1, 0, 0, 0, 0, 0}));
        byte[] signed = join(
                "botmesh/signature/1".getBytes(StandardCharsets.US_ASCII),
                reader.key().toBytes(),
                java.security.MessageDigest.getInstance("SHA-256").digest(join(aad, CONTENT)));
        assertThat(JdkHpke.verifies(sender.key().toBytes(), signed, Arrays.copyOfRange(text, 32, 96)))
                .isTrue();
    }

    @Test
    void noTwoSealsOfTheSameContentAreAlike() {
        byte[] one = seal.seal(sender, reader.key(), HEADER, CONTENT, 0);
        byte[] two = seal.seal(sender, reader.key(), HEADER, CONTENT, 0);
        assertThat(Arrays.copyOf(one, 32)).isNotEqualTo(Arrays.copyOf(two, 32));
    }

    /** RFC 7748 masks the top bit of a public key, but RFC 9180 derives keys from the bytes as they came. */
    @Test
    void theBitThatTheKeyExchangeIgnoresIsNotIgnored() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, CONTENT, 0);
        body[31] ^= (byte) 0x80;
        refused(() -> seal.open(reader, HEADER, body), Reason.SEAL_BROKEN);
    }

    @Test
    void anEphemeralKeyOfSmallOrderIsRefused() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, CONTENT, 0);
        Arrays.fill(body, 0, 32, (byte) 0);
        refused(() -> seal.open(reader, HEADER, body), Reason.SEAL_BROKEN);
        body[0] = 1;
        refused(() -> seal.open(reader, HEADER, body), Reason.SEAL_BROKEN);
    }

    @Test
    void whoSignsForAnotherIsRefused() {
        byte[] forged = Forge.body(Identity.generate(), sender.key(), reader.key(), HEADER, CONTENT);
        refused(() -> seal.open(reader, HEADER, forged), Reason.SIGNATURE);
        byte[] honest = Forge.body(sender, sender.key(), reader.key(), HEADER, CONTENT);
        assertThat(seal.open(reader, HEADER, honest).sender()).isEqualTo(sender.key());
    }

    /** Whoever opens a packet has its signature; it must not serve him to speak to others in the sender's name. */
    @Test
    void aReaderCannotPassASignedContentOnToAnotherReader() {
        var other = ReaderSecret.generate();
        byte[] stolen = Forge.signature(sender, reader.key(), HEADER, CONTENT);
        byte[] passedOn = Forge.body(sender.key(), stolen, other.key(), HEADER, CONTENT);
        refused(() -> seal.open(other, HEADER, passedOn), Reason.SIGNATURE);
    }

    @Test
    void aSignatureFitsItsHeaderOnly() {
        byte[] stolen = Forge.signature(sender, reader.key(), HEADER, CONTENT);
        var later = HEADER.withPacketNumber(301);
        byte[] again = Forge.body(sender.key(), stolen, reader.key(), later, CONTENT);
        refused(() -> seal.open(reader, later, again), Reason.SIGNATURE);
    }

    @Test
    void aContentWithoutEndIsRefused() {
        byte[] body = Forge.text(reader.key(), HEADER, new byte[97]);
        refused(() -> seal.open(reader, HEADER, body), Reason.PADDING);
        byte[] two = new byte[140];
        two[120] = 2;
        refused(() -> seal.open(reader, HEADER, Forge.text(reader.key(), HEADER, two)), Reason.PADDING);
    }

    /** Such keys verify one signature for many messages: whoever uses one could deny what he signed. */
    @Test
    void aSenderKeyOfSmallOrderIsRefused() {
        byte[] identity = new byte[32];
        identity[0] = 1;
        byte[] signature = new byte[64];
        signature[0] = 1; // R is the neutral point, S is 0: fits every message in the equation alone
        byte[] body = Forge.body(NodeKey.of(identity), signature, reader.key(), HEADER, CONTENT);
        refused(() -> seal.open(reader, HEADER, body), Reason.SIGNATURE);
        byte[] other = Forge.body(NodeKey.of(new byte[32]), signature, reader.key(), HEADER, CONTENT);
        refused(() -> seal.open(reader, HEADER, other), Reason.SIGNATURE);
    }
}
