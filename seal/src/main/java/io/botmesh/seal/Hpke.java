package io.botmesh.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * HPKE (RFC 9180) in base mode for one message a key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. The curve is the
 * library's; hash and cipher are the JDK's, which has the processor's instructions for them.
 */
final class Hpke {
    static final int ENC_BYTES = 32;
    static final int TAG_BYTES = 16;

    private static final byte[] KEM = {'K', 'E', 'M', 0, 0x20};
    private static final byte[] SUITE = {'H', 'P', 'K', 'E', 0, 0x20, 0, 1, 0, 1};
    private static final byte[] VERSION = ascii("HPKE-v1");
    private static final byte[] NONE = {};

    /** What does not change from one message to the next: mode, no pre-shared key, and what the key is for. */
    private final byte[] context;

    Hpke(byte[] info) {
        context = join(
                new byte[] {0},
                labeledExtract(SUITE, NONE, "psk_id_hash", NONE),
                labeledExtract(SUITE, NONE, "info_hash", info));
    }

    /**
     * The ephemeral public key, the ciphertext and its tag.
     *
     * @param ephemeral 32 random bytes, never used before
     */
    byte[] seal(byte[] ephemeral, byte[] readerKey, byte[] aad, byte[] plaintext) {
        byte[] sealed = new byte[ENC_BYTES + plaintext.length + TAG_BYTES];
        X25519.scalarMultBase(ephemeral, 0, sealed, 0);
        byte[] enc = Arrays.copyOf(sealed, ENC_BYTES);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, agreed(ephemeral, readerKey), enc, readerKey);
            cipher.updateAAD(aad);
            cipher.doFinal(plaintext, 0, plaintext.length, sealed, ENC_BYTES);
            return sealed;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("encrypting", impossible);
        }
    }

    /**
     * The plaintext of what {@link #seal} gave.
     *
     * @throws AEADBadTagException if it was sealed to another key, or is not what it was
     */
    byte[] open(byte[] readerSecret, byte[] readerKey, byte[] aad, byte[] sealed) throws AEADBadTagException {
        byte[] enc = Arrays.copyOf(sealed, ENC_BYTES);
        return open(agreed(readerSecret, enc), enc, readerKey, aad, sealed);
    }

    /**
     * The plaintext for who sealed it.
     *
     * @throws AEADBadTagException if it was sealed under another key, or is not what it was
     */
    byte[] reopen(byte[] ephemeral, byte[] readerKey, byte[] aad, byte[] sealed) throws AEADBadTagException {
        return open(agreed(ephemeral, readerKey), Arrays.copyOf(sealed, ENC_BYTES), readerKey, aad, sealed);
    }

    private byte[] open(byte[] agreed, byte[] enc, byte[] readerKey, byte[] aad, byte[] sealed)
            throws AEADBadTagException {
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, agreed, enc, readerKey);
            cipher.updateAAD(aad);
            return cipher.doFinal(sealed, ENC_BYTES, sealed.length - ENC_BYTES);
        } catch (AEADBadTagException forged) {
            throw forged;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("decrypting", impossible);
        }
    }

    /** What both sides compute, one of them with its secret and the other's key. */
    private static byte[] agreed(byte[] secret, byte[] key) throws AEADBadTagException {
        var agreed = new byte[X25519.POINT_SIZE];
        if (!X25519.calculateAgreement(secret, 0, key, 0, agreed, 0))
            throw new AEADBadTagException("a key of small order");
        return agreed;
    }

    private Cipher cipher(int mode, byte[] agreed, byte[] enc, byte[] readerKey) throws GeneralSecurityException {
        byte[] eae = labeledExtract(KEM, NONE, "eae_prk", agreed);
        byte[] shared = labeledExpand(KEM, eae, "shared_secret", join(enc, readerKey), 32);
        byte[] secret = labeledExtract(SUITE, shared, "secret", NONE);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(labeledExpand(SUITE, secret, "key", context, 16), "AES"),
                new GCMParameterSpec(8 * TAG_BYTES, labeledExpand(SUITE, secret, "base_nonce", context, 12)));
        return cipher;
    }

    private static byte[] labeledExtract(byte[] suite, byte[] salt, String label, byte[] input) {
        // A key of zeros is what an empty one is to an HMAC, which the JDK does not take.
        return hmac(salt.length == 0 ? new byte[32] : salt, VERSION, suite, ascii(label), input);
    }

    /** One block of output at most, which is all that this suite asks for. */
    private static byte[] labeledExpand(byte[] suite, byte[] key, String label, byte[] info, int length) {
        byte[] block = hmac(key, new byte[] {0, (byte) length}, VERSION, suite, ascii(label), info, new byte[] {1});
        return Arrays.copyOf(block, length);
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) mac.update(part);
            return mac.doFinal();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    private static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) size += part.length;
        byte[] joined = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
