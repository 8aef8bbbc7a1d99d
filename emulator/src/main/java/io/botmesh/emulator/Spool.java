package io.botmesh.emulator;

import io.botmesh.world.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps received files: small ones in memory, the others in a directory that exists only while one is needed. A file goes
 * when nobody holds its blob any more, all of them when the spool is closed.
 */
final class Spool implements AutoCloseable {
    /** What fits in memory. */
    static final int IN_MEMORY = 64 * 1024;

    private static final byte[] NOTHING = {};

    private final int inMemory;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReferenceQueue<Blob> dropped = new ReferenceQueue<>();
    private final Set<Kept> kept = ConcurrentHashMap.newKeySet();
    private final AtomicLong number = new AtomicLong();
    private @Nullable Path directory;
    private boolean closed;

    Spool() {
        this(IN_MEMORY);
    }

    /** Keeps files up to that many bytes in memory; with 0 all but empty ones are on disk. */
    Spool(int inMemory) {
        this.inMemory = inMemory;
    }

    /** Bytes on their way in. Exactly one of {@link #finish()} and {@link #discard()} ends it. */
    final class Entry extends OutputStream {
        private byte @Nullable [] memory = NOTHING;
        private @Nullable Path file;
        private @Nullable OutputStream disk;
        private long size;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (memory != null && size + length > inMemory) {
                var target = newFile();
                file = target;
                disk = Files.newOutputStream(target);
                disk.write(memory, 0, (int) size);
                memory = null;
            }
            if (memory != null) {
                // As much as comes, because most files come at once; and twice as much when there is more.
                int room = (int) size + length;
                if (memory.length < room) memory = Arrays.copyOf(memory, Math.max(room, memory.length * 2));
                System.arraycopy(bytes, from, memory, (int) size, length);
            } else if (disk != null) {
                disk.write(bytes, from, length);
            }
            size += length;
        }

        Blob finish() throws IOException {
            if (memory != null) return Blob.of(memory.length == size ? memory : Arrays.copyOf(memory, (int) size));
            if (disk != null) disk.close();
            if (file == null) throw new IOException("spooled file is gone");
            var blob = new FileBlob(file, size);
            kept.add(new Kept(blob, dropped, file));
            return blob;
        }

        void discard() throws IOException {
            memory = null;
            if (disk != null) disk.close();
            if (file != null) Files.deleteIfExists(file);
        }
    }

    Entry entry() throws IOException {
        sweep();
        return new Entry();
    }

    /** All of a stream, which is closed. */
    Blob keep(InputStream bytes) throws IOException {
        var entry = entry();
        boolean whole = false;
        try (bytes) {
            bytes.transferTo(entry);
            whole = true;
            return entry.finish();
        } finally {
            if (!whole) entry.discard();
        }
    }

    /** Where the files on disk are, null as long as there has been none. */
    @Nullable
    Path directory() {
        lock.lock();
        try {
            return directory;
        } finally {
            lock.unlock();
        }
    }

    /** Files on disk now. */
    int filesOnDisk() {
        return kept.size();
    }

    /** Deletes the files that nobody holds any more. */
    void sweep() throws IOException {
        while (dropped.poll() instanceof Kept gone) {
            kept.remove(gone);
            Files.deleteIfExists(gone.file);
        }
    }

    @Override
    public void close() {
        Path toDelete;
        lock.lock();
        try {
            closed = true;
            toDelete = directory;
            directory = null;
        } finally {
            lock.unlock();
        }
        kept.clear();
        if (toDelete != null) deleteAll(toDelete);
    }

    private Path newFile() throws IOException {
        lock.lock();
        try {
            if (closed) throw new IOException("the emulator is closed");
            if (directory == null)
                directory = Files.createTempDirectory("botmesh-emulator-").toAbsolutePath();
            return directory.resolve("upload-" + number.incrementAndGet());
        } finally {
            lock.unlock();
        }
    }

    private static void deleteAll(Path directory) {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException done) {
            // somebody tidied up before us
        } catch (IOException leftBehind) {
            LoggerFactory.getLogger(Spool.class).warn("temporary files are left in {}", directory);
        }
    }

    private record FileBlob(Path file, long size) implements Blob {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public Path path() {
            return file;
        }
    }

    private static final class Kept extends PhantomReference<Blob> {
        private final Path file;

        Kept(Blob blob, ReferenceQueue<Blob> queue, Path file) {
            super(blob, queue);
            this.file = file;
        }
    }
}
