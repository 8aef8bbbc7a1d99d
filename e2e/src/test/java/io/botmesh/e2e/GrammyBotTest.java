package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bot written with grammY, in a process of its own, runs against the emulator as it would against Telegram. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrammyBotTest {
    private static final Path GRAMMY =
            Path.of(System.getProperty("basedir", ".")).resolve("grammy");
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Emulator emulator = Emulator.start();
    private long bot;
    private String token = "";
    private long person;

    @BeforeAll
    static void install() throws Exception {
        Npm.install(GRAMMY);
    }

    @BeforeEach
    void setTheScene() throws Exception {
        var made = control("bots", Map.of("username", "grammy_bot"));
        bot = made.get("id").longValue();
        token = made.get("token").stringValue();
        person = control("users", Map.of("first_name", "Zoë", "username", "zoe"))
                .get("id")
                .longValue();
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void itReceivesAndReplies() throws Exception {
        try (var running = start()) {
            var started = running.await("started");
            assertThat(started.get("id").longValue()).isEqualTo(bot);
            assertThat(started.get("username").stringValue()).isEqualTo("grammy_bot");

            var said = control("messages", Map.of("from", person, "chat", bot, "text", "hello, wörld 😀"));
            var replied = running.await("replied");
            assertThat(replied.at("/from/first_name").stringValue()).isEqualTo("Zoë");
            var message = replied.get("message");
            assertThat(message.get("text").stringValue()).isEqualTo("You said: hello, wörld 😀");
            assertThat(message.at("/entities/0/type").stringValue()).isEqualTo("bold");
            assertThat(message.at("/entities/0/offset").intValue()).isEqualTo(10);
            assertThat(message.at("/reply_to_message/message_id").intValue())
                    .isEqualTo(said.get("message_id").intValue());
            assertThat(message.at("/chat/id").longValue()).isEqualTo(person);
            assertThat(transcript()).last().isEqualTo("You said: hello, wörld 😀");
        }
    }

    @Test
    void itSendsADocumentInAChunkedUpload() throws Exception {
        try (var running = start()) {
            running.await("started");
            for (int size : new int[] {1, 100_000, 5_000_000}) {
                control("messages", Map.of("from", person, "chat", bot, "text", "/send " + size));
                var sent = running.await("sent");
                assertThat(sent.at("/document/file_size").intValue()).isEqualTo(size);
                assertThat(sent.at("/document/file_name").stringValue()).isEqualTo("répôrt 1.bin");
                assertThat(transcript()).last().isEqualTo(size + " bytes");
            }
        }
    }

    @Test
    void itDownloadsAFileThatAPersonSent() throws Exception {
        var bytes = new byte[3_000_000];
        new Random(11).nextBytes(bytes);
        try (var running = start()) {
            running.await("started");
            var document =
                    Map.of("name", "päper.bin", "base64", Base64.getEncoder().encodeToString(bytes));
            control("messages", Map.of("from", person, "chat", bot, "document", document, "text", "read this"));
            var file = running.await("file");
            assertThat(file.get("status").intValue()).isEqualTo(200);
            assertThat(file.get("name").stringValue()).isEqualTo("päper.bin");
            assertThat(file.get("caption").stringValue()).isEqualTo("read this");
            assertThat(file.get("size").intValue()).isEqualTo(bytes.length);
            assertThat(file.get("sha256").stringValue())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
    }

    @Test
    void aSecondPollerEndsTheFirst() throws Exception {
        try (var first = start()) {
            first.await("started");
            awaitPolling();
            try (var second = start()) {
                second.await("started");
                var ended = first.await("ended");
                assertThat(ended.get("method").stringValue()).isEqualTo("getUpdates");
                assertThat(ended.get("code").intValue()).isEqualTo(409);
                assertThat(ended.get("description").stringValue())
                        .isEqualTo("Conflict: terminated by other getUpdates request;"
                                + " make sure that only one bot instance is running");
                control("messages", Map.of("from", person, "chat", bot, "text", "still there?"));
                assertThat(second.await("replied").at("/message/text").stringValue())
                        .isEqualTo("You said: still there?");
            }
        }
    }

    @Test
    void whatItHasHandledIsConfirmedWhenItStops() throws Exception {
        try (var running = start()) {
            running.await("started");
            control("messages", Map.of("from", person, "chat", bot, "text", "one"));
            running.await("replied");
            running.process().getOutputStream().close();
            running.await("stopped");
            assertThat(get("state").at("/bots/0/pending_updates").intValue()).isZero();
        }
    }

    @Test
    void theLockFileNamesNoRegistry() throws Exception {
        assertThat(Files.readString(GRAMMY.resolve("package-lock.json")))
                .contains("integrity")
                .doesNotContain("resolved", "http");
    }

    /** Until the emulator holds a long poll of the bot. */
    private void awaitPolling() throws Exception {
        while (!get("state").at("/bots/0/polling").booleanValue()) Thread.onSpinWait();
    }

    /** Texts and captions of the private chat, oldest first. */
    private List<String> transcript() throws Exception {
        var texts = new ArrayList<String>();
        for (var message : get("messages?user=" + person + "&chat=" + bot)) {
            texts.add(message.path("text").stringValue(message.path("caption").stringValue("")));
        }
        return texts;
    }

    private JsonNode get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(emulator.control() + "/control/" + path))
                .build();
        return answer(request);
    }

    private JsonNode control(String what, Map<String, ?> body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(emulator.control() + "/control/" + what))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return answer(request);
    }

    private JsonNode answer(HttpRequest request) throws Exception {
        var response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private GrammyBot start() throws IOException {
        var node = new ProcessBuilder("node", "bot.mjs")
                .directory(GRAMMY.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        node.environment().put("BOT_TOKEN", token);
        node.environment().put("API_ROOT", emulator.api().toString());
        return new GrammyBot(node.start());
    }

    /** The bot's process and what it reports. */
    private record GrammyBot(Process process, BufferedReader output) implements AutoCloseable {
        GrammyBot(Process process) {
            this(process, process.inputReader(StandardCharsets.UTF_8));
        }

        /** The next report, which must be of that event. */
        JsonNode await(String event) throws IOException {
            var line = output.readLine();
            assertThat(line).as("the bot ended instead of reporting " + event).isNotNull();
            var report = JSON.readTree(line);
            assertThat(report.get("event").stringValue()).as(line).isEqualTo(event);
            return report;
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close(); // the bot ends with its input
            process.onExit()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly())
                    .join();
        }
    }
}
