package io.botmesh.seal;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Who a node is to others: the Ed25519 public key that its packets are signed with. */
public final class NodeKey {
    /** Bytes of a public key. */
    public static final int BYTES = 32;

    private static final String PREFIX = "bm-node-";

    private final byte[] key;

    private NodeKey(byte[] key) {
        if (key.length != BYTES) throw new IllegalArgumentException("a node key of " + key.length + " bytes");
        this.key = key;
    }

    /** The key with these 32 bytes; whether they are a point of the curve shows when something is verified. */
    public static NodeKey of(byte[] key) {
        return new NodeKey(key.clone());
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException when the text is another kind of key, cut short or mistyped
     */
    public static NodeKey parse(String text) {
        return new NodeKey(KeyText.parse(PREFIX, text));
    }

    /** The 32 bytes, a copy. */
    public byte[] toBytes() {
        return key.clone();
    }

    /** A short name for logs; two keys may share it. */
    public String shortName() {
        return HexFormat.of().formatHex(key, 0, 4);
    }

    boolean verifies(byte[] message, byte[] signature) {
        // Keys of small order, whose signatures fit many messages, are refused in there.
        return signature.length == Identity.SIGNATURE_BYTES
                && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeKey that && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** The form for peer files: {@code bm-node-} and 48 characters. */
    @Override
    public String toString() {
        return KeyText.write(PREFIX, key);
    }
}
