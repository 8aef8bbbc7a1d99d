package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.PacketHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;

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
    private static final int ENC_BYTES = 32;

    private final Supplier<AsymmetricCipherKeyPair> ephemeral;

    /** A seal with the system's randomness. */
    public HpkeSeal() {
        ephemeral = () -> hpke().generatePrivateKey();
    }

    /** For vectors only: equal keys for different packets break the seal. */
    HpkeSeal(Supplier<AsymmetricCipherKeyPair> ephemeral) {
        this.ephemeral = ephemeral;
    }

    @Override
    public byte[] seal(Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding) {
        byte[] aad = header.untaggedBytes();
        byte[] plaintext = SealedText.write(sender.key(), sender.sign(signed(to, aad, content)), content, padding);
        try {
            var context = hpke().setupBaseS(to.parameters(), INFO, ephemeral.get());
            byte[] ciphertext = context.seal(aad, plaintext);
            byte[] body = Arrays.copyOf(context.getEncapsulation(), ENC_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, body, ENC_BYTES, ciphertext.length);
            return body;
        } catch (InvalidCipherTextException impossible) {
            throw new AssertionError("encrypting", impossible);
        }
    }

    @Override
    public Unsealed open(ReaderSecret key, PacketHeader header, byte[] body) {
        if (body.length < OVERHEAD_BYTES) {
            throw new Forged(Reason.SEAL_TRUNCATED, "a sealed body of " + body.length + " bytes");
        }
        byte[] aad = header.untaggedBytes();
        var text = SealedText.parse(decrypt(key, aad, body));
        if (!text.sender().verifies(signed(key.key(), aad, text.content()), text.signature())) {
            throw new Forged(
                    Reason.SIGNATURE,
                    "the signature is not that of " + text.sender().shortName());
        }
        return new Unsealed(text.sender(), text.content());
    }

    /** The library's object holds the state of its hash, so it is for one call. */
    private static HPKE hpke() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
    }

    private static byte[] decrypt(ReaderSecret key, byte[] aad, byte[] body) {
        try {
            var context = hpke().setupBaseR(Arrays.copyOf(body, ENC_BYTES), key.pair(), INFO);
            return context.open(aad, body, ENC_BYTES, body.length - ENC_BYTES);
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException broken) {
            // The library throws the latter two for ephemeral keys of small order.
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
