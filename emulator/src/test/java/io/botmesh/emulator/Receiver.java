package io.botmesh.emulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bot's own server: takes requests on the loopback interface and answers what the test has put in line. */
final class Receiver implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A request as it came; one char a byte. */
    record Received(String head, String body) {
        JsonNode update() {
            return JSON.readTree(body);
        }

        String text() {
            return update().at("/message/text").asString();
        }
    }

    private final ServerSocket server;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Receiver() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    Receiver(ServerSocket server) {
        this.server = server;
        Thread.ofVirtual().name("receiver").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next request gets that; an empty text closes the connection. */
    Receiver answer(String response) {
        answers.add(response);
        return this;
    }

    Receiver ok() {
        return answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    Receiver json(String body) {
        return answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    Received awaitRequest() throws InterruptedException {
        var request = received.poll(120, TimeUnit.SECONDS);
        if (request == null) throw new AssertionError("no request came");
        return request;
    }

    /** Whether there is a request that nobody has awaited. */
    boolean hasReceived() {
        return !received.isEmpty();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().name("receiver-connection").start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // by close()
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                var head = head(in);
                if (head.isEmpty()) return;
                received.add(new Received(head, body(in, head)));
                var answer = answers.take();
                if (answer.isEmpty()) return;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (answer.contains("Connection: close")) return;
            }
        } catch (IOException gone) {
            // the emulator closed it
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) return "";
            head.append((char) c);
        }
        return head.toString();
    }

    private static String body(InputStream in, String head) throws IOException {
        int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
