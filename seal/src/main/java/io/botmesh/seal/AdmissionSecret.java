package io.botmesh.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a reader gives to a sender at enrolment, so that it tells this sender's packets from a stranger's at the price
 * of a hash. Shared by the two; it proves nothing to others and protects no content.
 */
public final class AdmissionSecret {
    private static final String PREFIX = "bm-admission-";
    private static final byte[] LABEL = "botmesh/admission/1".getBytes(StandardCharsets.US_ASCII);
    private static final String HMAC = "HmacSHA256";

    private final byte[] secret;
    private final SecretKeySpec key;

    private AdmissionSecret(byte[] secret) {
        this.secret = secret;
        key = new SecretKeySpec(secret, HMAC);
    }

    /** A new secret from the system's randomness. */
    public static AdmissionSecret generate() {
        return new AdmissionSecret(Hash.random(KeyText.KEY_BYTES));
    }

    /** The secret with these 32 bytes. */
    public static AdmissionSecret of(byte[] secret) {
        if (secret.length != KeyText.KEY_BYTES) throw new IllegalArgumentException("a secret of " + secret.length);
        return new AdmissionSecret(secret.clone());
    }

    /**
     * Reads what {@link #secretText()} wrote.
     *
     * @throws IllegalArgumentException when the text is another kind of key, cut short or mistyped
     */
    public static AdmissionSecret parse(String secretText) {
        return new AdmissionSecret(KeyText.parse(PREFIX, secretText));
    }

    /** The form for a peer file, which must be kept like a key. */
    public String secretText() {
        return KeyText.write(PREFIX, secret);
    }

    /**
     * The admission tag of a packet: the first 8 bytes of HMAC-SHA256 over {@code "botmesh/admission/1"}, the header
     * without its tag, the length of the body in four bytes, and SHA-256 of the body. Over a hash, so that the caption
     * of a document, which has it, can be checked before the document is fetched.
     */
    public long tag(Announcement packet) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(LABEL);
            mac.update(packet.header().untaggedBytes());
            mac.update(ByteBuffer.allocate(4).putInt(packet.bodyBytes()).flip());
            return ByteBuffer.wrap(mac.doFinal(packet.digest())).getLong();
        } catch (NoSuchAlgorithmException | InvalidKeyException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdmissionSecret that && Arrays.equals(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "AdmissionSecret";
    }
}
