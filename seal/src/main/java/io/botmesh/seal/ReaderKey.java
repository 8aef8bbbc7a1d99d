package io.botmesh.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** What packets for a reader, or for a group of readers, are sealed to: an X25519 public key. */
public final class ReaderKey {
    /** Bytes of a public key. */
    public static final int BYTES = 32;

    private static final String PREFIX = "bm-reader-";
    private static final byte[] ID_LABEL = "botmesh/key/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANY_SCALAR = new byte[BYTES];

    private final byte[] key;
    private final int id;

    private ReaderKey(byte[] key) {
        if (key.length != BYTES) throw new IllegalArgumentException("a reader key of " + key.length + " bytes");
        if (!X25519.calculateAgreement(ANY_SCALAR, 0, key, 0, new byte[BYTES], 0)) {
            throw new IllegalArgumentException(
                    "a reader key of small order: everybody could open what is sealed to it");
        }
        this.key = key;
        id = ByteBuffer.wrap(Hash.sha256(ID_LABEL, key)).getInt();
    }

    /**
     * The key with these 32 bytes.
     *
     * @throws IllegalArgumentException when sealing to it would hide nothing
     */
    public static ReaderKey of(byte[] key) {
        return new ReaderKey(key.clone());
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException when the text is another kind of key, cut short or mistyped
     */
    public static ReaderKey parse(String text) {
        return new ReaderKey(KeyText.parse(PREFIX, text));
    }

    /**
     * What a packet's header says instead of the key: the first 4 bytes of SHA-256 over {@code "botmesh/key/"} and the
     * key. Two keys may share an id; the seal tells them apart.
     */
    public int id() {
        return id;
    }

    /** The 32 bytes, a copy. */
    public byte[] toBytes() {
        return key.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReaderKey that && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** The form for peer files: {@code bm-reader-} and 48 characters. */
    @Override
    public String toString() {
        return KeyText.write(PREFIX, key);
    }
}
