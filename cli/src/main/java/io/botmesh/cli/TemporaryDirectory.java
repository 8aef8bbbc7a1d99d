package io.botmesh.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory that only its owner can enter, deleted when closed; one whose process got SIGKILL is deleted by the next
 * {@link #sweep}. A file in it is locked as long as the process lives: that holds across containers and changes of the clock,
 * where a process id and its start time would not.
 */
final class TemporaryDirectory implements AutoCloseable {
    private static final String OWNER = "owner";
    private static final String KINDS = "botmesh-{send,demo,warm-up}-*";

    /** Of this process. Opening and closing their lock files here would unlock them. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel owner; // locked until closed

    private TemporaryDirectory(Path path, FileChannel owner) {
        this.path = path;
        this.owner = owner;
    }

    /** A new one below {@code parent}. */
    static TemporaryDirectory create(Path parent, String prefix) throws IOException {
        Path path = Files.createTempDirectory(parent, prefix);
        try {
            return new TemporaryDirectory(path, own(path));
        } catch (IOException | RuntimeException broken) {
            OURS.remove(path);
            delete(path);
            throw broken;
        }
    }

    private static FileChannel own(Path path) throws IOException {
        OURS.add(path);
        Path unlocked = path.resolve(OWNER + ".new");
        FileChannel owner = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            FileLock lock = owner.tryLock();
            // Gets its name when it is locked, so that nobody finds it unlocked while we live.
            if (lock != null) Files.move(unlocked, path.resolve(OWNER), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException noLocksHere) {
            // Then nobody will take it for a stale one.
        }
        return owner;
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (owner) {
            delete(path);
        } finally {
            OURS.remove(path);
        }
    }

    /** Deletes what processes of this user have left below {@code parent}; leaves what cannot be deleted, or is in use. */
    static void sweep(Path parent) {
        try {
            UserPrincipal user = parent.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name"));
            try (var found = Files.newDirectoryStream(parent, KINDS)) {
                for (Path path : found) {
                    boolean mine = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                            && user.equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS));
                    if (mine && !OURS.contains(path)) sweepOne(path);
                }
            }
        } catch (IOException | RuntimeException unknown) {
            // A later command tries again.
        }
    }

    private static void sweepOne(Path path) {
        try (var owner = FileChannel.open(path.resolve(OWNER), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = owner.tryLock()) {
            if (lock != null) delete(path);
        } catch (IOException | OverlappingFileLockException notOurs) {
            // Has no such file, or went away while we looked.
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
