package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.PacketHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;

/**
 * The seal: HPKE in base mode (RFC 9180; X25519, HKDF-SHA256, AES-128-GCM) to the reader's key, and inside it the
 * sender's Ed25519 key and signature. Every call takes a new ephemeral key, so sealing twice gives different bytes:
 * seal once, and store what comes out.
 *
 * <pre>
 * body      = enc 32 | AES-GCM(plaintext) | tag 16        info "botmesh/seal/1", aad = header without admission tag
 * plaintext = sender's key 32 | signature 64 | content | 0x01 | zeros
 * signed    = "botmesh/signature/1" | recipient's key 32 | SHA-256(header without admission tag | content)
 * </pre>
 *
 * <p>Safe for use by several threads at once.
 */
public final class HpkeSeal implements Seal {
    private static final byte[] INFO = "botmesh/seal/1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_LABEL = "botmesh/signature/1".getBytes(StandardCharsets.US_ASCII);

    private final Hpke hpke = new Hpke(INFO);
    private final Supplier<byte[]> ephemeral;

    /** A seal with the system's randomness. */
    public HpkeSeal() {
        ephemeral = () -> Hash.random(KeyText.KEY_BYTES);
    }

    /** For vectors only: equal keys for different packets break the seal. */
    HpkeSeal(Supplier<byte[]> ephemeral) {
        this.ephemeral = ephemeral;
    }

    @Override
    public byte[] ephemeral() {
        return ephemeral.get();
    }

    @Override
    public byte[] seal(
            Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding, byte[] ephemeral) {
        byte[] aad = header.untaggedBytes();
        byte[] plaintext = SealedText.write(sender.key(), sender.sign(signed(to, aad, content)), content, padding);
        return hpke.seal(ephemeral, to.toBytes(), aad, plaintext);
    }

    @Override
    public Unsealed open(ReaderSecret key, PacketHeader header, byte[] body) {
        if (body.length < OVERHEAD_BYTES) {
            throw new Forged(Reason.SEAL_TRUNCATED, "a sealed body of " + body.length + " bytes");
        }
        byte[] aad = header.untaggedBytes();
        return checked(key.key(), aad, () -> hpke.open(key.toBytes(), key.key().toBytes(), aad, body));
    }

    @Override
    public Unsealed reopen(byte[] ephemeral, ReaderKey to, PacketHeader header, byte[] body) {
        byte[] aad = header.untaggedBytes();
        return checked(to, aad, () -> hpke.reopen(ephemeral, to.toBytes(), aad, body));
    }

    private static Unsealed checked(ReaderKey to, byte[] aad, Opening opening) {
        var text = SealedText.parse(decrypt(opening));
        if (!text.sender().verifies(signed(to, aad, text.content()), text.signature())) {
            throw new Forged(
                    Reason.SIGNATURE,
                    "the signature is not that of " + text.sender().shortName());
        }
        return new Unsealed(text.sender(), text.content());
    }

    private interface Opening {
        byte[] plaintext() throws AEADBadTagException;
    }

    private static byte[] decrypt(Opening opening) {
        try {
            return opening.plaintext();
        } catch (AEADBadTagException broken) {
            throw new Forged(Reason.SEAL_BROKEN, "the seal does not open");
        }
    }

    /** Names the recipient by its whole key, so that nobody who opens a packet can pass it on as meant for another. */
    private static byte[] signed(ReaderKey to, byte[] aad, byte[] content) {
        byte[] digest = Hash.sha256(aad, content);
        var message = Arrays.copyOf(SIGNATURE_LABEL, SIGNATURE_LABEL.length + ReaderKey.BYTES + digest.length);
        System.arraycopy(to.toBytes(), 0, message, SIGNATURE_LABEL.length, ReaderKey.BYTES);
        System.arraycopy(digest, 0, message, SIGNATURE_LABEL.length + ReaderKey.BYTES, digest.length);
        return message;
    }
}
