package io.botmesh.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another process of this program, that tells by JSON lines on its standard output what it does. It ends when this one does,
 * in whatever way, because its standard input does.
 */
final class ChildProcess implements AutoCloseable {
    /** What a child tells. */
    sealed interface Event {
        ChildProcess child();

        /** One line of its output. */
        record Said(ChildProcess child, JsonObject line) implements Event {}

        /** It is gone; nothing more comes from it. */
        record Ended(ChildProcess child, int exitCode) implements Event {}
    }

    private final String name;
    private final Process process;
    private volatile String lastError = "";

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param name      for people
     * @param heap      most heap, as {@code -Xmx} takes it
     * @param temporary for its temporary files, which it leaves behind when it is killed
     * @param events    where everything it tells goes; its end comes last
     */
    static ChildProcess start(
            String name,
            String heap,
            Path temporary,
            List<String> arguments,
            Terminal terminal,
            BlockingQueue<Event> events)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Short-lived and many at once: small heaps, no time for the optimising compiler.
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:-UsePerfData"));
        if (Runtime.version().feature() >= 23) command.add("--sun-misc-unsafe-memory-access=allow");
        String cache = System.getProperty("botmesh.cache");
        if (cache != null) command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("-cp", absoluteClassPath(), Botmesh.class.getName()));
        if (terminal.debug()) command.add("--debug");
        command.addAll(arguments);
        var child = new ChildProcess(name, new ProcessBuilder(command).start());
        var errors = Thread.ofVirtual().name(name + "-stderr").start(() -> child.errors(terminal));
        Thread.ofVirtual().name(name + "-stdout").start(() -> child.output(events, errors));
        return child;
    }

    private static String absoluteClassPath() {
        var absolute = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1))
            absolute.add(Path.of(entry).toAbsolutePath().toString());
        return String.join(File.pathSeparator, absolute);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The last line on its standard error, without the program's name; empty if there was none. */
    String lastError() {
        return lastError;
    }

    /** Writes one line to its standard input; a child that is gone does not mind. */
    void tell(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException gone) {
            // Its end is reported by itself.
        }
    }

    /** SIGKILL: nothing in the child runs any more. Returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As {@link #kill}, but waits a few seconds only; on a process that is gone it does nothing. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS); // if that is not enough the kernel has it, and nothing here can help
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void output(BlockingQueue<Event> events, Thread errors) { // on the thread "<name>-stdout"
        try {
            try (var lines = reader(process.getInputStream())) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) said(line, events);
            } catch (IOException broken) {
                process.destroyForcibly();
            }
            errors.join();
            events.add(new Event.Ended(this, process.waitFor()));
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
    }

    private void said(String line, BlockingQueue<Event> events) {
        try {
            events.add(new Event.Said(this, Json.parseObject(line)));
        } catch (IllegalArgumentException notOurs) {
            lastError = line; // a JVM that does not start says so here; a process that is killed, half a line
        }
    }

    private void errors(Terminal terminal) { // on the thread "<name>-stderr"
        try (var lines = reader(process.getErrorStream())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("botmesh: ")) lastError = line.substring("botmesh: ".length());
                if (terminal.debug()) terminal.say("[" + name + "] " + line);
            }
        } catch (IOException gone) {
            // With the process; its end is reported by the other thread.
        }
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
}
