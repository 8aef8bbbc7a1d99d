package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A call with files as {@code multipart/form-data}: its parameters in memory, its files as streams. */
final class Multipart implements Transport.Body {
    private final String boundary =
            "botmesh-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36)
                    + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
    private final byte[] fields;
    private final List<JsonOut.Part> files;

    /** Each member of {@code parameters}, the call as one object, becomes a field. */
    Multipart(byte[] parameters, List<JsonOut.Part> files) {
        this.files = files;
        var out = new ByteArrayOutputStream();
        var members = new JsonBytes.Members(parameters, 0, parameters.length);
        while (members.advance()) {
            out.writeBytes(head("name=\"" + members.name() + '"', ""));
            if (parameters[members.valueStart] == '"')
                out.writeBytes(members.text().getBytes(UTF_8));
            else out.write(parameters, members.valueStart, members.valueEnd - members.valueStart);
            out.writeBytes("\r\n".getBytes(UTF_8));
        }
        this.fields = out.toByteArray();
    }

    private byte[] head(String disposition, String more) {
        return ("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n")
                .getBytes(UTF_8);
    }

    private byte[] head(JsonOut.Part part) {
        return head(
                "name=\"" + part.name() + "\"; filename=\"" + quoted(part.file().name()) + '"',
                "Content-Type: application/octet-stream\r\n");
    }

    /** The server decodes percent signs in names, so they and what would end the name early are encoded. */
    private static String quoted(String name) {
        return name.replace("%", "%25")
                .replace("\"", "%22")
                .replace("\r", "%0D")
                .replace("\n", "%0A")
                .replace("\0", "%00");
    }

    private byte[] end() {
        return ("--" + boundary + "--\r\n").getBytes(UTF_8);
    }

    @Override
    public String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    @Override
    public long length() {
        long length = fields.length + (long) end().length;
        for (JsonOut.Part part : files) {
            if (part.file().length() < 0) return -1;
            length += head(part).length + part.file().length() + 2;
        }
        return length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(fields);
        for (JsonOut.Part part : files) {
            out.write(head(part));
            try (InputStream content = part.file().content().open()) {
                long sent = content.transferTo(out);
                if (part.file().length() >= 0 && sent != part.file().length())
                    throw new IOException(part.file().name() + " has " + sent + " bytes where "
                            + part.file().length() + " were announced");
            }
            out.write('\r');
            out.write('\n');
        }
        out.write(end());
    }
}
