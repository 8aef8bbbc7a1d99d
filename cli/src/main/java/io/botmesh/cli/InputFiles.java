package io.botmesh.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The files that the demo counts: the regular files below a directory, without hidden directories, build outputs and links; or one file. */
final class InputFiles {
    /** Names of directories that builds fill. */
    static final Set<String> BUILD_OUTPUTS = Set.of("target", "node_modules", "build", "dist", "out");

    private InputFiles() {}

    /**
     * One file of the input as it was when it was listed.
     *
     * @param size in bytes
     * @param changedAtMillis when it was last written, milliseconds since 1970
     */
    record InputFile(Path path, long size, long changedAtMillis) {
        boolean changed() throws IOException {
            return Files.size(path) != size || Files.getLastModifiedTime(path).toMillis() != changedAtMillis;
        }
    }

    /**
     * Lists them in an order that depends on names only.
     *
     * @throws CommandException if there is nothing to count, or something below cannot be read
     */
    static List<InputFile> list(Path input) {
        var files = new ArrayList<InputFile>();
        try {
            Path start = input.toRealPath(); // the input itself may be a link
            if (!Files.isDirectory(start) && !Files.isRegularFile(start))
                throw CommandException.wrongUse("--input " + input + " is neither a directory nor a regular file");
            Files.walkFileTree(start, new Collector(start, files));
        } catch (NoSuchFileException missing) {
            throw CommandException.wrongUse(
                    "--input " + input + " does not exist; name a directory or a file", missing);
        } catch (IOException broken) {
            throw CommandException.failed(
                    "cannot read " + input + " (" + IoReason.of(broken) + "); name another --input", broken);
        }
        if (files.isEmpty())
            throw CommandException.wrongUse("no files to count below " + input
                    + " (hidden directories, build outputs and links are left out); name another --input");
        files.sort(Comparator.comparing(InputFile::path));
        return files;
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Path start;
        private final List<InputFile> files;

        Collector(Path start, List<InputFile> files) {
            this.start = start;
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(start)) return FileVisitResult.CONTINUE;
            String name = directory.getFileName().toString();
            boolean leftOut = name.startsWith(".") || BUILD_OUTPUTS.contains(name);
            return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile()) return FileVisitResult.CONTINUE;
            if (!Files.isReadable(file))
                throw CommandException.failed(
                        "cannot read " + file + "; give yourself the right to, or name another --input");
            // The path goes to other processes as text; a name that text cannot hold would be lost there.
            if (!Path.of(file.toString()).equals(file))
                throw CommandException.failed("the name of " + file + " is not valid in this locale's encoding, "
                        + FileNames.encoding() + "; rename it, or name another --input");
            files.add(new InputFile(
                    file, attributes.size(), attributes.lastModifiedTime().toMillis()));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException broken) throws IOException {
            // Gone since the directory was read: then it is no part of the input.
            if (broken instanceof NoSuchFileException
                    && !file.equals(start)
                    && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return FileVisitResult.CONTINUE;
            throw broken;
        }
    }
}
