package io.botmesh.emulator;

import io.botmesh.world.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * What nginx would send of a file that lies on its disk: all of it, the parts that a {@code Range} header names, or that
 * there are none. How the hosted service answers is not known; it is nginx.
 *
 * @param status  200, 206 or 416
 * @param parts   what is sent, in order; none with 416
 * @param headers those of a file alone
 */
record Download(StoredFile file, int status, List<ByteRanges.Part> parts, List<HttpField> headers) {
    /** It parts the parts of several; nginx takes a number of that length. */
    private static final String BOUNDARY = "00000000000000000001";

    private static final HttpField IN_PARTS = new HttpField(HttpHeader.ACCEPT_RANGES, "bytes");

    static Download of(StoredFile file, HttpFields asked, boolean ranges) {
        long size = file.content().size();
        var whole = List.of(new ByteRanges.Part(0, size));
        var since = file.since();
        if (!ranges) return new Download(file, 200, whole, List.of());
        var modified = new HttpField(HttpHeader.LAST_MODIFIED, since == null ? null : Exchange.httpDate(since));
        var tag = since == null ? null : tag(since, size);
        var stamps = tag == null ? List.<HttpField>of() : List.of(modified, new HttpField(HttpHeader.ETAG, tag));
        var range = asked.get(HttpHeader.RANGE);
        var wanted = range == null || !isSame(asked.get(HttpHeader.IF_RANGE), tag, modified.getValue())
                ? new ByteRanges(List.of(), false)
                : ByteRanges.parse(range, size);
        if (wanted.unsatisfiable()) {
            return new Download(file, 416, List.of(), List.of(contentRange("bytes */" + size)));
        }
        var parts = wanted.wanted();
        if (parts.isEmpty()) return new Download(file, 200, whole, with(stamps, IN_PARTS));
        var headers = parts.size() > 1
                ? stamps
                : with(stamps, contentRange(parts.getFirst().contentRange(size)));
        return new Download(file, 206, parts, headers);
    }

    /** As nginx makes it: the seconds and the size. */
    private static String tag(Instant since, long size) {
        return String.format(Locale.ROOT, "\"%x-%x\"", since.getEpochSecond(), size);
    }

    /** Whether the client has the beginning of this very file; nobody but a client that says otherwise is doubted. */
    private static boolean isSame(@Nullable String ifRange, @Nullable String tag, @Nullable String modified) {
        return ifRange == null || ifRange.equals(tag) || ifRange.equals(modified);
    }

    private static HttpField contentRange(String value) {
        return new HttpField(HttpHeader.CONTENT_RANGE, value);
    }

    private static List<HttpField> with(List<HttpField> fields, HttpField one) {
        return Stream.concat(fields.stream(), Stream.of(one)).toList();
    }

    String contentType() {
        return parts.size() > 1 ? "multipart/byteranges; boundary=" + BOUNDARY : file.contentType();
    }

    long length() {
        long length = parts.size() > 1 ? end().length : 0;
        for (var part : parts) length += part.size() + (parts.size() > 1 ? beginning(part).length : 0);
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        for (var part : parts) {
            if (parts.size() > 1) out.write(beginning(part));
            try (var in = file.content().open()) {
                in.skipNBytes(part.start());
                copy(in, out, part.size());
            }
        }
        if (parts.size() > 1) out.write(end());
    }

    private static void copy(InputStream in, OutputStream out, long size) throws IOException {
        var buffer = new byte[(int) Math.min(size, 64 << 10)];
        for (long left = size; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) throw new IOException("a file is shorter than it was");
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private byte[] beginning(ByteRanges.Part part) {
        return ("\r\n--" + BOUNDARY + "\r\nContent-Type: " + file.contentType() + "\r\nContent-Range: "
                        + part.contentRange(file.content().size()) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] end() {
        return ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
