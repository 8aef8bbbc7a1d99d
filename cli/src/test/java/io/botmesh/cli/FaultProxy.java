package io.botmesh.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A bad way to a server: it breaks connections before or after the server has acted, is slow, or answers in the server's place. */
final class FaultProxy implements AutoCloseable {
    /** What becomes of a request. */
    enum Fault {
        /** The connection is reset, and the server has heard nothing. */
        RESET,
        /** The server has acted, and the connection is reset before its answer. */
        LOST_REPLY,
        /** The connection is reset in the middle of the answer. */
        CUT_REPLY,
        /** A page of something in between that could not reach the server. */
        BAD_GATEWAY,
        /** The same, but the server has acted. */
        GATEWAY_TIMEOUT,
        /** The answer comes late. */
        DELAY
    }

    private static final int MOST_BYTES = 64 << 20;
    private static final long LONGEST_DELAY_MILLIS = 700;
    private static final List<Fault> FAULTS = List.of(Fault.values());

    private final URI server;
    private final double share;
    private final Random random;
    private final ServerSocket listening;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    /** @param share of requests that meet a fault, each kind as often */
    FaultProxy(URI server, long seed, double share) throws IOException {
        this.server = server;
        this.share = share;
        random = new Random(seed);
        listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fault-proxy").start(this::accept);
    }

    /** Where it is to be reached. */
    String api() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** How often each fault has happened. */
    Map<Fault, Integer> faults() {
        lock.lock();
        try {
            return new EnumMap<>(done);
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                open.add(client);
                Thread.ofVirtual().name("fault-proxy-call").start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One request for each connection. */
    private void serve(Socket client) {
        try (client) {
            var in = client.getInputStream();
            byte[] head = head(in);
            byte[] body = body(head, in);
            handle(client, head, body);
        } catch (IOException gone) {
            // With one of its ends.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void handle(Socket client, byte[] head, byte[] body) throws IOException, InterruptedException {
        var out = client.getOutputStream();
        switch (next()) {
            case null -> out.write(forward(head, body));
            case RESET -> reset(client);
            case LOST_REPLY -> {
                forward(head, body);
                reset(client);
            }
            case CUT_REPLY -> {
                byte[] reply = forward(head, body);
                out.write(reply, 0, reply.length / 2);
                out.flush();
                reset(client);
            }
            case BAD_GATEWAY -> page(out, 502, "Bad Gateway");
            case GATEWAY_TIMEOUT -> {
                forward(head, body);
                page(out, 504, "Gateway Time-out");
            }
            case DELAY -> {
                byte[] reply = forward(head, body);
                TimeUnit.MILLISECONDS.sleep(delay());
                out.write(reply);
            }
        }
    }

    private @Nullable Fault next() {
        lock.lock();
        try {
            if (random.nextDouble() >= share) return null;
            Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            done.merge(fault, 1, Integer::sum);
            return fault;
        } finally {
            lock.unlock();
        }
    }

    private long delay() {
        lock.lock();
        try {
            return random.nextLong(LONGEST_DELAY_MILLIS);
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    private static void page(OutputStream out, int code, String reason) throws IOException {
        String html = "<html><head><title>" + code + " " + reason + "</title></head><body><center><h1>" + code + " "
                + reason + "</h1></center><hr><center>nginx</center></body></html>\r\n";
        out.write(("HTTP/1.1 " + code + " " + reason + "\r\nContent-Type: text/html\r\nContent-Length: " + html.length()
                        + "\r\nConnection: close\r\n\r\n" + html)
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** All that the server answers. */
    private byte[] forward(byte[] head, byte[] body) throws IOException {
        try (var upstream = new Socket(server.getHost(), server.getPort())) {
            open.add(upstream);
            try {
                var out = upstream.getOutputStream();
                var lines = new ArrayList<>(List.of(text(head).split("\r\n", -1)));
                lines.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith("connection:"));
                lines.add(1, "Connection: close"); // so that its end is the answer's
                out.write(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
                out.write(body);
                out.flush();
                return upstream.getInputStream().readAllBytes();
            } finally {
                open.remove(upstream);
            }
        }
    }

    /** Until and with the empty line. */
    private static byte[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0 || head.size() > 1 << 16) throw new EOFException();
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toByteArray();
    }

    /** As it came, in chunks or not. */
    private static byte[] body(byte[] head, InputStream in) throws IOException {
        long length = 0;
        for (String line : text(head).toLowerCase(Locale.ROOT).split("\r\n", -1)) {
            if (line.startsWith("content-length:"))
                length = Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            if (line.startsWith("transfer-encoding:") && line.contains("chunked")) return chunks(in);
        }
        if (length > MOST_BYTES) throw new IOException("a body of " + length + " bytes");
        return in.readNBytes((int) length);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        while (all.size() < MOST_BYTES) {
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) throw new EOFException();
                line.write(next);
            }
            line.write('\n');
            line.writeTo(all);
            int size = Integer.parseInt(text(line.toByteArray()).strip(), 16);
            all.write(in.readNBytes(size + 2));
            if (size == 0) return all.toByteArray();
        }
        throw new IOException("too large a body");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable one : open) one.close();
    }
}
