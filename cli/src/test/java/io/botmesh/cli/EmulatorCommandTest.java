package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Latency;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, which can be killed. */
@Timeout(300)
class EmulatorCommandTest {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        for (var process : processes) process.destroyForcibly();
        http.close();
    }

    private record Running(Process process, String api, String control, String page) {}

    private Process launch(String... options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                "io.botmesh.cli.Botmesh",
                "emulator",
                "--port",
                "0",
                "--control-port",
                "0"));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private Running start(String... options) throws IOException {
        var process = launch(options);
        var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var lines = new ArrayList<String>();
        for (int i = 0; i < 3; i++) lines.add(String.valueOf(said.readLine()));
        assertThat(lines.get(0)).startsWith("Bot API  http://127.0.0.1:");
        return new Running(
                process,
                lines.get(0).substring(9),
                lines.get(1).substring(9),
                lines.get(2).substring(9));
    }

    private void kill(Running running) throws InterruptedException {
        running.process.toHandle().destroyForcibly(); // SIGKILL
        assertThat(running.process.waitFor()).isEqualTo(128 + 9);
    }

    private HttpResponse<String> get(String url, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String post(String url, String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void aKillForgetsNothingThatWasAnswered() throws Exception {
        var file = folder.resolve("state.db").toString();
        var token = "";
        int posts = 0;
        for (int life = 0; life < 3; life++) {
            var running = start("--state", file, "--profile", "oss");
            if (life == 0) {
                Matcher made = TOKEN.matcher(post(running.control + "/control/bots", "{\"username\":\"a_bot\"}"));
                assertThat(made.find()).isTrue();
                token = made.group(1);
                post(running.control + "/control/users", "{\"first_name\":\"Ann\"}");
            }
            var bot = token.substring(0, token.indexOf(':'));
            for (int i = 0; i < 30; i++) {
                post(
                        running.control + "/control/messages",
                        "{\"from\":" + person(running) + ",\"chat\":" + bot + ",\"text\":\"m" + posts++ + "\"}");
            }
            kill(running);
        }
        var running = start("--state", file, "--profile", "oss");
        var updates = get(running.api + "/bot" + token + "/getUpdates").body();
        for (int i = 0; i < posts; i++) assertThat(updates).contains("\"text\":\"m" + i + "\"");
    }

    private String person(Running running) throws IOException, InterruptedException {
        var state = get(running.control + "/control/state").body();
        var users = state.substring(state.indexOf("\"users\""));
        Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(users);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    @Test
    void thePageIsWhereItSays() throws Exception {
        var running = start();
        var page = get(running.page);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    }

    @Test
    void aSecretComesFromAFile() throws Exception {
        var secret = Files.writeString(folder.resolve("secret"), "fake-secret-for-tests-only\n");
        var running = start("--control-secret-file", secret.toString(), "--control-host", "0.0.0.0");
        assertThat(get(running.control + "/control/state").statusCode()).isEqualTo(401);
        assertThat(get(running.control + "/control/state", "Authorization", "Bearer fake-secret-for-tests-only")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aVirtualClockStandsStill() throws Exception {
        var running = start("--virtual-clock");
        var once = post(running.control + "/control/clock", "{\"advance\":\"PT0S\"}");
        assertThat(post(running.control + "/control/clock", "{\"advance\":\"PT0S\"}"))
                .isEqualTo(once);
    }

    @Test
    void whatWebPagesMayDoIsSaid() throws Exception {
        var running = start("--preflight", "permissive", "--file-cors", "--webhook-trust", "anybody");
        var asked = HttpRequest.newBuilder(URI.create(running.api + "/bot1:a/getMe"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Access-Control-Request-Headers", "content-type");
        var preflight = http.send(asked.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("content-type");
        var download = get(running.api + "/file/bot1:a/documents/file_0.bin");
        assertThat(download.statusCode()).isEqualTo(404);
        assertThat(download.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }

    @Test
    void whatIsNotKnownForSureIsTakenAsAsked() throws Exception {
        var running = start("--assume", "file-ranges=no", "--assume", "inline-seconds=10", "--assume=bots-sign=no");
        assertThat(get(running.control + "/control/server").body())
                .contains("\"assumptions\":\"bots-sign=no, inline-seconds=10\"");
        var unknown = launch("--assume", "bots-sing=no");
        assertThat(unknown.waitFor()).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(new String(unknown.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("botmesh: --assume bots-sing=no: there is no assumption bots-sing=no; give NAME=VALUE")
                .containsOnlyOnce("\n");
    }

    @Test
    void aStateFileThatCannotBeUsedIsOneLineAndExitCodeOne() throws Exception {
        var file = folder.resolve("state.db").toString();
        start("--state", file);
        var second = launch("--state", file);
        assertThat(second.waitFor()).isEqualTo(ExitCodes.FAILED);
        assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("state.db is held by another process")
                .containsOnlyOnce("\n");
    }

    @Test
    void aStateFileThatTakesNoMoreEndsItWithExitCodeOne() throws Exception {
        var file = folder.resolve("state.db").toString();
        kill(start("--state", file));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TRIGGER full BEFORE INSERT ON input"
                    + " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
        }
        var second = start("--state", file);
        assertThatThrownBy(() -> post(second.control + "/control/users", "{\"first_name\":\"Ann\"}"))
                .as("an answer")
                .isNotNull();
        assertThat(second.process.waitFor()).isEqualTo(ExitCodes.FAILED);
        assertThat(new String(second.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("state.db cannot be written")
                .contains("disk is full");
    }

    @Test
    void latencyIsAWordOrARange() {
        assertThat(EmulatorCommand.latency("off")).isEqualTo(Latency.NONE);
        assertThat(EmulatorCommand.latency("20-80"))
                .isEqualTo(Latency.between(Duration.ofMillis(20), Duration.ofMillis(80)));
        assertThat(EmulatorCommand.latency("paper").send().most()).isEqualTo(Duration.ofMillis(150));
        assertThatThrownBy(() -> EmulatorCommand.latency("80-20")).isInstanceOf(CommandException.class);
    }
}
