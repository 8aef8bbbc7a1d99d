package io.botmesh.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client's connection that stays open; as cheap as it can be, because it shares the processor with the server. */
final class Connection implements AutoCloseable {
    private static final byte[] LENGTH = "\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[64 * 1024];
    private int size;
    private int bodyAt;

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = socket.getInputStream();
    }

    /** A call as JSON, ready to be sent. */
    static byte[] request(String token, String method, String json) {
        return ("POST /bot" + token + "/" + method
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + "Content-Length: "
                        + json.length() + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A call with one file, as clients send it: a multipart body. */
    static byte[] upload(String token, String chat, int bytes) {
        var boundary = "----botmesh-bench";
        var body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n" + chat + "\r\n--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a.bin\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + "x".repeat(bytes) + "\r\n--" + boundary + "--\r\n";
        return ("POST /bot" + token
                        + "/sendDocument HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary="
                        + boundary + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends a request and reads the whole answer, which has to be a success. */
    void exchange(byte[] request) throws IOException {
        if (status(request) / 100 != 2) throw new IOException("refused: " + text(0, size));
    }

    /** Sends a request and reads the whole answer. */
    int status(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        size = 0;
        bodyAt = -1;
        int whole = Integer.MAX_VALUE;
        while (size < whole) {
            if (size == buffer.length) buffer = Arrays.copyOf(buffer, size * 2);
            int read = in.read(buffer, size, buffer.length - size);
            if (read < 0) throw new IOException("closed within an answer: " + text(0, size));
            size += read;
            if (bodyAt < 0) {
                bodyAt = endOfHead();
                if (bodyAt > 0) whole = bodyAt + contentLength();
            }
        }
        return (int) number(9);
    }

    String head() {
        return text(0, bodyAt);
    }

    String body() {
        return text(bodyAt, size);
    }

    /** The id of the last update in the answer, 0 if there is none. */
    long lastUpdateId() {
        var name = "\"update_id\":";
        for (int at = size - name.length(); at >= bodyAt; at--) {
            int i = 0;
            while (i < name.length() && buffer[at + i] == name.charAt(i)) i++;
            if (i == name.length()) return number(at + i);
        }
        return 0;
    }

    private int endOfHead() {
        for (int i = 3; i < size; i++) {
            if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r')
                return i + 1;
        }
        return -1;
    }

    private int contentLength() throws IOException {
        for (int at = 0; at + LENGTH.length < bodyAt; at++) {
            int i = 0;
            while (i < LENGTH.length && buffer[at + i] == LENGTH[i]) i++;
            if (i == LENGTH.length) return (int) number(at + i);
        }
        throw new IOException("no length: " + head());
    }

    private long number(int at) {
        long number = 0;
        for (int i = at; i < size && buffer[i] >= '0' && buffer[i] <= '9'; i++) number = number * 10 + buffer[i] - '0';
        return number;
    }

    private String text(int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
