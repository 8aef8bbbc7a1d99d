package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.botmesh.emulator.Emulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files between nodes of a peer file that are processes of their own, over a real emulator. */
@Timeout(300)
class ObjectCommandsTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path files;

    @TempDir
    private Path inbox;

    @SuppressWarnings("NullAway.Init") // set before each test
    private NodeScene scene;

    @BeforeEach
    void init() {
        scene = new NodeScene(folder, Emulator.start(), "anna,ben", "--writers", "4");
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private Path file(String name, int bytes, long seed) throws Exception {
        var content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return Files.write(files.resolve(name), content);
    }

    private static List<String> names(Path folder) throws Exception {
        try (var all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    /** Sends a file while it is received; what the receiver says about it. */
    private JsonObject deliver(Path file, String name, String... more) {
        var words = new ArrayList<>(List.of("receive", "--as", "ben", "--json", "--output", inbox.toString()));
        words.addAll(List.of(more));
        var receiving = scene.begin(words.toArray(String[]::new));
        var sent = scene.run("send", "--as", "anna", "--to", "ben", "--json", "--name", name, file.toString());
        assertThat(sent.code()).as(sent.err()).isZero();
        var received = receiving.join();
        assertThat(received.code()).as(received.err()).isZero();
        var there = Json.parseObject(received.out());
        assertThat(there.text("from")).isEqualTo("anna");
        assertThat(there.text("sha256")).isEqualTo(Json.parseObject(sent.out()).text("sha256"));
        assertThat(Path.of(there.text("file"))).hasSameBinaryContentAs(file);
        return there;
    }

    @Test
    void aFileComesWholeUnderItsNameAndOverNothingThatIsThere() throws Exception {
        Path report = file("report.bin", 3_000_000, 1);
        Files.writeString(inbox.resolve("report.bin"), "mine");
        assertThat(deliver(report, "report.bin").text("file")).endsWith("report-2.bin");
        assertThat(inbox.resolve("report.bin")).hasContent("mine");
        deliver(file("evil", 10, 2), "../../.ssh/.authorized\u001bkeys");
        deliver(file("empty", 0, 2), "empty");
        deliver(report, "report.bin", "--overwrite");
        assertThat(names(inbox)).containsExactly("_.authorized_keys", "empty", "report-2.bin", "report.bin");
        assertThat(names(folder.resolve("ben.objects"))).isEmpty();
    }

    /** Text alone, at a post a second and writer, so that there is a middle to be killed in. */
    @Test
    void bothEndsMayBeKilledAndGoOnWhereTheyWere() throws Exception {
        Path report = file("report.bin", 150_000, 3);
        String[] send = {
            "send", "--as", "anna", "--to", "ben", "--text-only", "--json", "--patience", "60", report.toString()
        };
        String[] receive = {"receive", "--as", "ben", "--output", inbox.toString()};
        var sending = scene.start(send);
        scene.awaitPosts(6);
        NodeScene.kill(sending);
        var receiving = scene.start(receive);
        sending = scene.start(send);
        scene.awaitPosts(12);
        NodeScene.kill(receiving);
        NodeScene.kill(sending);
        sending = scene.start(send);
        NodeScene.rest(scene.start(receive));
        var line = Json.parseObject(NodeScene.rest(sending));
        assertThat(names(inbox)).containsExactly("report.bin");
        assertThat(inbox.resolve("report.bin")).hasSameBinaryContentAs(report);
        assertThat(line.number("posts")).as("of 20, in the last process").isLessThan(18);
    }

    /** The peer's word that it has the file does not stand behind a message that nobody here takes. */
    @Test
    void messagesThatWaitHoldUpNoFileAndStayForWhoTakesThem() throws Exception {
        var link = scene.start("link", "ben", "anna", "--until", "posted");
        try (var in = link.getOutputStream()) {
            in.write("are you there\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(link.waitFor()).isZero();
        var receiving = scene.begin("receive", "--as", "ben", "--output", inbox.toString());
        var sent = scene.run(
                "send", "--as", "anna", "--to", "ben", file("f", 10, 5).toString());
        assertThat(sent.code()).as(sent.err()).isZero();
        assertThat(receiving.join().code()).isZero();
        assertThat(scene.run("quasi", "anna", "--count", "1").out()).isEqualTo("ben (again): are you there\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quasi ben", "sub ben", "link ben anna"})
    void aFileThatIsLargerThanIsWantedIsRefusedByWhateverCommandTakesIt(String command) throws Exception {
        var words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--most-bytes", "1000", "--count", "1", "--files", inbox.toString()));
        var taking = scene.begin(words.toArray(String[]::new));
        var refused = scene.run(
                "send", "--as", "anna", "--to", "ben", file("large", 1_001, 6).toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.err()).contains("1001 bytes");
        var sent = scene.run(
                "send", "--as", "anna", "--to", "ben", file("small", 1_000, 7).toString());
        assertThat(sent.code()).as(sent.err()).isZero();
        assertThat(taking.join().code()).isZero();
        assertThat(names(inbox)).containsExactly("small");
    }

    @Test
    void whatCannotBeIsToldInOneLine() throws Exception {
        String report = file("report.bin", 10, 4).toString();
        assertRefused(ExitCodes.WRONG_USE, "no peer zoe", "send", "--as", "anna", "--to", "zoe", report);
        assertRefused(ExitCodes.WRONG_USE, "--as and --to", "send", "--as", "anna", report);
        assertRefused(ExitCodes.WRONG_USE, "--follow", "receive", "--as", "ben", "--follow", "--output", report);
        assertRefused(ExitCodes.WRONG_USE, "--as", "receive");
        assertRefused(ExitCodes.WRONG_USE, "--channel", "send", "--as", "anna", "--to", "ben", "--channel", "1");
        assertRefused(
                ExitCodes.FAILED, "not done at ben", "send", "--as", "anna", "--to", "ben", "--patience", "1", report);
    }

    private void assertRefused(int code, String why, String... words) {
        var said = scene.run(words);
        assertThat(said.code()).as(said.err()).isEqualTo(code);
        assertThat(said.err().strip().lines().reduce((first, last) -> last))
                .get(STRING)
                .contains(why);
        assertThat(said.out()).isEmpty();
    }
}
