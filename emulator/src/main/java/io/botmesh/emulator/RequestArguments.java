package io.botmesh.emulator;

import io.botmesh.world.Arguments;
import io.botmesh.world.Upload;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of one request as the reference server does: those of the query, then those of the body, whatever the
 * verb. Holds no socket; the body is a plain stream.
 */
final class RequestArguments {
    /** Names and values of a request, encoded, in bytes. */
    static final int MAX_ARGUMENTS = 1 << 20;
    /** Headers of a request and of all its parts together, in bytes. */
    static final int MAX_HEADERS = 256 * 1024;

    static final int MAX_BOUNDARY = 70;
    static final int MAX_FILES = 50;
    /** One file, and a decoded body of any kind, in bytes. */
    static final long MAX_FILE = 4000L << 20;

    private final Arguments.Builder arguments = Arguments.builder();
    private int size;
    private int headersSize;
    private int files;

    private RequestArguments() {}

    /**
     * What the HTTP header says of the body.
     *
     * @param mostBytes what the web front lets through, encoded and decoded; {@link #MAX_FILE} without a front
     */
    record Body(@Nullable String contentType, @Nullable String contentEncoding, long mostBytes) {}

    /**
     * Reads everything.
     *
     * @param query the part of the request target after the question mark, still encoded
     * @param in    the body without its transfer encoding; empty if there is none
     * @throws IOException if the client goes away or the disk is full
     */
    static Arguments read(@Nullable String query, Body body, InputStream in, Spool spool)
            throws IOException, HttpRefusal {
        var request = new RequestArguments();
        // Jetty replaces a raw byte that is not UTF-8; what the byte was does not matter.
        if (query != null) request.addForm(WireText.encode(query.replace('\uFFFD', '\uDCFF')));
        try {
            request.readBody(body, in, spool);
        } catch (TooLong tooLong) {
            throw tooLong.front ? HttpRefusal.tooLargeForTheFront() : HttpRefusal.with(413);
        }
        return request.arguments.build();
    }

    private void readBody(Body body, InputStream in, Spool spool) throws IOException, HttpRefusal {
        boolean front = body.mostBytes < MAX_FILE;
        var encoded = new Bounded(in, body.mostBytes, front);
        boolean compressed = body.contentEncoding != null && !body.contentEncoding.isBlank();
        var type = body.contentType == null ? "application/octet-stream" : body.contentType;
        var lowerType = type.toLowerCase(Locale.ROOT);
        try (var plain = compressed ? decompressed(encoded, body.contentEncoding) : encoded;
                var decoded = new Bounded(plain, body.mostBytes, front)) {
            if (lowerType.contains("multipart/form-data")) {
                var first = new Peeked(decoded);
                if (first.peek() >= 0) MultipartArguments.read(first, type, this, spool);
            } else if (lowerType.contains("application/x-www-form-urlencoded")) {
                addForm(readAll(decoded));
            } else if (lowerType.contains("application/json")) {
                var json = readAll(decoded);
                count(json.length);
                JsonArguments.read(json, this::add);
            } else {
                addAsFile(decoded, type, spool);
            }
        } catch (ZipException | EOFException broken) {
            if (compressed) throw HttpRefusal.with(400);
            throw broken;
        }
    }

    /** Either name stands for either format, told apart by the first byte. */
    private static InputStream decompressed(InputStream in, @Nullable String encoding) throws IOException, HttpRefusal {
        var name = encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("gzip") && !name.equals("deflate")) throw HttpRefusal.with(415);
        var peeked = new Peeked(in);
        int first = peeked.peek();
        if (first < 0) return peeked;
        return first == 0x1F ? new GZIPInputStream(peeked, 8192) : new InflaterInputStream(peeked);
    }

    /** Begins small, because most bodies are; {@link InputStream#readNBytes(int)} takes 16 KiB for each. */
    private byte[] readAll(InputStream in) throws IOException, HttpRefusal {
        var bytes = new byte[512];
        int size = 0;
        for (int read = 0; read >= 0; read = in.read(bytes, size, bytes.length - size)) {
            size += read;
            if (size > room()) throw HttpRefusal.with(413);
            if (size == bytes.length) bytes = Arrays.copyOf(bytes, size * 2);
        }
        return Arrays.copyOf(bytes, size);
    }

    /** A body of any other type is one file in a field of that name. */
    private void addAsFile(InputStream in, String contentType, Spool spool) throws IOException {
        var entry = spool.entry();
        boolean whole = false;
        try {
            if (in.transferTo(entry) > 0) {
                add(new Upload("file", "", contentType, entry.finish()));
                whole = true;
            }
        } finally {
            if (!whole) entry.discard();
        }
    }

    void addForm(byte[] form) throws HttpRefusal {
        count(form.length);
        for (int from = 0; from < form.length; ) {
            int to = indexOf(form, '&', from, form.length);
            int equals = indexOf(form, '=', from, to);
            add(
                    WireText.percentDecode(form, from, equals, true),
                    WireText.percentDecode(form, Math.min(equals + 1, to), to, true));
            from = to + 1;
        }
    }

    void add(String name, String value) {
        arguments.add(name, value);
    }

    void add(Upload upload) {
        arguments.add(upload);
    }

    /** Bytes of arguments that are still welcome. */
    int room() {
        return MAX_ARGUMENTS - size;
    }

    void count(int bytes) throws HttpRefusal {
        if (bytes > room()) throw HttpRefusal.with(413);
        size += bytes;
    }

    int headersSize() {
        return headersSize;
    }

    void countHeaders(int bytes) {
        headersSize += bytes;
    }

    void countFile() throws HttpRefusal {
        if (files == MAX_FILES) throw HttpRefusal.with(413);
        files++;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != wanted) i++;
        return i;
    }

    /** Ends with {@link TooLong} as soon as more than that many bytes came through. */
    private static final class Bounded extends FilterInputStream {
        private final boolean front;
        private long left;

        Bounded(InputStream in, long most, boolean front) {
            super(in);
            this.left = most;
            this.front = front;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            if (read > left) throw new TooLong(front);
            if (read > 0) left -= read;
            return read;
        }

        /** The one underneath is not ours. */
        @Override
        public void close() {}
    }

    /** Shows the first byte without taking it. */
    private static final class Peeked extends PushbackInputStream {
        Peeked(InputStream in) {
            super(in);
        }

        /** -1 at the end. */
        int peek() throws IOException {
            int first = read();
            if (first >= 0) unread(first);
            return first;
        }
    }

    /** A stream cannot throw {@link HttpRefusal} itself. */
    private static final class TooLong extends IOException {
        private final boolean front;

        TooLong(boolean front) {
            this.front = front;
        }
    }
}
