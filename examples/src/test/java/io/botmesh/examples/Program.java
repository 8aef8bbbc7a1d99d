package io.botmesh.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.TestBot;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** An example that is a program, as a process of its own in a folder of its own; it is killed when it is closed. */
record Program(Process process, Path output) implements AutoCloseable {
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    static Program start(Class<?> main, TestBot account, Path folder) throws IOException {
        var output = folder.resolve("output");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                                .collect(joining(File.pathSeparator)),
                        main.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("BOT_TOKEN", account.token());
        builder.environment().put("BOT_API", account.api().toString());
        return new Program(builder.start(), output);
    }

    /** As by SIGKILL. */
    void kill() throws Exception {
        process.destroyForcibly();
        awaitEnd(KILLED);
    }

    /** As by SIGTERM. */
    void stop() throws Exception {
        process.destroy();
        awaitEnd(TERMINATED);
    }

    private void awaitEnd(int code) throws Exception {
        assertThat(process.waitFor()).as(() -> "output: " + text()).isEqualTo(code);
    }

    private String text() {
        try {
            return Files.readString(output);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
