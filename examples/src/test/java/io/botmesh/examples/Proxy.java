package io.botmesh.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands connections on as they are. They wait until it is said where to. */
final class Proxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final CompletableFuture<URI> target = new CompletableFuture<>();
    private final AtomicInteger connections = new AtomicInteger();

    Proxy() throws IOException {
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    void leadTo(URI where) {
        target.complete(where);
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                var from = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> join(from));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void join(Socket from) {
        var where = target.join();
        try (from;
                var to = new Socket(InetAddress.getLoopbackAddress(), where.getPort())) {
            var back = Thread.ofVirtual().start(() -> copy(to, from));
            copy(from, to);
            back.join();
        } catch (IOException | InterruptedException gone) {
            // So is the connection.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException gone) {
            // So is the other half.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
