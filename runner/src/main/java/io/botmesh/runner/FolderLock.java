package io.botmesh.runner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to a folder, as a lock of the operating system on a file in it, which a process that dies gives back
 * whatever it dies of. Says who has it.
 */
final class FolderLock implements AutoCloseable {
    static final String NAME = "lock";
    /** Behind what is in the file: some systems let nobody read what is locked. */
    private static final long LOCKED = 1L << 40;

    private static final Duration LOOK = Duration.ofMillis(20);

    /** The system's locks belong to the process, and closing one file gives back those of all: so one per folder. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;
    /** Of a file that is of use, too, and so is not taken for what somebody has left behind and deleted. */
    private final FileChannel second;

    private FolderLock(Path folder, FileChannel channel, FileChannel second) {
        this.folder = folder;
        this.channel = channel;
        this.second = second;
    }

    /**
     * Takes it.
     *
     * @param patience how long a process that is just dying may still have it
     * @throws JournalException.Unusable if another journal object or process has it
     */
    static FolderLock take(Path folder, Duration patience) throws IOException {
        return take(folder, patience, System::nanoTime, Thread::sleep);
    }

    static FolderLock take(Path folder, Duration patience, LongSupplier nanoTime, Sleeper sleeper) throws IOException {
        var path = folder.toRealPath();
        if (!HELD.add(path)) throw inUse(folder, "this process already: close that journal first");
        FileChannel channel = null;
        FileChannel second = null;
        try {
            channel = open(path.resolve(NAME));
            if (lock(channel, patience, nanoTime, sleeper) == null)
                throw inUse(
                        folder,
                        "process " + Files.readString(path.resolve(NAME)).strip()
                                + ": end that one or name another folder");
            second = open(path.resolve(HeadNote.NAME));
            if (lock(second, patience, nanoTime, sleeper) == null)
                throw inUse(folder, "another process, whose file \"" + NAME + "\" somebody has deleted: end that one");
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new FolderLock(path, channel, second);
        } catch (IOException | RuntimeException refused) {
            if (second != null) second.close();
            if (channel != null) channel.close();
            HELD.remove(path);
            throw refused;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static @Nullable FileLock lock(
            FileChannel channel, Duration patience, LongSupplier nanoTime, Sleeper sleeper) throws IOException {
        long until = nanoTime.getAsLong() + patience.toNanos();
        while (true) {
            var lock = channel.tryLock(LOCKED, 1, false);
            if (lock != null || nanoTime.getAsLong() - until >= 0) return lock;
            try {
                sleeper.sleep(LOOK);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    private static JournalException inUse(Path folder, String who) {
        return new JournalException.Unusable("cannot use " + folder + ": the journal is in use by " + who, null);
    }

    @Override
    public void close() throws IOException {
        try (second) {
            channel.close();
        } finally {
            HELD.remove(folder);
        }
    }
}
