package io.botmesh.botapi;

import io.botmesh.botapi.ApiException.FloodWait;
import io.botmesh.botapi.ApiException.Rejected;
import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files by their id, whole or not at all. A connection that breaks off or falls silent is followed by another
 * one, which goes on where the last one ended; a path that the server has forgotten (they last an hour) is asked for
 * again; what arrives is checked against the size that the server has named.
 *
 * @see <a href="https://core.telegram.org/bots/api#getfile">Bot API: getFile</a>
 */
public final class Downloads {
    /** A pause that ends at once on an interrupt. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    private static final Duration PATH_LASTS = Duration.ofHours(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final Api api;
    private final DownloadOptions options;
    private final LongSupplier nanoTime;
    private final Pause pause;

    public Downloads(Api api, DownloadOptions options) {
        this(api, options, System::nanoTime, Thread::sleep);
    }

    Downloads(Api api, DownloadOptions options, LongSupplier nanoTime, Pause pause) {
        this.api = Objects.requireNonNull(api, "api");
        this.options = Objects.requireNonNull(options, "options");
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /**
     * Fetches the file. The target is there when all of it is, or as it was before; what is under way stands beside it
     * under another name.
     *
     * @return its size in bytes
     * @throws ApiException         if the server refuses to name or to give it
     * @throws TransportException   if it does not arrive within the deadline, or is larger than the limit
     * @throws UncheckedIOException if it cannot be written
     */
    public long toFile(String fileId, Path target) throws InterruptedException {
        Path name = Objects.requireNonNull(target.getFileName(), "a file has a name");
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file has a folder");
        Path part = null;
        try {
            part = Files.createTempFile(folder, "." + name, ".part");
            long size;
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                size = to(fileId, out);
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            part = null;
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        } finally {
            if (part != null) delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException busy) {
            // the failure that led here says more
        }
    }

    /**
     * Fetches the file into a stream, which is left open. What was written before a failure stays written.
     *
     * @return its size in bytes
     * @throws ApiException         if the server refuses to name or to give it
     * @throws TransportException   if it does not arrive within the deadline, or is larger than the limit
     * @throws UncheckedIOException if {@code out} fails
     */
    public long to(String fileId, OutputStream out) throws InterruptedException {
        return new Transfer(fileId, out).run();
    }

    /** One file on its way. */
    private final class Transfer {
        private final String fileId;
        private final OutputStream out;
        private final long until = nanoTime.getAsLong() + options.deadline().toNanos();
        private final byte[] buffer = new byte[32 << 10];
        private String path = "";
        private long askedAt;
        private long size = -1;
        private long written;
        private int failures;
        private boolean refused;
        private boolean wholeOnly;

        Transfer(String fileId, OutputStream out) {
            this.fileId = fileId;
            this.out = out;
        }

        long run() throws InterruptedException {
            ask();
            while (true) {
                try {
                    if (nanoTime.getAsLong() - askedAt > PATH_LASTS.toNanos()) ask();
                    fetch();
                    return written;
                } catch (Rejected forgotten) {
                    if (refused) throw forgotten;
                    refused = true;
                    ask();
                } catch (FloodWait wait) {
                    pauseFor(wait.retryAfter(), wait);
                } catch (Broken broken) {
                    // Of a file that is here there is no rest, and servers refuse to give one.
                    if (written > 0 && written == size) return written;
                    if (++failures >= options.failures()) throw broken.cause;
                    pauseFor(FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 6)), broken.cause);
                }
            }
        }

        private void ask() throws InterruptedException {
            askedAt = nanoTime.getAsLong();
            File file = api.call(GetFile.of(fileId), left());
            if (file.filePath() == null)
                throw new TransportException(Happened.UNKNOWN, 200, "getFile: the server names no path", null);
            path = file.filePath();
            if (file.fileSize() != null) expect(file.fileSize());
        }

        private void expect(long bytes) {
            if (bytes > options.limitBytes()) throw FileFetcher.tooLarge(options.limitBytes());
            if (size >= 0 && size != bytes)
                throw new TransportException(
                        Happened.UNKNOWN, 200, "the file has " + bytes + " bytes where it had " + size, null);
            size = bytes;
        }

        private void fetch() throws InterruptedException, Broken {
            try (FilePart part = open()) {
                refused = false;
                if (part.total() >= 0) expect(part.total());
                long skip = written - part.from();
                wholeOnly = skip > 0;
                while (true) {
                    int read = read(part);
                    if (read < 0) break;
                    int known = (int) Math.min(skip, read);
                    skip -= known;
                    if (known == read) continue;
                    failures = 0;
                    written += read - known;
                    if (written > options.limitBytes()) throw FileFetcher.tooLarge(options.limitBytes());
                    write(known, read - known);
                }
            }
            if (size >= 0 && written != size)
                throw new Broken(new TransportException(
                        Happened.UNKNOWN, 200, "the file ended after " + written + " of " + size + " bytes", null));
        }

        private FilePart open() throws InterruptedException, Broken {
            Duration left = left();
            // Without ranges each try begins anew, so it needs all the time there is.
            boolean allAtOnce = wholeOnly || left.compareTo(options.attempt()) < 0;
            try {
                return api.open(path, written, allAtOnce ? left : options.attempt());
            } catch (TransportException failed) {
                throw new Broken(failed);
            }
        }

        private int read(FilePart part) throws InterruptedException, Broken {
            try {
                return part.read(buffer);
            } catch (TransportException failed) {
                throw new Broken(failed);
            }
        }

        private void write(int at, int length) {
            try {
                out.write(buffer, at, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Duration left() {
            long nanos = until - nanoTime.getAsLong();
            if (nanos <= 0) throw late(null);
            return Duration.ofNanos(nanos);
        }

        private void pauseFor(Duration time, RuntimeException because) throws InterruptedException {
            if (time.toNanos() >= until - nanoTime.getAsLong()) throw late(because);
            pause.sleep(time);
        }

        private RuntimeException late(@Nullable RuntimeException because) {
            if (because instanceof FloodWait) return because;
            return new TransportException(
                    Happened.UNKNOWN,
                    "download: not complete within " + options.deadline().toSeconds() + " s, " + written
                            + " bytes so far",
                    because);
        }
    }

    /** The connection failed, so another may go on where it ended. */
    @SuppressWarnings("serial") // never leaves this class
    private static final class Broken extends Exception {
        final TransportException cause;

        Broken(TransportException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
