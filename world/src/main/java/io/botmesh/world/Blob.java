package io.botmesh.world;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Bytes of a file, in memory or on disk; never changed once handed over. */
public interface Blob {
    /** Number of bytes. */
    long size();

    /** A new stream from the first byte; the caller closes it. */
    InputStream open() throws IOException;

    /** Where the bytes lie, absolute; null if they are not a file. */
    default @Nullable Path path() {
        return null;
    }

    /** The array itself, not a copy. */
    static Blob of(byte[] bytes) {
        return new Blob() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** A file that nobody changes or removes while the blob is in use. */
    static Blob of(Path file) throws IOException {
        long size = Files.size(file);
        return new Blob() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public Path path() {
                return file.toAbsolutePath();
            }
        };
    }
}
