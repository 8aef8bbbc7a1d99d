package io.botmesh.botapi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A file to send: one that is uploaded, or one that Telegram has or fetches. */
public sealed interface InputFile {
    /** Opens the content from its start, each time anew. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /**
     * A file that goes with the call.
     *
     * @param name    what the receiver sees
     * @param length  bytes, or -1 if unknown; then the body goes chunked
     * @param content opened once per attempt
     */
    record Upload(String name, long length, Content content) implements InputFile {
        public Upload {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(content, "content");
            if (length < -1) throw new IllegalArgumentException("length: " + length);
        }

        @Override
        public String toString() {
            return "Upload[" + name + ", " + length + " bytes]";
        }
    }

    /**
     * A file that Telegram already stores, or one it downloads.
     *
     * @param value a file_id, an HTTP URL, or what the API documents as a string in place of a file
     */
    record Reference(String value) implements InputFile {
        public Reference {
            Objects.requireNonNull(value, "value");
        }
    }

    static InputFile upload(String name, long length, Content content) {
        return new Upload(name, length, content);
    }

    static InputFile upload(String name, byte[] content) {
        return new Upload(name, content.length, () -> new ByteArrayInputStream(content));
    }

    /**
     * A file on disk, under its own name; its length is read now, and its content when it is sent.
     *
     * @throws UncheckedIOException if there is no such file
     */
    static InputFile upload(Path file) {
        if (Files.isDirectory(file))
            throw new UncheckedIOException(
                    "cannot read " + file + ": it is a folder", new FileSystemException(file.toString()));
        try {
            Path name = Objects.requireNonNull(file.getFileName(), "a file has a name");
            return new Upload(name.toString(), Files.size(file), () -> Files.newInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** A file_id or an HTTP URL. */
    static InputFile reference(String value) {
        return new Reference(value);
    }
}
