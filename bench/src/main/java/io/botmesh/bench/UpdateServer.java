package io.botmesh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The cheapest server that updates can come from: {@code getUpdates} with offset, limit and long polling for one bot, and
 * canned answers to everything else. Updates are made when they are asked for, so any number can wait. A process of its own,
 * told what to do on its standard input.
 */
final class UpdateServer {
    private static final int BATCH = 100;
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SENT = answer("{\"ok\":true,\"result\":{\"message_id\":1,\"date\":1767225600,"
            + "\"chat\":{\"id\":1000001,\"type\":\"private\",\"first_name\":\"Ann\"},\"text\":\"hello\"}}");
    /** To deleteWebhook, which some clients begin with. */
    private static final byte[] DELETED = answer("{\"ok\":true,\"result\":true}");

    private static final byte[] OPEN = "{\"ok\":true,\"result\":[".getBytes(StandardCharsets.US_ASCII);

    /** One past the last update that there is, as far as it does not grow with time. */
    private final AtomicLong end = new AtomicLong(Updates.FIRST_ID);
    /** Updates before this one are forgotten, as the client has asked for a later one. */
    private final AtomicLong confirmed = new AtomicLong(Updates.FIRST_ID);
    /** Since when it grows, or 0; and how many a second. */
    private volatile long growsSince;

    private volatile long perSecond;

    private UpdateServer() {}

    /**
     * Prints its port; obeys {@code more COUNT} and {@code trickle PER_SECOND}, {@code stop}, and says for {@code left} how many
     * updates no client has confirmed.
     */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        System.setOut(System.err); // whatever logs must not answer
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var server = new UpdateServer();
        try (var socket = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> server.accept(socket));
            out.println(socket.getLocalPort());
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.split(" ", -1);
                switch (words[0]) {
                    case "more" -> server.end.addAndGet(Long.parseLong(words[1]));
                    case "trickle" -> {
                        server.perSecond = Long.parseLong(words[1]);
                        server.growsSince = System.nanoTime();
                    }
                    case "stop" -> {
                        long end = server.end();
                        server.growsSince = 0;
                        server.end.set(end);
                    }
                    case "left" -> {
                        out.println(server.end() - server.confirmed.get());
                        continue;
                    }
                    default -> throw new IllegalArgumentException(line);
                }
                out.println("ok");
            }
        }
    }

    private static byte[] answer(String json) {
        var head = new String(HEAD, StandardCharsets.US_ASCII) + json.length() + "\r\n\r\n";
        return (head + json).getBytes(StandardCharsets.US_ASCII);
    }

    private long end() {
        long since = growsSince;
        return since == 0 ? end.get() : end.get() + (System.nanoTime() - since) * perSecond / 1_000_000_000L;
    }

    /** When an update came into being. */
    private long released(long id) {
        long since = growsSince;
        return since == 0 ? 0 : since + (id - end.get()) * 1_000_000_000L / perSecond;
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The process is ending.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var request = new Request(socket.getInputStream());
            var out = socket.getOutputStream();
            var buffer = new byte[HEAD.length + 64 + OPEN.length + BATCH * (Updates.BYTES + 1) + 2];
            while (request.read()) {
                if (!request.calls("getupdates")) {
                    out.write(request.calls("deletewebhook") ? DELETED : SENT);
                    continue;
                }
                long from = confirmed.accumulateAndGet(request.field("offset", 0), Math::max);
                int limit = (int) request.field("limit", BATCH);
                int count = available(from, limit, request.field("timeout", 0));
                int length = write(buffer, from, count);
                out.write(buffer, 0, length);
            }
        } catch (IOException gone) {
            // The client has closed.
        }
    }

    /** How many of the updates from there on it may have now, after waiting for the first one. */
    private int available(long from, int limit, long timeoutSeconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (true) {
            long there = end() - from;
            if (there > 0) return (int) Math.min(there, limit);
            if (System.nanoTime() - until >= 0) return 0;
            LockSupport.parkNanos(1_000_000);
        }
    }

    private int write(byte[] buffer, long from, int count) {
        int body = OPEN.length + count * (Updates.BYTES + 1) - (count > 0 ? 1 : 0) + 2;
        int at = put(buffer, 0, HEAD);
        at = put(buffer, at, (body + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        at = put(buffer, at, OPEN);
        for (int i = 0; i < count; i++) {
            long id = from + i;
            if (i > 0) buffer[at++] = ',';
            Updates.write(buffer, at, id, released(id));
            at += Updates.BYTES;
        }
        buffer[at++] = ']';
        buffer[at++] = '}';
        return at;
    }

    private static int put(byte[] buffer, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
        return at + bytes.length;
    }

    /** Requests of one connection, one after the other. */
    private static final class Request {
        private final InputStream in;
        private byte[] buffer = new byte[16 * 1024];
        private int size;
        private int bodyAt;
        private int whole;

        Request(InputStream in) {
            this.in = in;
        }

        /** Reads the next one; false at the end. */
        boolean read() throws IOException {
            System.arraycopy(buffer, whole, buffer, 0, size - whole);
            size -= whole;
            bodyAt = -1;
            whole = 0;
            int length = 0;
            while (bodyAt < 0 || size < bodyAt + length) {
                if (bodyAt < 0) {
                    bodyAt = endOfHead();
                    if (bodyAt >= 0) {
                        length = (int) number("content-length: ", 0);
                        continue;
                    }
                }
                if (size == buffer.length) buffer = Arrays.copyOf(buffer, size * 2);
                int read = in.read(buffer, size, buffer.length - size);
                if (read < 0) return false;
                size += read;
            }
            whole = bodyAt + length;
            return true;
        }

        private int endOfHead() {
            for (int i = 3; i < size; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') return i + 1;
            }
            return -1;
        }

        /** Whether its path ends with this method; clients write it in lower case as well. */
        boolean calls(String method) {
            int end = 5; // POST and a space
            while (end < bodyAt && buffer[end] != ' ' && buffer[end] != '?') end++;
            int from = end - method.length();
            for (int i = 0; i < method.length(); i++)
                if (from < 0 || Character.toLowerCase(buffer[from + i]) != method.charAt(i)) return false;
            return true;
        }

        /** A field of the body, which is JSON or a form. */
        long field(String name, long otherwise) {
            long form = number(name + "=", otherwise);
            return form == otherwise ? number("\"" + name + "\":", otherwise) : form;
        }

        /** The number after a word, whatever its case. */
        long number(String word, long otherwise) {
            int last = (whole > 0 ? whole : size) - word.length();
            for (int at = 0; at <= last; at++) {
                int i = 0;
                while (i < word.length() && Character.toLowerCase(buffer[at + i]) == word.charAt(i)) i++;
                if (i < word.length()) continue;
                long number = 0;
                for (int j = at + i; j < size && buffer[j] >= '0' && buffer[j] <= '9'; j++)
                    number = number * 10 + buffer[j] - '0';
                return number;
            }
            return otherwise;
        }
    }
}
