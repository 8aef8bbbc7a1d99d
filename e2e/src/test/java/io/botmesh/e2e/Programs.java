package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Third-party programs in processes of their own. They end with the test, and a test that fails shows what they printed. */
final class Programs implements AfterEachCallback, TestExecutionExceptionHandler {
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Program> started = new CopyOnWriteArrayList<>();

    /** Runs a script with Node.js. */
    Program node(Path directory, String script, Map<String, String> environment) throws IOException {
        return start(new ProcessBuilder("node", script).directory(directory.toFile()), script, environment);
    }

    /** Runs a class with the JDK of this test and another class path. */
    Program java(String classPath, String mainClass, Map<String, String> environment) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                java, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath, mainClass);
        return start(builder, mainClass, environment);
    }

    private Program start(ProcessBuilder builder, String name, Map<String, String> environment) throws IOException {
        builder.environment().putAll(environment);
        var program = new Program(builder.start(), name);
        started.add(program);
        return program;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        for (var program : started) program.end();
        started.clear();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        for (var program : started) {
            program.end();
            failure.addSuppressed(new Printed(program.printed()));
        }
        throw failure;
    }

    /** Carries the output along with a failure. */
    private static final class Printed extends RuntimeException {
        Printed(String output) {
            super(output, null, false, false);
        }
    }

    /** A process that reports in JSON, one object a line, and ends when its standard input does. */
    static final class Program {
        private final Process process;
        private final String name;
        private final BufferedReader output;
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Thread errors;

        private Program(Process process, String name) {
            this.process = process;
            this.name = name;
            output = process.inputReader(StandardCharsets.UTF_8);
            errors = Thread.ofVirtual().name("errors-of-" + name).start(() -> {
                try (var reader = process.errorReader(StandardCharsets.UTF_8)) {
                    reader.lines().forEach(line -> lines.add("! " + line));
                } catch (IOException | RuntimeException gone) {
                    lines.add("! " + gone);
                }
            });
        }

        /** The next report of that event; those before it are passed over. */
        JsonNode await(String event) throws IOException {
            for (var line = read(); line != null; line = read()) {
                var report = JSON.readTree(line);
                if (report.path("event").stringValue("").equals(event)) return report;
            }
            throw new AssertionError(name + " ended instead of reporting " + event);
        }

        private String read() throws IOException {
            var line = output.readLine();
            if (line != null) lines.add(line);
            return line;
        }

        /** Asks it to stop, and waits until it has. */
        void stop() throws IOException, InterruptedException {
            process.getOutputStream().close();
            while (read() != null) {
                // what it says until it ends is kept for who asks
            }
            assertThat(process.waitFor()).as("exit code of " + name).isZero();
        }

        private void end() {
            try {
                process.getOutputStream().close();
            } catch (IOException gone) {
                // it has ended by itself
            }
            process.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly())
                    .join();
            try {
                while (output.ready()) read();
                errors.join();
            } catch (IOException | InterruptedException over) {
                lines.add("! " + over);
            }
        }

        private String printed() {
            return name + " printed:\n" + String.join("\n", lines);
        }
    }
}
