package io.botmesh.emulator;

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
final class RawHttp implements AutoCloseable {
    /** An answer as it came: the head with its line ends, and the body. One char a byte. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** Value of a header, null if it is absent. */
        @Nullable
        String header(String name) {
            for (var line : head.split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawHttp to(URI server) throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(120_000);
        socket.setTcpNoDelay(true);
        return new RawHttp(socket);
    }

    /** Sends bytes, one from each char. */
    RawHttp send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    Answer answer() throws IOException {
        var answer = head();
        var length = answer.header("Content-Length");
        if (length == null) return answer;
        var body = in.readNBytes(Integer.parseInt(length));
        return new Answer(answer.head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** An answer without its body, which is left where it is. */
    Answer head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) throw new IOException("closed after: " + head);
            head.append((char) c);
        }
        return new Answer(head.toString(), "");
    }

    boolean isClosedByServer() throws IOException {
        return in.read() < 0;
    }

    /** All that comes until the server closes. */
    String rest() throws IOException {
        var all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
