package io.botmesh.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;

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

    /** Also deletes what earlier commands left because they were killed. */
    static Leftovers watch(Terminal terminal) {
        TemporaryDirectory.sweep(temporary());
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
        return add(TemporaryDirectory.create(temporary(), prefix)).path();
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
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
}
