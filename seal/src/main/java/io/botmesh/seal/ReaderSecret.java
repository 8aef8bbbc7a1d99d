package io.botmesh.seal;

import java.util.Arrays;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/** The private half of a {@link ReaderKey}: opens what is sealed to it. */
public final class ReaderSecret {
    private static final String PREFIX = "bm-reader-secret-";

    private final byte[] secret;
    private final ReaderKey key;

    private ReaderSecret(byte[] secret) {
        this.secret = secret;
        key = ReaderKey.of(
                new X25519PrivateKeyParameters(secret).generatePublicKey().getEncoded());
    }

    /** A new key from the system's randomness. */
    public static ReaderSecret generate() {
        return new ReaderSecret(Hash.random(KeyText.KEY_BYTES));
    }

    /** The key with these 32 bytes, as a group's owner handed them over. */
    public static ReaderSecret of(byte[] secret) {
        if (secret.length != KeyText.KEY_BYTES) {
            throw new IllegalArgumentException("a reader's secret of " + secret.length + " bytes");
        }
        return new ReaderSecret(secret.clone());
    }

    /**
     * Reads what {@link #secretText()} wrote.
     *
     * @throws IllegalArgumentException when the text is another kind of key, cut short or mistyped
     */
    public static ReaderSecret parse(String secretText) {
        return new ReaderSecret(KeyText.parse(PREFIX, secretText));
    }

    /** The public half. */
    public ReaderKey key() {
        return key;
    }

    /** The private half for a key file; whoever has it reads what is sealed to the key, now and from before. */
    public String secretText() {
        return KeyText.write(PREFIX, secret);
    }

    /** The private half for a member of a group, a copy; it must only travel sealed. */
    public byte[] toBytes() {
        return secret.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReaderSecret that && Arrays.equals(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** Never the private half. */
    @Override
    public String toString() {
        return "ReaderSecret[" + key + "]";
    }
}
