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
        boolean several = Runtime.getRuntime().availableProcessors() > 1;
        boolean tool = Files.isExecutable(Path.of("/usr/bin/taskset"));
        return start(several && tool ? List.of("/usr/bin/taskset", "-c", cpu) : List.of(), main, arguments);
    }

    private static Child start(List<String> before, Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        var more = System.getProperty("bench.flags", "");
        if (!more.isEmpty()) command.addAll(List.of(more.split(" ", -1)));
        command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), main.getName()));
        command.addAll(List.of(arguments));
        return new Child(new ProcessBuilder(command)
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

    /** The next line that it says. */
    String answer() throws IOException {
        var line = in.readLine();
        if (line == null) throw new IOException("the measured process has ended; its last words are above");
        return line;
    }

    long askNumber(String command) throws IOException {
        return Long.parseLong(ask(command));
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
