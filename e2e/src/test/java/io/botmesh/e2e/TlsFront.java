package io.botmesh.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLServerSocket;

/** TLS in front of an emulator, for clients that speak nothing else. Its certificate is in {@link #certificate()}. */
final class TlsFront implements AutoCloseable {
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
        var own = SelfSigned.in(directory);
        var server = (SSLServerSocket)
                own.context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var front = new TlsFront(own.certificate(), behind, server);
        Thread.ofVirtual().name("tls-front").start(front::accept);
        return front;
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
