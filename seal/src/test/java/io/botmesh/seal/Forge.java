package io.botmesh.seal;

import static io.botmesh.seal.JdkHpke.join;

import io.botmesh.wire.PacketHeader;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/** Makes sealed bodies that the seal itself would not. */
final class Forge {
    private Forge() {}

    static byte[] signature(Identity signer, ReaderKey to, PacketHeader header, byte[] content) {
        return signer.sign(join(
                "botmesh/signature/1".getBytes(StandardCharsets.US_ASCII),
                to.toBytes(),
                Hash.sha256(header.untaggedBytes(), content)));
    }

    static byte[] body(Identity signer, NodeKey claimed, ReaderKey to, PacketHeader header, byte[] content) {
        return body(claimed, signature(signer, to, header, content), to, header, content);
    }

    static byte[] body(NodeKey claimed, byte[] signature, ReaderKey to, PacketHeader header, byte[] content) {
        return text(to, header, join(claimed.toBytes(), signature, content, new byte[] {1}));
    }

    /** Any bytes under a valid seal. */
    static byte[] text(ReaderKey to, PacketHeader header, byte[] text) {
        return text(to, header, text, Hash.random(32));
    }

    static byte[] text(ReaderKey to, PacketHeader header, byte[] text, byte[] ephemeral) {
        var secret = new X25519PrivateKeyParameters(ephemeral);
        var pair = new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret);
        var hpke = new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
        var context = hpke.setupBaseS(
                new X25519PublicKeyParameters(to.toBytes()),
                "botmesh/seal/1".getBytes(StandardCharsets.US_ASCII),
                pair);
        try {
            return join(context.getEncapsulation(), context.seal(header.untaggedBytes(), text));
        } catch (InvalidCipherTextException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
