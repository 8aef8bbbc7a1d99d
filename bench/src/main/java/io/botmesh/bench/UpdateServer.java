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
 * The cheapest server that updates can come from: {@code getUpdates} with offset, limit and long polling for one bot, and a
 * canned answer to everything else. Updates are made when they are asked for, so any number can wait. A process of its own,
 * told what to do on its standard input.
 */
final class UpdateServer {
    /** Chats that the updates come from in turn. */
    static final int CHATS = 1_000;

    /** As many bytes as an ordinary message in a group has. */
    private static final int UPDATE_BYTES = 730;

    private static final int BATCH = 100;
    private static final long FIRST_ID = 1_000_000_000L;
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SENT = answer("{\"ok\":true,\"result\":{\"message_id\":1,\"date\":1767225600,"
            + "\"chat\":{\"id\":1000001,\"type\":\"private\",\"first_name\":\"Ann\"},\"text\":\"hello\"}}");
    private static final byte[] OPEN = "{\"ok\":true,\"result\":[".getBytes(StandardCharsets.US_ASCII);

    private final byte[] update = template();
    private final int idAt = indexOf(update, "1111111111");
    private final int chatAt = indexOf(update, "2222222");
    private final int releasedAt = indexOf(update, "3333333333333333333");

    /** One past the last update that there is, as far as it does not grow with time. */
    private final AtomicLong end = new AtomicLong(FIRST_ID);
    /** Since when it grows, or 0; and how many a second. */
    private volatile long growsSince;

    private volatile long perSecond;

    private UpdateServer() {}

    /** Prints its port; obeys {@code more COUNT} and {@code trickle PER_SECOND}, {@code stop}. */
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
                        server.end.set(server.end());
                        server.growsSince = 0;
                    }
                    default -> throw new IllegalArgumentException(line);
                }
                out.println("ok");
            }
        }
    }

    private static byte[] template() {
        var text = "{\"update_id\":1111111111,\"released\":3333333333333333333,\"message\":{\"message_id\":4711,"
                + "\"from\":{\"id\":2222222,\"is_bot\":false,\"first_name\":\"Ann\",\"username\":\"ann_of_the_bench\","
                + "\"language_code\":\"en\"},\"chat\":{\"id\":2222222,\"first_name\":\"Ann\",\"username\":"
                + "\"ann_of_the_bench\",\"type\":\"private\"},\"date\":1767225600,\"entities\":[{\"offset\":0,\"length\":5,"
                + "\"type\":\"bot_command\"}],\"text\":\"/echo ";
        return (text + "x".repeat(UPDATE_BYTES - text.length() - 3) + "\"}}").getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] bytes, String digits) {
        return new String(bytes, StandardCharsets.US_ASCII).indexOf(digits);
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
            var buffer = new byte[HEAD.length + 64 + OPEN.length + BATCH * (UPDATE_BYTES + 1) + 2];
            while (request.read()) {
                if (!request.isPoll()) {
                    out.write(SENT);
                    continue;
                }
                long from = Math.max(request.number("\"offset\":", 0), FIRST_ID);
                int limit = (int) request.number("\"limit\":", BATCH);
                int count = available(from, limit, request.number("\"timeout\":", 0));
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
        int body = OPEN.length + count * (update.length + 1) - (count > 0 ? 1 : 0) + 2;
        int at = put(buffer, 0, HEAD);
        at = put(buffer, at, (body + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        at = put(buffer, at, OPEN);
        for (int i = 0; i < count; i++) {
            long id = from + i;
            if (i > 0) buffer[at++] = ',';
            put(buffer, at, update);
            digits(buffer, at + idAt, 10, id);
            long chat = 1_000_000 + id * 7919 % CHATS;
            digits(buffer, at + chatAt, 7, chat);
            int again = at + indexOfAgain();
            digits(buffer, again, 7, chat);
            digits(buffer, at + releasedAt, 19, released(id) + RELEASED_BASE);
            at += update.length;
        }
        buffer[at++] = ']';
        buffer[at++] = '}';
        return at;
    }

    /** Keeps the number of digits equal, and positive. */
    static final long RELEASED_BASE = 1_000_000_000_000_000_000L;

    private int again;

    private int indexOfAgain() {
        if (again == 0) again = new String(update, StandardCharsets.US_ASCII).indexOf("2222222", chatAt + 7);
        return again;
    }

    private static int put(byte[] buffer, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
        return at + bytes.length;
    }

    private static void digits(byte[] buffer, int at, int width, long number) {
        for (int i = width - 1; i >= 0; i--, number /= 10) buffer[at + i] = (byte) ('0' + number % 10);
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

        boolean isPoll() {
            for (int i = 0; i < bodyAt && buffer[i] != '\r'; i++) if (buffer[i] == 'U') return true; // of getUpdates
            return false;
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
