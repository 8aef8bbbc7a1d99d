package io.botmesh.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** File names from the command line, which Java has decoded with the locale's encoding before this program sees them. */
final class FileNames {
    /** What stands where bytes were that the encoding does not know: with it the name is lost. */
    private static final char UNKNOWN = '\ufffd';

    /** Of a name; file systems take 255, and something is put before and behind. */
    private static final int MOST_BYTES = 180;

    private static final Pattern DEVICE = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private FileNames() {}

    /** @throws IllegalArgumentException if it names no file; the message says what to do and stands after the option's name */
    static Path parse(String name) {
        if (name.isEmpty()) throw new IllegalArgumentException("it is empty; name a file");
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException unmappable) {
            throw new IllegalArgumentException(lost(name), unmappable);
        }
        if (name.indexOf(UNKNOWN) >= 0 && !Files.exists(path, LinkOption.NOFOLLOW_LINKS))
            throw new IllegalArgumentException(lost(name));
        return path;
    }

    /**
     * What a file may be called here that somebody else has named: one name below a folder, which no shell or program takes for
     * something else.
     */
    static String safe(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        var out = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < last.length(); ) {
            int character = last.codePointAt(i);
            i += Character.charCount(character);
            bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) break;
            out.appendCodePoint(isPlain(character) ? character : '_');
        }
        String plain = out.toString().strip();
        while (plain.endsWith(".") || plain.endsWith(" ")) plain = plain.substring(0, plain.length() - 1);
        if (plain.isEmpty()) return "file";
        // Hidden, taken for an option, or a device on Windows.
        boolean odd = plain.startsWith(".")
                || plain.startsWith("-")
                || plain.startsWith("~")
                || DEVICE.matcher(plain).matches();
        String safe = odd ? "_" + plain : plain;
        try {
            if (Path.of(safe).toString().indexOf(UNKNOWN) < 0) return safe;
        } catch (InvalidPathException unmappable) {
            // The locale has no such letters.
        }
        return safe.replaceAll("[^ -~]", "_");
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> ":*?\"<>|".indexOf(character) < 0;
        };
    }

    private static String lost(String name) {
        return "the name '" + name + "' is not valid in this locale's encoding, " + encoding()
                + "; rename the file, or set LC_ALL to a locale with its encoding";
    }

    /** The encoding of file names. */
    static String encoding() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }
}
