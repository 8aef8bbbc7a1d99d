package io.botmesh.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Another JVM that is measured; it is asked line by line and ends with its standard input. */
final class Child implements AutoCloseable {
    /** As the launcher starts the emulator, and a bound so that a leak fails. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC", "-Xmx3g", "--enable-native-access=ALL-UNNAMED", "-Dslf4j.internal.verbosity=ERROR");

    private final Process process;
    private final BufferedReader in;
    private final BufferedWriter out;

    private Child(Process process) {
        this.process = process;
        in = process.inputReader(StandardCharsets.US_ASCII);
        out = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** A JVM with that main class; the system property {@code bench.flags} adds flags, to profile it for example. */
    static Child start(Class<?> main, String... arguments) throws IOException {
        return start(List.of(), main, arguments);
    }

    /** The same on that processor alone, where the machine has several and the tool for it. */
    static Child startOn(String cpu, Class<?> main, String... arguments) throws IOException {
        return start(on(cpu), main, arguments);
    }

    private static List<String> on(String cpu) {
        boolean several = Runtime.getRuntime().availableProcessors() > 1;
        boolean tool = Files.isExecutable(Path.of("/usr/bin/taskset"));
        return new ArrayList<>(several && tool ? List.of("/usr/bin/taskset", "-c", cpu) : List.of());
    }

    /** The same with as much heap at most, as in {@code 256m}. */
    static Child startWithin(String heap, Class<?> main, String... arguments) throws IOException {
        return start(List.of(), List.of("-Xmx" + heap), main, arguments);
    }

    /** A JVM with another class path, named by its main class. */
    static Child startApart(String cpu, String classPath, String main, String... arguments) throws IOException {
        var command = java(List.of());
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(List.of(arguments));
        return startOn(cpu, Path.of("").toAbsolutePath(), command);
    }

    /** Any program. */
    static Child startOn(String cpu, Path folder, List<String> command) throws IOException {
        var whole = on(cpu);
        whole.addAll(command);
        return start(folder, whole);
    }

    private static Child start(List<String> before, Class<?> main, String... arguments) throws IOException {
        return start(before, List.of(), main, arguments);
    }

    private static Child start(List<String> before, List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(java(flags));
        command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), main.getName()));
        command.addAll(List.of(arguments));
        return start(Path.of("").toAbsolutePath(), command);
    }

    private static List<String> java(List<String> flags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(flags); // the last one counts
        var more = System.getProperty("bench.flags", "");
        if (!more.isEmpty()) command.addAll(List.of(more.split(" ", -1)));
        return command;
    }

    private static Child start(Path folder, List<String> command) throws IOException {
        return new Child(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static String absolute(String classPath) {
        var paths = new ArrayList<String>();
        for (var path : classPath.split(File.pathSeparator, -1)) paths.add(new File(path).getAbsolutePath());
        return String.join(File.pathSeparator, paths);
    }

    /** The answer to a command. */
    String ask(String command) throws IOException {
        out.write(command);
        out.write('\n');
        out.flush();
        return answer();
    }

    /** The next line that it says, null once it has ended. */
    @Nullable
    String line() throws IOException {
        return in.readLine();
    }

    /** The next line that it says. */
    String answer() throws IOException {
        var line = line();
        if (line == null) throw new IOException("the measured process has ended; its last words are above");
        return line;
    }

    long askNumber(String command) throws IOException {
        return Long.parseLong(ask(command));
    }

    /** Time on the processor since it began, all threads, in nanoseconds, as the system says; for any program. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** Ends it without a last word, as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
