package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** TLS in front of an emulator, for clients that speak nothing else. Its certificate is in {@link #certificate()}. */
final class TlsFront implements AutoCloseable {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    private final Path certificate;
    private final URI behind;
    private final SSLServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TlsFront(Path certificate, URI behind, SSLServerSocket server) {
        this.certificate = certificate;
        this.behind = behind;
        this.server = server;
    }

    /** Leaves a key and its certificate in the directory. */
    static TlsFront start(Path directory, URI behind)
            throws IOException, InterruptedException, GeneralSecurityException {
        var keys = directory.resolve("keys.p12");
        var certificate = directory.resolve("certificate.pem");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "front",
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
                new String(PASSWORD),
                "-keystore",
                keys.toString());
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        var encoded = Base64.getMimeEncoder()
                .encodeToString(store.getCertificate("front").getEncoded());
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        var server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var front = new TlsFront(certificate, behind, server);
        Thread.ofVirtual().name("tls-front").start(front::accept);
        return front;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** In PEM, to be trusted. */
    Path certificate() {
        return certificate;
    }

    URI uri() {
        return URI.create("https://localhost:" + server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var front = server.accept();
                var back = new Socket(behind.getHost(), behind.getPort());
                open.add(front);
                open.add(back);
                pump(front.getInputStream(), back.getOutputStream(), back);
                pump(back.getInputStream(), front.getOutputStream(), front);
            }
        } catch (IOException closed) {
            // close() was called
        }
    }

    private static void pump(InputStream from, OutputStream to, Socket receiver) {
        Thread.ofVirtual().start(() -> {
            try (receiver) {
                from.transferTo(to);
            } catch (IOException gone) {
                // one end has closed, which closes the other
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) socket.close();
    }
}
