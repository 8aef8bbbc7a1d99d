package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.e2e.BotmeshProcess.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What users get wrong, and what breaks around them: one line that says what to do, and nothing lost. */
class SendBadInputTest {
    private static final String UNKNOWN = "123456:FAKE-token-for-tests-only-000000000";

    private final SendScene scene = new SendScene();

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void aMissingOrMalformedTokenFile() throws Exception {
        String missing = scene.file("missing").toString();
        assertOneLine(send(missing), 2, "token file " + missing + " does not exist");
        assertOneLine(send(scene.tokens("malformed", "no token at all")), 2, "line 1 is no bot token");
        assertOneLine(send(scene.tokens("empty")), 2, "holds no token");
        assertOneLine(
                scene.run(
                        "receive",
                        "--api",
                        scene.api(),
                        "--token-file",
                        scene.writerTokens(),
                        "--journal",
                        scene.journal().toString()),
                2,
                "holds 2 tokens; give each bot a file of its own");
    }

    @Test
    void aTokenFileThatOthersCanReadIsWarnedOf() throws Exception {
        Path tokens = scene.file("writer.tokens");
        Files.setPosixFilePermissions(tokens, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Ended ended = scene.send("x".getBytes(StandardCharsets.US_ASCII));
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        // What follows on a busy machine is how far it has come.
        assertThat(ended.err()).startsWith("botmesh: warning: others can read " + tokens + "; chmod 600 it\n");
    }

    @Test
    void aWrongToken() throws Exception {
        String wrong = scene.tokens("wrong", UNKNOWN);
        assertOneLine(send(wrong), 1, "check its token");
        assertOneLine(
                scene.run(
                        "receive",
                        "--api",
                        scene.api(),
                        "--token-file",
                        wrong,
                        "--journal",
                        scene.journal().toString()),
                1,
                "check the token");
    }

    @Test
    void aBotThatIsNoAdministrator() throws Exception {
        String stranger = scene.file("stranger.token").toString();
        assertOneLine(send(stranger), 1, "administrator");
        String reader = scene.file("reader.token").toString(); // an administrator that may not post
        assertOneLine(send(reader), 1, "give it the right to post");
        assertOneLine(
                scene.run(
                        "receive",
                        "--api",
                        scene.api(),
                        "--token-file",
                        stranger,
                        "--channel",
                        scene.channel(),
                        "--journal",
                        scene.journal().toString()),
                1,
                "administrator");
    }

    @Test
    void aChannelThatIsNone() throws Exception {
        for (var wrong : Map.of("@no_such_channel", "check the name", "channel", "a chat is a number or @name")
                .entrySet()) {
            assertOneLine(
                    scene.run(
                            "receive",
                            "--api",
                            scene.api(),
                            "--token-file",
                            scene.file("reader.token").toString(),
                            "--channel",
                            wrong.getKey(),
                            "--journal",
                            scene.journal().toString()),
                    wrong.getKey().startsWith("@") ? 1 : 2,
                    wrong.getValue());
        }
    }

    @Test
    void anUnreachableApi() throws Exception {
        String nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://127.0.0.1:" + socket.getLocalPort();
        }
        assertOneLine(
                scene.run(
                        "send",
                        "--api",
                        nobody,
                        "--token-file",
                        scene.writerTokens(),
                        "--channel",
                        scene.channel(),
                        "/dev/null"),
                1,
                "check --api, now " + nobody);
        assertOneLine(
                scene.run(
                        "receive",
                        "--api",
                        nobody,
                        "--token-file",
                        scene.file("reader.token").toString(),
                        "--journal",
                        scene.journal().toString()),
                1,
                "cannot be reached");
        assertOneLine(
                scene.run("send", "--api", "localhost:1", "--token-file", scene.writerTokens(), "--channel", "1"),
                2,
                "--api takes");
    }

    @Test
    void anUnreadableInput() throws Exception {
        String missing = scene.file("missing").toString();
        assertOneLine(
                scene.run(
                        "send",
                        "--api",
                        scene.api(),
                        "--token-file",
                        scene.writerTokens(),
                        "--channel",
                        scene.channel(),
                        missing),
                2,
                missing + " does not exist");
        assertOneLine(
                scene.run(
                        "send",
                        "--api",
                        scene.api(),
                        "--token-file",
                        scene.writerTokens(),
                        "--channel",
                        scene.channel(),
                        scene.temporary().toString()),
                2,
                "is a directory");
    }

    @Test
    void aDamagedJournalStaysAsItIsAndAnotherOneGetsTheMessage() throws Exception {
        assertThat(scene.send("one".getBytes(StandardCharsets.US_ASCII)).exitCode())
                .isZero();
        assertThat(scene.receive().out()).isEqualTo("one");
        byte[] whole = Files.readAllBytes(scene.journal());
        try (var file = new RandomAccessFile(scene.journal().toFile(), "rw")) {
            for (int page = 1; page * 4096 < whole.length; page++) {
                file.seek(page * 4096L);
                file.write(new byte[200]);
            }
        }
        byte[] damaged = Files.readAllBytes(scene.journal());
        assertThat(scene.send("two".getBytes(StandardCharsets.US_ASCII)).exitCode())
                .isZero();
        assertOneLine(scene.receive(), 1, "it is a damaged node's store: move it away");
        assertThat(Files.readAllBytes(scene.journal())).isEqualTo(damaged);
        Files.writeString(scene.journal(), "no database at all, but text that is longer than a header is");
        assertOneLine(scene.receive(), 1, "damaged or not a node's store");
        Files.write(scene.journal(), whole);
        assertThat(scene.receive().out()).isEqualTo("two");
    }

    @Test
    void aFullDiskUnderTheJournalIsWaitedForAndLosesNothing() throws Exception {
        var message = new byte[3_000_000];
        new java.util.SplittableRandom(1).nextBytes(message);
        assertThat(scene.send(message).exitCode()).isZero();
        var small = SmallDisk.make(scene.file("small"));
        var process = small.start(
                scene.temporary(),
                InputStream.nullInputStream(),
                "receive",
                "--api",
                scene.api(),
                "--token-file",
                scene.file("reader.token").toString(),
                "--channel",
                scene.channel(),
                "--journal",
                small.file("journal.db"));
        Ended ended = process.awaitEnd();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.outBytes()).isEqualTo(message);
        assertThat(small.said()).doesNotContain("\tat ");
    }

    @Test
    void postsOfPeopleArePassedOver() throws Exception {
        scene.say("Hello everybody");
        scene.say("and hello again");
        assertThat(scene.send("real".getBytes(StandardCharsets.US_ASCII)).exitCode())
                .isZero();
        Ended received = scene.receive();
        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(received.out()).isEqualTo("real");
        assertThat(received.err()).isEmpty();
    }

    @Test
    void debugShowsWhereItFailedAndStillNoToken() throws Exception {
        String stranger = scene.file("stranger.token").toString();
        Ended ended = scene.run(
                "send",
                "--debug",
                "--api",
                scene.api(),
                "--token-file",
                stranger,
                "--channel",
                scene.channel(),
                "/dev/null");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("\tat io.botmesh.");
        assertThat(scene.showsToken(ended.toString())).isFalse();
    }

    private Ended send(String tokenFile) throws InterruptedException {
        return scene.run(
                "send", "--api", scene.api(), "--token-file", tokenFile, "--channel", scene.channel(), "/dev/null");
    }

    private void assertOneLine(Ended ended, int exitCode, String what) {
        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("botmesh: ")
                .contains(what)
                .containsOnlyOnce("\n")
                .endsWith("\n");
        assertThat(ended.err()).doesNotContain("\tat ").doesNotContain("FAKE");
        assertThat(scene.showsToken(ended.err())).isFalse();
    }
}
