package io.botmesh.world;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that come with a call, with what their first bytes say. Made before the call enters the world, because it
 * reads from disk.
 */
final class Attachments {
    static final String FILE = "file:/";
    private static final Pattern INSIDE_JSON = Pattern.compile("\"(file:/[^\"\\\\]*)\"");

    /** One file with its probe. */
    record Attachment(Upload upload, Probe probe) {}

    private final Map<Upload, Probe> probes = new HashMap<>();
    private final Map<String, Upload> local = new HashMap<>();
    private final boolean isLocal;

    private Attachments(boolean isLocal) {
        this.isLocal = isLocal;
    }

    /**
     * Reads the headers of all uploads.
     *
     * @param local whether values may name files of this machine
     */
    static Attachments open(Arguments arguments, boolean local) {
        var attachments = new Attachments(local);
        for (var upload : arguments.uploads()) attachments.probes.put(upload, Probe.of(upload.content()));
        if (local) {
            for (var value : arguments.values()) attachments.openLocal(value);
        }
        return attachments;
    }

    private void openLocal(String value) {
        if (value.startsWith(FILE)) {
            add(value);
        } else if (value.contains('"' + FILE)) {
            for (var match = INSIDE_JSON.matcher(value); match.find(); ) add(match.group(1));
        }
    }

    private void add(String uri) {
        try {
            var path = Path.of(path(uri));
            var blob = Blob.of(path);
            var name = path.getFileName() == null ? "" : path.getFileName().toString();
            if (!Files.isRegularFile(path)) return;
            var upload = new Upload("", name, "", blob);
            local.put(uri, upload);
            probes.put(upload, Probe.of(blob));
        } catch (IOException | InvalidPathException unreadable) {
            // There is no such file; whoever asks for it is told.
        }
    }

    /** {@code file:/path} and {@code file:///path}, percent-encoded. */
    private static String path(String uri) {
        var rest = uri.substring(FILE.length());
        if (rest.startsWith("/localhost")) rest = rest.substring("/localhost".length());
        while (rest.startsWith("/")) rest = rest.substring(1);
        var bytes = rest.getBytes(StandardCharsets.UTF_8);
        int to = 0;
        for (int from = 0; from < bytes.length; from++) {
            int high = from + 2 < bytes.length && bytes[from] == '%' ? Character.digit(bytes[from + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[from + 2], 16);
            if (low >= 0) {
                bytes[to++] = (byte) (high << 4 | low);
                from += 2;
            } else {
                bytes[to++] = bytes[from];
            }
        }
        return "/" + new String(bytes, 0, to, StandardCharsets.UTF_8);
    }

    /** Whether values may name files of this machine. */
    boolean isLocal() {
        return isLocal;
    }

    Attachment with(Upload upload) {
        var probe = probes.get(upload);
        return new Attachment(upload, probe == null ? Probe.NOTHING : probe);
    }

    /** The file of this machine that an address names, null if there is none or it may not be named. */
    @Nullable
    Attachment local(String uri) {
        var upload = local.get(uri);
        return upload == null ? null : with(upload);
    }
}
