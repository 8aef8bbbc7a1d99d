package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a peer file as processes of their own, over a real emulator. */
@Timeout(300)
class NodeCommandsTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // before each test
    private NodeScene scene;

    @BeforeEach
    void init() {
        scene = new NodeScene(folder, Emulator.start(), "anna,ben", "--topic", "weather=weather.>");
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void aRequestIsAnsweredByAProgram() throws Exception {
        scene.start("quasi", "ben", "--exec", "echo $BOTMESH_FROM asks about $BOTMESH_SUBJECT: $(cat | tr a-z A-Z)");
        assertThat(NodeScene.rest(scene.start("request", "anna", "ben", "greeting", "hello")))
                .isEqualTo("anna asks about greeting: HELLO\n");
        var nobody = scene.start("request", "anna", "zoe", "greeting", "hello");
        assertThat(nobody.waitFor()).isEqualTo(ExitCodes.WRONG_USE);
        var noLine = scene.start("link", "anna", "zoe");
        noLine.getOutputStream().close();
        assertThat(noLine.waitFor()).isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void whatIsPublishedIsPrintedByAllWhoWantIt() throws Exception {
        var wanted = scene.start("sub", "ben", "weather.*.now", "--count", "2");
        for (String subject : List.of("weather.oslo.now", "weather.oslo.then", "weather.bergen.now")) {
            assertThat(scene.start("pub", "anna", "weather", subject, "rain").waitFor())
                    .isZero();
        }
        assertThat(NodeScene.rest(wanted)).isEqualTo("anna weather.oslo.now: rain\nanna weather.bergen.now: rain\n");
        assertThat(scene.start("pub", "anna", "tides", "tides.now", "low").waitFor())
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(scene.start("pub", "anna", "weather", "tides.now", "low").waitFor())
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(scene.start("sub", "ben", "a..b").waitFor()).isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void whatComesToASubscriberAloneWaitsForWhoTakesIt() throws Exception {
        var sub = scene.start("sub", "ben", "--count", "1");
        var link = scene.start("link", "anna", "ben", "--until", "stored");
        try (var lines = link.getOutputStream()) {
            lines.write("only for ben\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(link.waitFor()).isZero();
        assertThat(scene.start("pub", "anna", "weather", "weather.x", "rain").waitFor())
                .isZero();
        assertThat(NodeScene.rest(sub)).isEqualTo("anna weather.x: rain\n");
        assertThat(scene.run("quasi", "ben", "--count", "1").out())
                .isEqualTo("anna (again): only for ben\n"); // as all that an earlier process had in hand
    }

    @Test
    void linesAreThereInOrderThoughTheirReaderIsKilledAgainAndAgain() throws Exception {
        int each = 50;
        var sent = new ArrayList<String>();
        var heard = new LinkedHashSet<String>();
        var repeated = new ArrayList<String>();
        var link = scene.start("link", "anna", "ben", "--until", "stored");
        try (var in = link.getOutputStream()) {
            for (int life = 0; life < 3; life++) {
                for (int i = 0; i < each; i++) sent.add("line " + sent.size());
                in.write((String.join("\n", sent.subList(life * each, sent.size())) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                in.flush();
                var quasi = scene.start("quasi", "ben", "--json");
                try (var lines = NodeScene.output(quasi)) {
                    int known = heard.size();
                    while (heard.size() < known + each / 2) take(lines.readLine(), heard, repeated);
                    quasi.toHandle().destroyForcibly(); // SIGKILL
                    for (String line = lines.readLine(); line != null; line = lines.readLine())
                        if (line.endsWith("}")) take(line, heard, repeated);
                }
                assertThat(quasi.waitFor()).isEqualTo(128 + 9);
            }
        }
        var last = scene.start("quasi", "ben", "--json");
        try (var lines = NodeScene.output(last)) {
            while (heard.size() < sent.size()) take(lines.readLine(), heard, repeated);
            assertThat(link.waitFor()).isZero();
        }
        assertThat(heard).containsExactlyElementsOf(sent);
        assertThat(repeated).as("come twice and do not say so").isEmpty();
    }

    @Test
    void ofWhatComesAsMuchIsTakenAsWasAskedForAndTheRestWaits() throws Exception {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 20; i++) lines.add("line " + i);
        var link = scene.start("link", "anna", "ben", "--until", "done");
        try (var in = link.getOutputStream()) {
            in.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        var heard = new ArrayList<String>();
        for (int most : List.of(3, 17)) {
            List<String> some = scene.run("quasi", "ben", "--count", "" + most, "--raw")
                    .out()
                    .lines()
                    .toList();
            assertThat(some).hasSize(most);
            heard.addAll(some);
        }
        assertThat(heard).containsExactlyElementsOf(lines);
        assertThat(link.waitFor()).isZero();
    }

    @Test
    void aLinkThatWaitsForSoMuchTakesNoMoreAndEndsWhenItIsThere() throws Exception {
        var waiting = scene.begin("link", "anna", "ben", "--count", "2", "--raw");
        var link = scene.start("link", "ben", "anna", "--until", "done");
        try (var in = link.getOutputStream()) {
            in.write("one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8));
        }
        var said = waiting.join();
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out()).isEqualTo("one\ntwo\n");
        assertThat(scene.run("quasi", "anna", "--count", "1", "--raw").out()).isEqualTo("three\n");
        assertThat(link.waitFor()).isZero();
        var vain = scene.run("link", "anna", "ben", "--count", "1", "--patience", "1");
        assertThat(vain.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(vain.err()).contains("0 of 1");
    }

    @Test
    void aFileThatComesToAQuasiServerIsKeptAndToldOfInOneLineOrHandedToItsProgram() throws Exception {
        Path report = Files.writeString(folder.resolve("report.txt"), "line one\n".repeat(200_000));
        String[] send = {"send", "--as", "anna", "--to", "ben", report.toString()};
        var quasi = scene.begin("quasi", "ben", "--count", "1");
        assertThat(scene.run(send).code()).isZero();
        assertThat(quasi.join().out())
                .isEqualTo(folder.resolve("ben.files").resolve("report.txt") + " from anna, 1,800,000 bytes\n");
        assertThat(folder.resolve("ben.files").resolve("report.txt")).hasSameBinaryContentAs(report);

        Path into = folder.resolve("made when one comes");
        quasi = scene.begin("quasi", "ben", "--count", "1", "--json", "--files", into.toString());
        assertThat(scene.run(send).code()).isZero();
        assertThat(Json.parseObject(quasi.join().out()).text("file"))
                .isEqualTo(into.resolve("report.txt").toString());

        quasi = scene.begin("quasi", "ben", "--count", "1", "--exec", "echo $BOTMESH_FROM $BOTMESH_FILE $(wc -l)");
        assertThat(scene.run(send).code()).isZero();
        assertThat(quasi.join().out().strip().replaceAll(" +", " ")).isEqualTo("anna report.txt 200000");
    }

    @Test
    void aFileThatComesToACommandWhichEndsWaitsForOneThatTakesIt() throws Exception {
        Path report = Files.writeString(folder.resolve("report.txt"), "for later");
        var asking = scene.begin("request", "ben", "anna", "s", "x", "--timeout", "60");
        assertThat(scene.run("send", "--as", "anna", "--to", "ben", "--until", "stored", report.toString())
                        .code())
                .isZero();
        assertThat(scene.run("quasi", "anna", "--count", "1").code()).isZero();
        assertThat(asking.join().code()).isZero();
        Path into = Files.createDirectory(folder.resolve("inbox"));
        var received = scene.run("receive", "--as", "ben", "--output", into.toString());
        assertThat(received.code()).as(received.err()).isZero();
        assertThat(into.resolve("report.txt")).hasSameBinaryContentAs(report);
    }

    @Test
    void aQueueThatNobodyKnowsIsToldOf() {
        var unknown = scene.run("sub", "zoe", "--queue", "nosuch");
        assertThat(unknown.code()).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(unknown.err()).contains("no topic of the peer file has a queue nosuch with zoe");
    }

    /** A peer, or whoever holds its key, may write what it likes. */
    @Test
    void whatAPeerWritesIsOneLineThatCommandsNoTerminalAndIsThereAsItIsOnlyIfAskedFor() {
        String hostile = "\u001b]0;x\u0007\u202egnp.exe\nanna: forged";
        String shown = "\\u001b]0;x\\u0007\\u202egnp.exe\\nanna: forged";
        String[] ask = {"request", "anna", "ben", "s", hostile};
        var quasi = scene.begin("quasi", "ben", "--count", "1");
        assertThat(scene.run(ask).out()).isEqualTo("\n");
        assertThat(quasi.join().out()).isEqualTo("anna s: " + shown + "\n");
        quasi = scene.begin("quasi", "ben", "--count", "1", "--json");
        assertThat(scene.run(ask).code()).isZero();
        assertThat(Json.parseObject(quasi.join().out()).text("text")).isEqualTo(hostile);
        quasi = scene.begin("quasi", "ben", "--count", "1", "--raw");
        assertThat(scene.run(ask).code()).isZero();
        assertThat(quasi.join().out()).isEqualTo(hostile + "\n");

        quasi = scene.begin("quasi", "ben", "--count", "2", "--exec", "cat");
        assertThat(scene.run(ask).out()).isEqualTo(shown.replace("\\n", "\n") + "\n");
        var raw = scene.run("request", "anna", "ben", "s", hostile, "--raw");
        assertThat(raw.out()).isEqualTo(hostile);
        assertThat(quasi.join().code()).isZero();
        assertThat(scene.run("request", "anna", "ben", "s", "x", "--raw", "--json")
                        .code())
                .isEqualTo(ExitCodes.WRONG_USE);
    }

    private static void take(String line, Set<String> heard, List<String> repeated) {
        var message = Json.parseObject(line);
        if (!heard.add(message.text("text")) && !message.truth("again")) repeated.add(message.text("text"));
    }
}
