package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key of this machine with a certificate that only those believe who are told to.
 *
 * @param certificate in PEM
 * @param key         in PEM
 */
record SelfSigned(KeyStore keys, Path certificate, Path key) {
    private static final String ALIAS = "own";
    private static final String PASSWORD = "not-a-secret";

    /** Leaves its files in the directory. */
    static SelfSigned in(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        var file = directory.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        ALIAS,
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "BC=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        var keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var certificate = keys.getCertificate(ALIAS).getEncoded();
        var key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
        return new SelfSigned(
                keys,
                pem(directory.resolve("certificate.pem"), "CERTIFICATE", certificate),
                pem(directory.resolve("key.pem"), "PRIVATE KEY", key));
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        var text = Base64.getMimeEncoder().encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** For a server that has it. */
    SSLContext context() throws GeneralSecurityException {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
