package io.botmesh.store;

import io.botmesh.runner.Lease;
import io.botmesh.runner.LeaseException;
import io.botmesh.runner.Sleeper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lease for programs of one machine: locks of the operating system on a file of its own, which a program that dies gives
 * back whatever it dies of. It never runs out, so no fence has to be checked; a program that is frozen keeps it until it
 * goes on or is killed.
 *
 * <p>One byte stands for the right, the next for the place of the one program that is next in line. Not for file systems
 * over a network, whose locks cannot be relied on.
 */
public final class FileLease implements Lease {
    private static final long RIGHT = 0;
    private static final long QUEUE = 1;
    /** Behind the two bytes; nothing is ever written to these, because some systems forbid that while they are locked. */
    private static final long FENCE = 8;

    private static final Duration LOOK = Duration.ofMillis(20);

    /** The system's locks belong to the process, and closing one file gives back those of all: so one object per file. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    /** Not read or written through the channel, which an interrupt would close, and with it the right. */
    private final RandomAccessFile content;

    private final FileChannel channel;
    private final boolean asking;
    private final Sleeper sleeper;
    private @Nullable FileLock right;

    private FileLease(Path file, RandomAccessFile content, boolean asking, Sleeper sleeper) {
        this.asking = asking;
        this.file = file;
        this.content = content;
        this.channel = content.getChannel();
        this.sleeper = sleeper;
    }

    /**
     * Opens the file, and makes it if it is not there; takes nothing yet.
     *
     * @param file such as the journal's name with {@code .lease} behind it; not the journal itself
     * @throws LeaseException if it cannot be opened, or is open in this process already
     */
    public static FileLease open(Path file) {
        return open(file, true);
    }

    /** As {@link #open(Path)}; if not asking, whoever has it keeps it until it ends, and this program stands by. */
    public static FileLease open(Path file, boolean asking) {
        return open(file, asking, Thread::sleep);
    }

    static FileLease open(Path file, boolean asking, Sleeper sleeper) {
        var path = file.toAbsolutePath().normalize();
        if (!OPEN.add(path)) throw new LeaseException("the lease " + file + " is open in this process already", null);
        try {
            return new FileLease(path, new RandomAccessFile(path.toFile(), "rw"), asking, sleeper);
        } catch (IOException refused) {
            OPEN.remove(path);
            throw new LeaseException("the lease " + file + " cannot be opened: " + reason(path, refused), refused);
        }
    }

    /** Without the path, which the JDK says too. */
    private static String reason(Path path, IOException refused) {
        var said = String.valueOf(refused.getMessage());
        var beginning = path + " (";
        return said.startsWith(beginning) && said.endsWith(")")
                ? said.substring(beginning.length(), said.length() - 1)
                : said;
    }

    @Override
    public long acquire() throws InterruptedException {
        if (right != null) throw new IllegalStateException("held already");
        var mine = tryLock(RIGHT);
        if (mine == null) mine = asking ? queue() : awaitRight();
        right = mine;
        return nextFence();
    }

    private FileLock queue() throws InterruptedException {
        FileLock place;
        while ((place = tryLock(QUEUE)) == null) sleeper.sleep(LOOK);
        try {
            return awaitRight();
        } finally {
            release(place);
        }
    }

    private FileLock awaitRight() throws InterruptedException {
        FileLock mine;
        while ((mine = tryLock(RIGHT)) == null) sleeper.sleep(LOOK);
        return mine;
    }

    @Override
    public Standing renew() {
        if (right == null) return Standing.LOST;
        var place = tryLock(QUEUE);
        if (place == null) return Standing.WANTED;
        release(place);
        return Standing.HELD;
    }

    private @Nullable FileLock tryLock(long place) {
        try {
            return channel.tryLock(place, 1, false);
        } catch (OverlappingFileLockException taken) {
            return null;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private long nextFence() {
        try {
            long fence = 1;
            if (content.length() >= FENCE + Long.BYTES) {
                content.seek(FENCE);
                fence = content.readLong() + 1;
            }
            content.seek(FENCE);
            content.writeLong(fence);
            content.getFD().sync();
            return fence;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private LeaseException broken(IOException broken) {
        return new LeaseException("the lease " + file + " cannot be used: " + broken.getMessage(), broken);
    }

    @Override
    public void release() {
        var mine = right;
        right = null;
        if (mine != null && channel.isOpen()) release(mine);
    }

    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException broken) {
            throw broken(broken);
        } finally {
            OPEN.remove(file);
        }
    }
}
