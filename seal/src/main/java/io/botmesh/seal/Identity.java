package io.botmesh.seal;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A node's own key: the private half signs (Ed25519), the public half is who the node is. */
public final class Identity {
    static final int SIGNATURE_BYTES = 64;

    private static final String PREFIX = "bm-node-secret-";

    private final byte[] secret;
    private final byte[] publicKey;
    private final NodeKey key;

    private Identity(byte[] secret) {
        this.secret = secret;
        publicKey = new byte[NodeKey.BYTES];
        Ed25519.generatePublicKey(secret, 0, publicKey, 0);
        key = NodeKey.of(publicKey);
    }

    /** A new identity from the system's randomness. */
    public static Identity generate() {
        return new Identity(Hash.random(KeyText.KEY_BYTES));
    }

    /**
     * Reads what {@link #secretText()} wrote.
     *
     * @throws IllegalArgumentException when the text is another kind of key, cut short or mistyped
     */
    public static Identity parse(String secretText) {
        return new Identity(KeyText.parse(PREFIX, secretText));
    }

    /** The identity with this seed (RFC 8032), 32 bytes. Whoever knows them is this node, so only a simulation chooses them itself. */
    public static Identity of(byte[] seed) {
        if (seed.length != KeyText.KEY_BYTES) throw new IllegalArgumentException("a seed of " + seed.length + " bytes");
        return new Identity(seed.clone());
    }

    /** The public half. */
    public NodeKey key() {
        return key;
    }

    /** The private half for a key file; whoever has it is this node. */
    public String secretText() {
        return KeyText.write(PREFIX, secret);
    }

    byte[] sign(byte[] message) {
        var signature = new byte[SIGNATURE_BYTES];
        Ed25519.sign(secret, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Never the private half. */
    @Override
    public String toString() {
        return "Identity[" + key + "]";
    }
}
