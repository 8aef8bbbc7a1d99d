package io.botmesh.emulator;

import io.botmesh.world.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} body as it arrives. A part with a file name is a file, one without is an argument.
 * Unlike in the other encodings a mistake is fatal: the request is refused.
 */
final class MultipartArguments {
    private static final Delimiter HEADERS_END = new Delimiter(new byte[] {'\r', '\n', '\r', '\n'});

    private final InputStream in;
    /** The first one needs no line before it. */
    private final Delimiter first;

    private final Delimiter boundary;
    private final RequestArguments into;
    private final Spool spool;
    private final byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;

    private MultipartArguments(InputStream in, String boundary, RequestArguments into, Spool spool) {
        this.in = in;
        first = new Delimiter(("--" + boundary).getBytes(StandardCharsets.ISO_8859_1));
        this.boundary = new Delimiter(("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1));
        this.into = into;
        this.spool = spool;
    }

    static void read(InputStream body, String contentType, RequestArguments into, Spool spool)
            throws IOException, HttpRefusal {
        new MultipartArguments(body, boundary(contentType), into, spool).read();
    }

    /** The parameter as the reference server finds it, which is anywhere in the header. */
    private static String boundary(String contentType) throws HttpRefusal {
        int name = contentType.toLowerCase(Locale.ROOT).indexOf("boundary");
        int equals = name < 0 ? -1 : contentType.indexOf('=', name);
        if (equals < 0) throw HttpRefusal.with(400);
        int end = contentType.indexOf(';', equals);
        var value = contentType.substring(equals + 1, end < 0 ? contentType.length() : end);
        if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
            value = value.substring(1, value.length() - 1);
        }
        if (value.isEmpty() || value.length() > RequestArguments.MAX_BOUNDARY) throw HttpRefusal.with(400);
        return value;
    }

    private void read() throws IOException, HttpRefusal {
        copyTo(first, OutputStream.nullOutputStream());
        while (!isLastBoundary()) readPart();
        do from = to;
        while (fill());
    }

    private boolean isLastBoundary() throws IOException, HttpRefusal {
        while (to - from < 2) if (!fill()) throw HttpRefusal.with(400);
        return buffer[from] == '-' && buffer[from + 1] == '-';
    }

    private void readPart() throws IOException, HttpRefusal {
        var headers = new Capped(RequestArguments.MAX_HEADERS - into.headersSize(), 431);
        copyTo(HEADERS_END, headers);
        into.countHeaders(headers.size());
        if (headers.size() == 0) throw HttpRefusal.with(400);
        var part = Part.parse(headers.toByteArray());
        if (part.fileName == null) {
            var value = new Capped(into.room(), 413);
            copyTo(boundary, value);
            if (part.contentType.startsWith("application/x-www-form-urlencoded")) {
                into.addForm(value.toByteArray());
            } else {
                into.count(value.size());
                into.add(part.name, WireText.decode(value.toByteArray()));
            }
            return;
        }
        into.countFile();
        var entry = spool.entry();
        boolean whole = false;
        try {
            copyTo(boundary, entry);
            into.add(new Upload(part.name, part.fileName, part.contentType, entry.finish()));
            whole = true;
        } finally {
            if (!whole) entry.discard();
        }
    }

    /** Hands on what comes before the delimiter and takes the delimiter away; a body that ends without it is refused. */
    private void copyTo(Delimiter delimiter, OutputStream out) throws IOException, HttpRefusal {
        try {
            while (true) {
                int i = delimiter.find(buffer, from, to);
                out.write(buffer, from, i - from);
                from = i;
                if (i <= to - delimiter.length()) {
                    from += delimiter.length();
                    return;
                }
                if (!fill()) throw HttpRefusal.with(400);
            }
        } catch (Full full) {
            throw HttpRefusal.with(full.status);
        }
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int read = in.read(buffer, to, buffer.length - to);
        if (read > 0) to += read;
        return read > 0;
    }

    private record Part(String name, @Nullable String fileName, String contentType) {
        private static final Pattern FOLD = Pattern.compile("\r\n(?=[ \t])");
        private static final Pattern LINE_END = Pattern.compile("\r\n");

        static Part parse(byte[] bytes) throws HttpRefusal {
            // One char a byte, so that positions and trimming work before anything is decoded.
            var headers = new String(bytes, StandardCharsets.ISO_8859_1);
            var name = "";
            String fileName = null;
            var contentType = "application/octet-stream";
            // The text starts with the line break that ends the boundary and lacks the last header's own.
            var unfolded = headers.substring(Math.min(2, headers.length()));
            if (FOLD.matcher(unfolded).find()) unfolded = FOLD.matcher(unfolded).replaceAll("");
            for (var line : LINE_END.split(unfolded, -1)) {
                int colon = line.indexOf(':');
                if (colon < 0) throw HttpRefusal.with(400);
                var value = line.substring(colon + 1).strip();
                switch (line.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
                    case "content-type" -> contentType = text(value);
                    case "content-disposition" -> {
                        if (!value.startsWith("form-data;")) throw HttpRefusal.with(400);
                        var parameters = new Parameters(value, "form-data;".length());
                        while (parameters.next()) {
                            if (parameters.key.equals("name")) name = parameters.value;
                            else if (parameters.key.equals("filename")) fileName = parameters.value;
                        }
                    }
                    default -> {}
                }
            }
            if (name.isEmpty()) throw HttpRefusal.with(400);
            return new Part(name, fileName, contentType);
        }

        private static String text(String latin) {
            return WireText.decode(latin.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** The {@code key=value} pairs of a Content-Disposition; values are quoted strings or tokens, percent-decoded. */
    private static final class Parameters {
        private final String header;
        private int at;
        private String key = "";
        private String value = "";

        Parameters(String header, int at) {
            this.header = header;
            this.at = at;
        }

        boolean next() throws HttpRefusal {
            int equals = header.indexOf('=', at);
            if (equals < 0) return false;
            key = header.substring(at, equals).strip();
            at = equals + 1;
            while (at < header.length() && isSpace(header.charAt(at))) at++;
            var raw = at < header.length() && header.charAt(at) == '"' ? quoted() : token();
            var bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
            value = WireText.percentDecode(bytes, 0, bytes.length, false);
            return true;
        }

        private String quoted() throws HttpRefusal {
            var text = new StringBuilder();
            at++;
            while (true) {
                char c = nextChar();
                if (c == '"') break;
                text.append(c == '\\' ? nextChar() : c);
            }
            while (at < header.length() && isSpace(header.charAt(at))) at++;
            if (at < header.length() && nextChar() != ';') throw HttpRefusal.with(400);
            return text.toString();
        }

        private String token() {
            int end = header.indexOf(';', at);
            var text = header.substring(at, end < 0 ? header.length() : end).strip();
            at = end < 0 ? header.length() : end + 1;
            return text;
        }

        private char nextChar() throws HttpRefusal {
            if (at >= header.length()) throw HttpRefusal.with(400);
            return header.charAt(at++);
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c == '\t' || c == '\r' || c == '\n';
        }
    }

    /** Memory with a bound. */
    private static final class Capped extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int most;
        private final int status;

        Capped(int most, int status) {
            this.most = most;
            this.status = status;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] more, int from, int length) {
            if (length > most - size()) throw new Full(status);
            bytes.write(more, from, length);
        }

        int size() {
            return bytes.size();
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }

    /** An {@link OutputStream} cannot throw {@link HttpRefusal} itself. */
    private static final class Full extends RuntimeException {
        private final int status;

        Full(int status) {
            super(null, null, false, false);
            this.status = status;
        }
    }
}
