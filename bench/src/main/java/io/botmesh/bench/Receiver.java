package io.botmesh.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A bot's own server that takes whatever is posted to it, counts, and says 200. */
final class Receiver implements AutoCloseable {
    private static final byte[] TAKEN = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1);

    private final ServerSocket server;
    private volatile CountDownLatch expected = new CountDownLatch(0);

    Receiver() throws IOException {
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("receiver").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Counts to zero with the requests that come from now on. */
    CountDownLatch expect(int requests) {
        var next = new CountDownLatch(requests);
        expected = next;
        return next;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().name("receiver-connection").start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            for (var line = line(in); line != null; line = line(in)) {
                int length = 0;
                for (; line != null && !line.isEmpty(); line = line(in)) {
                    var header = line.toLowerCase(Locale.ROOT);
                    if (header.startsWith("content-length:"))
                        length = Integer.parseInt(header.substring(15).strip());
                }
                in.skipNBytes(length);
                socket.getOutputStream().write(TAKEN);
                expected.countDown();
            }
        } catch (IOException gone) {
            // The other side has closed it.
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) return null;
            if (c != '\r') line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
