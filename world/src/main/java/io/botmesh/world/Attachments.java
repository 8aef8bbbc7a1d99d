package io.botmesh.world;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Beside these, methods take pictures that stay what they are, such as documents. */
    private static final Pattern TAKES_PHOTOS =
            Pattern.compile("photo|media|story|rich|text|poll", Pattern.CASE_INSENSITIVE);

    /** Files of this machine. */
    enum Local {
        /** They may not be named. */
        REFUSED,
        FROM_DISK,
        /** Those that are parts of the call, as {@link #whole} made it; no other was there then. */
        AS_BROUGHT
    }

    /** One file with what it says of itself. */
    static final class Attachment {
        private final Upload upload;
        private final Probe probe;
        private final Pictures pictures;
        private @Nullable List<PhotoSize> sizes;

        private Attachment(Upload upload, Probe probe, Pictures pictures) {
            this.upload = upload;
            this.probe = probe;
            this.pictures = pictures;
        }

        Upload upload() {
            return upload;
        }

        Probe probe() {
            return probe;
        }

        /** The sizes that it has as a photo, the smallest first; none if it is no photo or broken. */
        List<PhotoSize> sizes() {
            var known = sizes;
            if (known == null) {
                known = InputFiles.isPhoto(probe) ? pictures.sizes(upload.content(), probe) : List.of();
                sizes = known;
            }
            return known;
        }
    }

    private final Map<Upload, Attachment> known = new HashMap<>();
    private final Map<String, Upload> local = new LinkedHashMap<>();
    private final Pictures pictures;
    private final Local means;

    private Attachments(Pictures pictures, Local means) {
        this.pictures = pictures;
        this.means = means;
    }

    /** Looks into one file as far as is needed to send it. */
    static Attachment look(Upload upload, Pictures pictures, boolean asPhoto) {
        var attachment = new Attachment(upload, Probe.of(upload.content()), pictures);
        if (asPhoto) {
            var unused = attachment.sizes();
        }
        return attachment;
    }

    /**
     * Looks into all uploads.
     *
     * @param local what values mean that name files of this machine
     */
    static Attachments open(String method, Arguments arguments, Pictures pictures, Local local) {
        var attachments = new Attachments(pictures, local);
        boolean asPhotos = TAKES_PHOTOS.matcher(method).find();
        for (var upload : arguments.uploads()) attachments.known.put(upload, look(upload, pictures, asPhotos));
        if (local != Local.REFUSED) {
            for (var value : arguments.values()) attachments.openLocal(value, arguments, asPhotos);
        }
        return attachments;
    }

    /** Of arguments that bring no files. */
    static Attachments none() {
        return new Attachments(new Pictures(Blob::of, 1), Local.REFUSED);
    }

    private void openLocal(String value, Arguments arguments, boolean asPhoto) {
        if (value.startsWith(FILE)) {
            add(value, arguments, asPhoto);
        } else if (value.contains('"' + FILE)) {
            for (var match = INSIDE_JSON.matcher(value); match.find(); ) add(match.group(1), arguments, asPhoto);
        }
    }

    private void add(String uri, Arguments arguments, boolean asPhoto) {
        var brought = arguments.part(uri);
        if (brought != null) {
            local.put(uri, brought);
            return;
        }
        if (means == Local.AS_BROUGHT) return;
        try {
            var path = Path.of(path(uri));
            var blob = Blob.of(path);
            var name = path.getFileName() == null ? "" : path.getFileName().toString();
            if (!Files.isRegularFile(path)) return;
            var upload = new Upload(uri, name, "", blob);
            local.put(uri, upload);
            known.put(upload, look(upload, pictures, asPhoto));
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

    /**
     * A call with the files of this machine that it names, each as a part of that name: whoever does it again later finds
     * them there, whatever has become of them on disk.
     */
    Call whole(Call call) {
        if (local.isEmpty()) return call;
        var whole = Arguments.builder();
        var names = call.arguments().names();
        var values = call.arguments().values();
        for (int i = 0; i < names.size(); i++) whole.add(names.get(i), values.get(i));
        call.arguments().uploads().forEach(whole::add);
        for (var named : local.values()) if (call.arguments().part(named.field()) == null) whole.add(named);
        return new Call(call.token(), call.testDc(), call.method(), whole.build(), call.client());
    }

    /** Whether values may name files of this machine. */
    boolean isLocal() {
        return means != Local.REFUSED;
    }

    Attachment with(Upload upload) {
        var attachment = known.get(upload);
        return attachment != null ? attachment : new Attachment(upload, Probe.NOTHING, pictures);
    }

    /** The file of this machine that an address names, null if there is none or it may not be named. */
    @Nullable
    Attachment local(String uri) {
        var upload = local.get(uri);
        return upload == null ? null : with(upload);
    }
}
