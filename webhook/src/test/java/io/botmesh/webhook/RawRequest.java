package io.botmesh.webhook;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection that is spoken to in bytes, so that nothing between a test and the server is helpful. */
final class RawRequest implements AutoCloseable {
    /** An answer as it came. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** Value of a header, null if it is absent. */
        @Nullable
        String header(String name) {
            for (var line : head.split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": "))
                    return line.substring(name.length() + 2);
            }
            return null;
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawRequest(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawRequest to(URI server) throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(120_000);
        socket.setTcpNoDelay(true);
        return new RawRequest(socket);
    }

    /** A whole request as the Bot API server writes it, answered on a connection of its own. */
    static Answer post(URI server, String path, @Nullable String secret, String body) throws IOException {
        try (var request = to(server)) {
            return request.send(head(path, secret, body.getBytes(StandardCharsets.UTF_8).length) + body)
                    .answer();
        }
    }

    static Answer get(URI server, String path) throws IOException {
        try (var request = to(server)) {
            return request.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .answer();
        }
    }

    static String head(String path, @Nullable String secret, long length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (secret == null ? "" : "X-Telegram-Bot-Api-Secret-Token: " + secret + "\r\n")
                + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    RawRequest send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    Answer answer() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) throw new IOException("the connection ended after: " + head);
            head.append((char) next);
        }
        var answer = new Answer(head.toString(), "");
        var length = answer.header("Content-Length");
        var body = new ByteArrayOutputStream();
        body.write(in.readNBytes(length == null ? 0 : Integer.parseInt(length)));
        return new Answer(head.toString(), body.toString(StandardCharsets.UTF_8));
    }

    /** Whether the server has closed the connection. */
    boolean ended() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
