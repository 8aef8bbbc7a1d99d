package io.botmesh.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * What must not outlive a command: processes, servers, temporary directories. Goes in the opposite order of how it came, at the
 * end of the command or when a signal ends the process before.
 */
final class Leftovers implements AutoCloseable {
    private final ConcurrentLinkedDeque<AutoCloseable> all = new ConcurrentLinkedDeque<>();
    private final Terminal terminal;
    private final Thread atExit = new Thread(this::atExit, "leftovers");
    private volatile boolean exiting;

    private Leftovers(Terminal terminal) {
        this.terminal = terminal;
    }

    static Leftovers watch(Terminal terminal) {
        var leftovers = new Leftovers(terminal);
        Runtime.getRuntime().addShutdownHook(leftovers.atExit);
        return leftovers;
    }

    <T extends AutoCloseable> T add(T leftover) {
        all.push(leftover);
        return leftover;
    }

    /** A new directory that only its owner can enter. */
    Path directory(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        add(() -> delete(directory));
        return directory;
    }

    /** True once a signal is ending the process: what fails now fails because of that. */
    boolean exiting() {
        return exiting;
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException late) {
            // It runs already, and found nothing left to do.
        }
    }

    private void atExit() {
        exiting = true;
        clear();
    }

    private void clear() {
        for (AutoCloseable one = all.poll(); one != null; one = all.poll()) {
            try {
                one.close();
            } catch (IOException broken) {
                terminal.say("botmesh: could not clean up (" + IoReason.of(broken) + ")");
            } catch (Exception broken) {
                terminal.say("botmesh: could not clean up: " + broken.getMessage());
            }
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
