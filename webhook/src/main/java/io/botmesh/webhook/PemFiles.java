package io.botmesh.webhook;

import io.botmesh.webhook.WebhookServerOptions.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Certificate and key from PEM files. Messages name files, never what is in a key. */
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** A file may hold its key, too. */
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");

    /** Guards the store in memory only. */
    static final char[] PASSWORD = "in-memory".toCharArray();

    private PemFiles() {}

    /** What both files hold, to see whether they have changed. */
    static byte[] content(Tls tls) throws IOException {
        byte[] certificates = bytes(tls.certificates());
        byte[] key = bytes(tls.key());
        byte[] both = Arrays.copyOf(certificates, certificates.length + key.length);
        System.arraycopy(key, 0, both, certificates.length, key.length);
        return both;
    }

    /**
     * Both in one store.
     *
     * @throws IOException if a file cannot be read, or is not what it should be
     */
    static KeyStore read(Tls tls) throws IOException {
        try {
            var chain = chain(tls.certificates());
            var key = key(tls.key());
            if (!belong(key, chain[0].getPublicKey()))
                throw new IOException("key " + tls.key() + " is not that of certificate " + tls.certificates());
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("webhook", key, PASSWORD, chain);
            return store;
        } catch (GeneralSecurityException unusable) {
            throw new IOException(
                    "certificate " + tls.certificates() + " and key " + tls.key() + " cannot be used", unusable);
        }
    }

    /** The certificate that is the server's own, of a store that {@link #read} has made. */
    static X509Certificate shown(KeyStore store) throws IOException {
        try {
            return (X509Certificate) store.getCertificate("webhook");
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificate cannot be used", unusable);
        }
    }

    private static boolean belong(PrivateKey key, PublicKey shown) throws GeneralSecurityException {
        var algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] text = {1, 2, 3};
        var signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(text);
        var verifying = Signature.getInstance(algorithm);
        try {
            verifying.initVerify(shown);
            verifying.update(text);
            return verifying.verify(signing.sign());
        } catch (InvalidKeyException | SignatureException another) {
            return false;
        }
    }

    private static Certificate[] chain(Path file) throws IOException {
        try {
            var certificates = CERTIFICATE
                    .matcher(new String(bytes(file), StandardCharsets.ISO_8859_1))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining("\n"));
            if (certificates.isEmpty()) throw new IOException(file + " holds no certificates in PEM");
            var chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(certificates.getBytes(StandardCharsets.ISO_8859_1)));
            return chain.toArray(new Certificate[0]);
        } catch (GeneralSecurityException broken) {
            throw new IOException(file + " is damaged", broken);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.isDirectory(file)) throw new IOException(file + " is a folder");
        return Files.readAllBytes(file);
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        var pem = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!pem.find())
            throw new IOException(file + " holds no unencrypted key in PKCS #8; "
                    + "make one: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.group(1));
        } catch (IllegalArgumentException broken) {
            throw new IOException(file + " is damaged", broken);
        }
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException another) {
                // Only the key itself says of which kind it is.
            }
        }
        throw new IOException(file + " holds a key that is neither RSA nor EC nor EdDSA");
    }
}
