package io.botmesh.seal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.XECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A second opinion: RFC 9180's receiver, base mode, one message, written from the RFC over the JDK's primitives. */
final class JdkHpke {
    private static final byte[] KEM = join(ascii("KEM"), new byte[] {0, 0x20});
    private static final byte[] SUITE = join(ascii("HPKE"), new byte[] {0, 0x20, 0, 1, 0, 1});

    private JdkHpke() {}

    static byte[] open(byte[] secret, byte[] publicKey, byte[] info, byte[] aad, byte[] enc, byte[] ciphertext)
            throws GeneralSecurityException {
        byte[] shared = sharedSecret(secret, publicKey, enc);
        byte[] context = join(
                new byte[] {0},
                labeledExtract(SUITE, new byte[0], "psk_id_hash", new byte[0]),
                labeledExtract(SUITE, new byte[0], "info_hash", info));
        byte[] prk = labeledExtract(SUITE, shared, "secret", new byte[0]);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(labeledExpand(SUITE, prk, "key", context, 16), "AES"),
                new GCMParameterSpec(128, labeledExpand(SUITE, prk, "base_nonce", context, 12)));
        cipher.updateAAD(aad);
        return cipher.doFinal(ciphertext);
    }

    static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) throws GeneralSecurityException {
        byte[] y = reversed(publicKey);
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        var point = new EdECPoint(odd, new BigInteger(1, y));
        var key = KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
    }

    private static byte[] sharedSecret(byte[] secret, byte[] publicKey, byte[] enc) throws GeneralSecurityException {
        var keys = KeyFactory.getInstance("X25519");
        var agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
        var peer = (XECPublicKey)
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, reversed(enc))));
        agreement.doPhase(peer, true);
        byte[] prk = labeledExtract(KEM, new byte[0], "eae_prk", agreement.generateSecret());
        return labeledExpand(KEM, prk, "shared_secret", join(enc, publicKey), 32);
    }

    private static byte[] labeledExtract(byte[] suite, byte[] salt, String label, byte[] ikm)
            throws GeneralSecurityException {
        return hmac(salt.length == 0 ? new byte[32] : salt, join(ascii("HPKE-v1"), suite, ascii(label), ikm));
    }

    private static byte[] labeledExpand(byte[] suite, byte[] prk, String label, byte[] info, int length)
            throws GeneralSecurityException {
        byte[] labeled = join(new byte[] {0, (byte) length}, ascii("HPKE-v1"), suite, ascii(label), info);
        return Arrays.copyOf(hmac(prk, join(labeled, new byte[] {1})), length); // one block is enough
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) reversed[i] = bytes[bytes.length - 1 - i];
        return reversed;
    }

    static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) size += part.length;
        byte[] out = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
