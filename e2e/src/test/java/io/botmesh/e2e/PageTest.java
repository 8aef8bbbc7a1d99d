package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A person uses the emulator's page in a real Chromium while a bot answers; {@code page/drive.mjs} is the person. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTest {
    private static final Path HERE = Path.of(System.getProperty("basedir", "."));
    private static final Path DRIVER = HERE.resolve("page");
    private static final JsonMapper JSON = new JsonMapper();

    private static String chromium = "";

    private Emulator emulator = Emulator.start();
    private final int apiPort = emulator.api().getPort();
    private final int controlPort = emulator.control().getPort();
    private final PageBot bot = new PageBot();

    @BeforeAll
    static void prepare() throws Exception {
        var process =
                new ProcessBuilder(HERE.resolve("../scripts/find-chromium").toString()).start();
        chromium = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        var missing = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(process.waitFor() == 0, missing);
        Npm.install(DRIVER);
    }

    @AfterEach
    void close() {
        bot.stop();
        emulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "queues", "faultsAndLimits", "hostileText", "restart", "phone"})
    void aPersonUsesThePage(String scenario) throws Exception {
        var node = new ProcessBuilder("node", "drive.mjs", scenario).directory(DRIVER.toFile());
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
                serve(JSON.readTree(line));
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

    private void serve(JsonNode asked) throws Exception {
        switch (asked.get("event").stringValue()) {
            case "bot" -> bot.start(emulator.api(), asked.get("token").stringValue());
            case "stop" -> bot.stop();
            case "say" ->
                PageBot.call(
                        emulator.api(),
                        asked.get("token").stringValue(),
                        "sendMessage",
                        JSON.writeValueAsString(java.util.Map.of(
                                "chat_id", asked.get("chat").longValue(),
                                "parse_mode", "HTML",
                                "text", asked.get("text").stringValue())));
            case "down" -> {
                bot.stop();
                emulator.close();
            }
            case "up" ->
                emulator = Emulator.start(
                        EmulatorOptions.defaults().withPort(apiPort).withControlPort(controlPort));
            default -> throw new IllegalArgumentException(asked.toString());
        }
    }
}
