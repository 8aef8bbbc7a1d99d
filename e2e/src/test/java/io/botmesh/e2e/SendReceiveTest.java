package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.e2e.BotmeshProcess.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code botmesh send} and {@code botmesh receive} as two shells would run them. */
class SendReceiveTest {
    private static final SplittableRandom RANDOM = random();

    private final SendScene scene = new SendScene();

    @org.junit.jupiter.api.AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void textGoesFromStandardInputToStandardOutput() throws Exception {
        byte[] text = "Grüße aus Shell 1\n\u0000\r\n".getBytes(StandardCharsets.UTF_8);
        Ended sent = scene.send(text);
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
        assertThat(sent.out())
                .matches("sent %d bytes to %s in [12] posts and 0 documents\n".formatted(text.length, scene.channel()));
        assertThat(sent.err()).doesNotContain("botmesh:"); // how far it is, on a slow day
        Ended received = scene.receive();
        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(received.outBytes()).isEqualTo(text);
        assertThat(received.err()).isEmpty();
    }

    @Test
    void eachRunGetsOneFileAndNoneComesTwice() throws Exception {
        List<byte[]> messages = List.of(new byte[0], bytes(70_000), new byte[0], bytes(3_000));
        for (byte[] message : messages)
            assertThat(scene.send(message).exitCode()).isZero();
        var got = new ArrayList<String>();
        for (int i = 0; i < messages.size(); i++) {
            Ended received = scene.receive("--once");
            assertThat(received.exitCode()).as(received.toString()).isZero();
            got.add(hex(received.outBytes()));
        }
        // Each send is a sender of its own, so their order is nobody's promise.
        assertThat(got)
                .containsExactlyInAnyOrderElementsOf(
                        messages.stream().map(SendReceiveTest::hex).toList());
    }

    @Test
    void aFileLargerThanABotMayFetchArrivesAsItWas() throws Exception {
        Path file = scene.file("large");
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < 45; i++) out.write(bytes(1_000_000));
        }
        Path copy = scene.file("copy");
        Ended sent = scene.run(
                "send",
                "--json",
                "--node",
                "shell-1",
                "--token-file",
                scene.writerTokens(),
                "--api",
                scene.api(),
                "--channel",
                scene.channel(),
                file.toString());
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
        Ended received = scene.receive("--json", "--output", copy.toString());
        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        JsonNode there = JsonMapper.shared().readTree(sent.out());
        JsonNode here = JsonMapper.shared().readTree(received.out());
        assertThat(here.get("sha256")).isEqualTo(there.get("sha256"));
        assertThat(here.get("length").asLong()).isEqualTo(45_000_000);
        assertThat(here.get("from").asString()).isEqualTo("shell-1");
        assertThat(here.get("name").asString()).isEqualTo("large");
    }

    @Test
    void aReaderOfEveryChannelSaysWhatToDoWhenNothingComes() throws Exception {
        try (var waiting = BotmeshProcess.start(
                scene.temporary(),
                InputStream.nullInputStream(),
                "receive",
                "--json",
                "--output",
                scene.file("out").toString(),
                "--api",
                scene.api(),
                "--token-file",
                scene.file("stranger.token").toString(),
                "--journal",
                scene.journal().toString())) {
            waiting.awaitErr("waiting for posts; if none come, make bot " + scene.strangerId()
                    + " an administrator of the channel\n");
            waiting.terminate();
            Ended ended = waiting.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err()).startsWith("botmesh: waiting").containsOnlyOnce("\n");
        }
    }

    @Test
    void aReaderTakesTheChannelByItsNameToo() throws Exception {
        Path file = Files.writeString(scene.file("message"), "by name");
        Ended sent = scene.run(
                "send",
                "--api",
                scene.api(),
                "--token-file",
                scene.writerTokens(),
                "--channel",
                SendScene.PUBLIC,
                file.toString());
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
        Ended received = scene.run(
                "receive",
                "--api",
                scene.api(),
                "--token-file",
                scene.file("reader.token").toString(),
                "--channel",
                SendScene.PUBLIC,
                "--journal",
                scene.journal().toString());
        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(received.out()).isEqualTo("by name");
    }

    @Test
    void followWritesWhatComesUntilItIsStopped() throws Exception {
        Path inbox = Files.createDirectory(scene.file("inbox"));
        try (var watch = inbox.getFileSystem().newWatchService();
                var following = BotmeshProcess.start(
                        scene.temporary(),
                        InputStream.nullInputStream(),
                        scene.receiving("--follow", "--output", inbox.toString()))) {
            inbox.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            for (int i = 1; i <= 3; i++) {
                assertThat(scene.send(("message " + i).getBytes(StandardCharsets.US_ASCII))
                                .exitCode())
                        .isZero();
                awaitFiles(watch, inbox, i);
            }
            following.terminate();
            Ended ended = following.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.err()).isEmpty();
        }
        assertThat(scene.send("later".getBytes(StandardCharsets.US_ASCII)).exitCode())
                .isZero();
        assertThat(scene.receive().out()).isEqualTo("later");
    }

    @Test
    void aFileThatCouldNotBeWrittenIsKept() throws Exception {
        assertThat(scene.send("precious".getBytes(StandardCharsets.US_ASCII)).exitCode())
                .isZero();
        Path missing = scene.file("no-such-directory").resolve("file");
        Ended refused = scene.receive("--output", missing.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("make it first").containsOnlyOnce("\n");
        Path full = Path.of("/dev/full");
        if (Files.exists(full)) {
            Ended failed = BotmeshProcess.start(
                            List.of("sh", "-c", "exec \"$@\" > /dev/full", "full"),
                            scene.temporary(),
                            InputStream.nullInputStream(),
                            scene.receiving())
                    .awaitEnd();
            assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.err()).contains("the file is kept").containsOnlyOnce("\n");
        }
        assertThat(scene.receive().out()).isEqualTo("precious");
    }

    /** Until so many whole files are there; the file system tells of each. */
    private static void awaitFiles(WatchService watch, Path directory, int count) throws Exception {
        while (true) {
            try (var files = Files.list(directory)) {
                if (files.filter(file -> !file.toString().endsWith(".part")).count() == count) return;
            }
            WatchKey told = watch.poll(300, TimeUnit.SECONDS);
            assertThat(told).as("not %d files", count).isNotNull();
            told.pollEvents();
            told.reset();
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static SplittableRandom random() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        return new SplittableRandom(seed);
    }
}
