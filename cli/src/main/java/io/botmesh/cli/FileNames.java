package io.botmesh.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** File names from the command line, which Java has decoded with the locale's encoding before this program sees them. */
final class FileNames {
    /** What stands where bytes were that the encoding does not know: with it the name is lost. */
    private static final char UNKNOWN = '\ufffd';

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

    private static String lost(String name) {
        return "the name '" + name + "' is not valid in this locale's encoding, " + encoding()
                + "; rename the file, or set LC_ALL to a locale with its encoding";
    }

    /** The encoding of file names. */
    static String encoding() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }
}
