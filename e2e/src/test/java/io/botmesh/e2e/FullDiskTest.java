package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.e2e.BotmeshProcess.Ended;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose store needs more than its disk has: they say so, and go on by themselves when there is room. */
class FullDiskTest {
    private static final int LINES = 30;
    private static final int LINE_BYTES = 90_000;

    @TempDir
    private Path folder;

    private final Emulator emulator = Emulator.start(
            EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withLimits(Limits.PAPER)));
    private final List<String> lines = new ArrayList<>();
    private Path temporary = Path.of("");

    @BeforeEach
    void peers() throws Exception {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        Ended made = BotmeshProcess.run(
                temporary,
                "peers",
                "init",
                "--nodes",
                "anna,ben",
                "--topic",
                "news=news.>",
                "--emulator",
                emulator.control().toString(),
                "--dir",
                folder.resolve("mesh").toString());
        assertThat(made.exitCode()).as(made.toString()).isZero();
        var random = new Random(11);
        var noise = new byte[LINE_BYTES];
        for (int i = 0; i < LINES; i++) {
            random.nextBytes(noise);
            lines.add(i + " " + Base64.getEncoder().encodeToString(noise));
        }
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    private InputStream given() {
        return new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private String[] onScene(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of(
                "--dir",
                folder.resolve("mesh").toString(),
                "--api",
                emulator.api().toString()));
        return all.toArray(String[]::new);
    }

    private BotmeshProcess begin(InputStream in, String... words) {
        return BotmeshProcess.start(temporary, in, onScene(words));
    }

    private static void assertGoesOn(Ended ended, SmallDisk small) throws Exception {
        assertThat(ended.exitCode()).as(small.said()).isZero();
        assertThat(small.said())
                .contains("waits for its disk, and goes on by itself", "the disk is full", "the disk works again")
                .doesNotContain("\tat ");
    }

    private void assertAllCame(String before, Ended ended) {
        assertThat(ended.out().lines().map(line -> line.substring(0, Math.min(60, line.length()))))
                .isEqualTo(lines.stream()
                        .map(line -> before + line)
                        .map(line -> line.substring(0, 60))
                        .toList());
        assertThat(ended.out().lines())
                .isEqualTo(lines.stream().map(line -> before + line).toList());
    }

    @Test
    void linkSendsWhatItWasGiven() throws Exception {
        var small = SmallDisk.make(folder.resolve("small"));
        try (var quasi = begin(InputStream.nullInputStream(), "quasi", "ben", "--count", Integer.toString(LINES));
                var link = small.start(
                        temporary, given(), onScene("link", "anna", "ben", "--store", small.file("anna.db")))) {
            assertGoesOn(link.awaitEnd(), small);
            Ended read = quasi.awaitEnd();
            assertThat(read.exitCode()).as(read.err()).isZero();
            assertAllCame("anna: ", read);
        }
    }

    @Test
    void quasiReadsWhatItIsSent() throws Exception {
        var small = SmallDisk.make(folder.resolve("small"));
        try (var quasi = small.start(
                        temporary,
                        InputStream.nullInputStream(),
                        onScene("quasi", "ben", "--count", Integer.toString(LINES), "--store", small.file("ben.db")));
                var link = begin(given(), "link", "anna", "ben")) {
            Ended read = quasi.awaitEnd();
            assertGoesOn(read, small);
            assertAllCame("anna: ", read);
            Ended sent = link.awaitEnd();
            assertThat(sent.exitCode()).as(sent.toString()).isZero();
        }
    }

    @Test
    void receiveWritesAFileWhereThereWasNoRoomForIt() throws Exception {
        Path file = Files.writeString(folder.resolve("lines.txt"), String.join("\n", lines));
        var small = SmallDisk.make(folder.resolve("small"));
        try (var receive = small.start(
                        temporary,
                        InputStream.nullInputStream(),
                        onScene("receive", "--as", "ben", "--output", small.file("lines.txt")));
                var send =
                        begin(InputStream.nullInputStream(), "send", "--as", "anna", "--to", "ben", file.toString())) {
            Ended received = receive.awaitEnd();
            assertThat(received.exitCode()).as(small.said()).isZero();
            assertThat(received.out()).contains("lines.txt from anna, ");
            assertThat(small.said())
                    .contains("the disk is full; it waits until there is room, and goes on by itself")
                    .doesNotContain("\tat ");
            Ended sent = send.awaitEnd();
            assertThat(sent.exitCode()).as(sent.toString()).isZero();
        }
    }

    @Test
    void subReadsWhatIsPublished() throws Exception {
        var small = SmallDisk.make(folder.resolve("small"));
        try (var sub = small.start(
                temporary,
                InputStream.nullInputStream(),
                onScene("sub", "ben", "--count", Integer.toString(LINES), "--store", small.file("ben.db")))) {
            try (var pub = begin(given(), "pub", "anna", "news", "news.x")) {
                Ended published = pub.awaitEnd();
                assertThat(published.exitCode()).as(published.toString()).isZero();
            }
            Ended read = sub.awaitEnd();
            assertGoesOn(read, small);
            assertAllCame("anna news.x: ", read);
        }
    }
}
