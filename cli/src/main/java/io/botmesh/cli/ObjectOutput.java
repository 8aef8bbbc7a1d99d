package io.botmesh.cli;

import io.botmesh.mesh.ReceivedObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where files of peers go: nowhere else than where the user said, whatever they are called, and over nothing unasked. */
final class ObjectOutput {
    private static final int MOST_NAMES = 10_000;

    /** What a file system needs beside a file's bytes. */
    private static final long MARGIN = 64 << 10;

    /** How often a full disk is looked at. */
    private static final long ROOM_MILLIS = 500;

    private final Path output;
    private final boolean folder;
    private final boolean overwrite;
    private final Consumer<String> says;

    private ObjectOutput(Path output, boolean folder, boolean overwrite, Consumer<String> says) {
        this.output = output;
        this.folder = folder;
        this.overwrite = overwrite;
        this.says = says;
    }

    /**
     * Into a folder, or to one file.
     *
     * @param many whether more than one is to come
     * @param says gets a line when the disk is full
     * @throws CommandException if that does not go together, or the file is there
     */
    static ObjectOutput to(Path output, boolean overwrite, boolean many, Consumer<String> says) {
        boolean folder = Files.isDirectory(output);
        if (!folder) {
            if (many)
                throw CommandException.wrongUse(
                        "--follow writes a file for each one that comes; make " + output + " a directory first");
            Path parent = output.toAbsolutePath().getParent();
            if (parent == null || !Files.isDirectory(parent))
                throw CommandException.wrongUse("there is no directory " + parent + "; make it first");
        }
        return new ObjectOutput(output, folder, overwrite, says);
    }

    /**
     * Writes a file; it is whole and on the disk when this returns. One with the same bytes that is there already is taken for it. A disk that
     * is full is waited for.
     *
     * @return where it is
     * @throws CommandException if it cannot be written
     */
    Path put(ReceivedObject object) throws InterruptedException {
        Path wanted = folder ? output.resolve(FileNames.safe(object.name())) : output;
        Path draft = wanted.resolveSibling("." + wanted.getFileName() + ".part");
        try {
            Path place = tryPut(object, wanted, draft);
            for (int attempt = 0; place == null; attempt++) {
                if (attempt == 0)
                    says.accept("botmesh: cannot write " + wanted
                            + ": the disk is full; it waits until there is room, and goes on by itself");
                Thread.sleep(ROOM_MILLIS);
                if (!isFull(draft, object.size())) place = tryPut(object, wanted, draft);
            }
            return place;
        } catch (IOException broken) {
            throw notWritten(wanted, broken);
        }
    }

    /** Where it is, null if the disk is full. */
    private @Nullable Path tryPut(ReceivedObject object, Path wanted, Path draft) throws IOException {
        for (int number = 1; number <= MOST_NAMES; number++) {
            Path place = number == 1 ? wanted : numbered(wanted, number);
            if (same(place, object.file())) return place;
            if (!overwrite && Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                if (folder) continue;
                throw CommandException.failed(place + " is there and is another file; take --overwrite or name"
                        + " another --output, and run the command again to get the one that has come");
            }
            try {
                copy(object.file(), draft);
            } catch (IOException failed) {
                Files.deleteIfExists(draft); // which may take all the room that there is
                if (isFull(draft, object.size())) return null;
                throw failed;
            }
            if (moved(draft, place)) return place;
        }
        throw CommandException.failed("there are too many files like " + wanted + "; name another --output");
    }

    private static boolean isFull(Path file, long bytes) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && Files.getFileStore(folder).getUsableSpace() < bytes + MARGIN;
    }

    /** As a line of JSON. */
    static String json(ReceivedObject object, String file) throws IOException {
        var line = new LinkedHashMap<String, Object>();
        line.put("from", object.from());
        line.put("name", object.name());
        line.put("length", object.size());
        line.put("again", object.again());
        var digest = Digests.sha256();
        try (InputStream in = Files.newInputStream(object.file())) {
            var buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
        }
        line.put("sha256", Digests.hex(digest));
        line.put("file", file);
        return Json.write(line);
    }

    /** Writes a file's bytes to standard output. */
    static void print(ReceivedObject object, Terminal terminal) throws IOException {
        Files.copy(object.file(), terminal.out());
        if (terminal.out().checkError()) // flushes, too
        throw CommandException.failed(
                    "cannot write to standard output; the file is kept, run the command again to get it");
    }

    /** Shows a file's text on a terminal, which it is not to command. */
    static void show(ReceivedObject object, Terminal terminal) throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(
                Files.newInputStream(object.file()), StandardCharsets.UTF_8))) { // what is none becomes U+FFFD
            for (String line = lines.readLine(); line != null; line = lines.readLine()) terminal.print(line);
        }
    }

    private static CommandException notWritten(Path file, IOException broken) {
        return CommandException.failed(
                "cannot write " + file + " (" + IoReason.of(broken)
                        + "); what has come is kept, run the command again to get it",
                broken);
    }

    private static boolean same(Path place, Path file) throws IOException {
        return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(place, file) < 0;
    }

    private static void copy(Path file, Path draft) throws IOException {
        Files.deleteIfExists(draft); // of a run that was killed
        Files.copy(file, draft);
        try (var written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }

    /** False if something is there that came in between. */
    private boolean moved(Path draft, Path place) throws IOException {
        if (overwrite) {
            try {
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException plainly) {
                Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
            }
            return true;
        }
        try {
            Files.createLink(place, draft); // alone of all ways it never writes over what has just appeared
            Files.delete(draft);
            return true;
        } catch (FileAlreadyExistsException there) {
            Files.delete(draft);
            return false;
        } catch (IOException | UnsupportedOperationException noLinks) {
            Files.move(draft, place);
            return true;
        }
    }

    /** {@code name-2.txt} for {@code name.txt}. */
    private static Path numbered(Path file, int number) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 ? name.substring(dot) : "";
        return file.resolveSibling(name.substring(0, name.length() - ending.length()) + "-" + number + ending);
    }
}
