package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.botmesh.emulator.Emulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code page/drive.mjs}, which uses the emulator's page in a real Chromium. */
final class PageDriver {
    static final Path HERE = Path.of(System.getProperty("basedir", "."));

    private static final Path SCRIPTS = HERE.resolve("page");
    private static final JsonMapper JSON = new JsonMapper();

    private static String chromium = "";

    private PageDriver() {}

    /** What the script asks of its test while it runs. */
    interface Requests {
        void serve(JsonNode asked) throws Exception;
    }

    /** Skips the test where there is no browser, and says what to do. */
    static void prepare() throws Exception {
        var process =
                new ProcessBuilder(HERE.resolve("../scripts/find-chromium").toString()).start();
        chromium = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        var missing = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(process.waitFor() == 0, missing);
        Npm.install(SCRIPTS);
    }

    /** Returns when the script has ended well; fails with what it printed otherwise. */
    static void drive(String scenario, Emulator emulator, Requests requests) throws Exception {
        var node = new ProcessBuilder("node", "drive.mjs", scenario).directory(SCRIPTS.toFile());
        node.environment().put("CHROMIUM", chromium);
        node.environment().put("API", emulator.api().toString());
        node.environment().put("CONTROL", emulator.control().toString());
        var process = node.start();
        var printed = new StringBuilder();
        var errors = Thread.ofVirtual().start(() -> {
            try (var stderr = process.getErrorStream()) {
                printed.append(new String(stderr.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException gone) {
                printed.append(gone);
            }
        });
        try (BufferedReader asked = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = asked.readLine(); line != null; line = asked.readLine()) {
                requests.serve(JSON.readTree(line));
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            int code = process.waitFor();
            errors.join();
            assertThat(code).as("%s", printed).isZero();
        } finally {
            process.destroy();
        }
    }
}
