package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on raw sockets that does what a script says, one thread a connection. */
final class ScriptedServer implements AutoCloseable {
    interface Script {
        void run(Connection connection) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger connections = new AtomicInteger();
    /** Whole requests read. */
    final AtomicInteger requests = new AtomicInteger();

    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    ScriptedServer(Script script) throws IOException {
        this(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), script);
    }

    ScriptedServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        Thread.ofPlatform().daemon().name("scripted-server").start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofPlatform().daemon().name("scripted-connection").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(new Connection(socket));
        } catch (IOException broken) {
            // the client went away, which many scripts provoke
        } catch (Throwable fault) {
            faults.add(fault);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
        for (Socket socket : open) socket.close();
        if (!faults.isEmpty()) throw new AssertionError("the script failed", faults.peek());
    }

    /** One connection, seen from the server. */
    final class Connection {
        final Socket socket;
        final InputStream in;
        final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** The next request's head; throws at the end of the connection. */
        String readHead() throws IOException {
            var head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) throw new EOFException();
                head.write(b);
            }
            return head.toString(ISO_8859_1);
        }

        /** Reads one whole request. */
        Received readRequest() throws IOException {
            String head = readHead();
            var body = new ByteArrayOutputStream();
            if (header(head, "transfer-encoding").equals("chunked")) {
                for (int size; (size = Integer.parseInt(readLine().strip(), 16)) >= 0; ) {
                    body.write(in.readNBytes(size));
                    readLine();
                    if (size == 0) break;
                }
            } else if (!header(head, "content-length").isEmpty()) {
                int length = Integer.parseInt(header(head, "content-length"));
                byte[] bytes = in.readNBytes(length);
                if (bytes.length < length) throw new EOFException();
                body.writeBytes(bytes);
            }
            requests.incrementAndGet();
            return new Received(head, body.toString(ISO_8859_1));
        }

        String readLine() throws IOException {
            var line = new StringBuilder();
            for (int b; (b = in.read()) != '\n'; ) {
                if (b < 0) throw new EOFException();
                line.append((char) b);
            }
            return line.toString();
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        void answer(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Until the client closes its side. */
        void awaitClientClose() throws IOException {
            while (in.read() >= 0) {}
        }

        /** Carries bytes to and from another server, as a tunnel does. */
        void relayTo(int port) throws IOException {
            try (var other = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread.ofPlatform().daemon().start(() -> {
                    try {
                        other.getInputStream().transferTo(out);
                        socket.close();
                    } catch (IOException over) {
                        // either side may end first
                    }
                });
                for (int b; (b = in.read()) >= 0; ) other.getOutputStream().write(b);
            }
        }

        /** Pauses the script; false when the server closes meanwhile. */
        boolean pause(long millis) {
            try {
                return !closing.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }
    }

    record Received(String head, String body) {
        String line() {
            return head.substring(0, head.indexOf('\r'));
        }

        String header(String name) {
            return ScriptedServer.header(head, name);
        }
    }

    private static String header(String head, String name) {
        for (String line : head.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name))
                return line.substring(colon + 1).strip();
        }
        return "";
    }
}
