package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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

    private final Emulator emulator = Emulator.start();
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void init() {
        int code = Botmesh.run(
                new Terminal(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream()),
                "peers",
                "init",
                "--nodes",
                "anna,ben",
                "--topic",
                "weather=weather.>",
                "--emulator",
                emulator.control().toString(),
                "--dir",
                folder.toString());
        assertThat(code).isZero();
    }

    @AfterEach
    void end() {
        for (var process : processes) process.destroyForcibly();
        emulator.close();
    }

    private Process start(String... words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                "io.botmesh.cli.Botmesh"));
        command.addAll(List.of(words));
        command.addAll(
                List.of("--dir", folder.toString(), "--api", emulator.api().toString()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String rest(Process process) throws Exception {
        var bytes = new ByteArrayOutputStream();
        process.getInputStream().transferTo(bytes);
        assertThat(process.waitFor()).isZero();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRequestIsAnsweredByAProgram() throws Exception {
        start("quasi", "ben", "--exec", "echo $BOTMESH_FROM asks about $BOTMESH_SUBJECT: $(cat | tr a-z A-Z)");
        assertThat(rest(start("request", "anna", "ben", "greeting", "hello")))
                .isEqualTo("anna asks about greeting: HELLO\n");
        var nobody = start("request", "anna", "zoe", "greeting", "hello");
        assertThat(nobody.waitFor()).isEqualTo(ExitCodes.WRONG_USE);
        var noLine = start("link", "anna", "zoe");
        noLine.getOutputStream().close();
        assertThat(noLine.waitFor()).isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void whatIsPublishedIsPrintedByAllWhoWantIt() throws Exception {
        var wanted = start("sub", "ben", "weather.*.now", "--count", "2");
        for (String subject : List.of("weather.oslo.now", "weather.oslo.then", "weather.bergen.now")) {
            assertThat(start("pub", "anna", "weather", subject, "rain").waitFor())
                    .isZero();
        }
        assertThat(rest(wanted)).isEqualTo("anna weather.oslo.now: rain\nanna weather.bergen.now: rain\n");
        assertThat(start("pub", "anna", "tides", "tides.now", "low").waitFor()).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(start("pub", "anna", "weather", "tides.now", "low").waitFor())
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(start("sub", "ben", "a..b").waitFor()).isEqualTo(ExitCodes.WRONG_USE);
    }

    @Test
    void linesAreThereInOrderThoughTheirReaderIsKilledAgainAndAgain() throws Exception {
        int each = 50;
        var sent = new ArrayList<String>();
        var heard = new LinkedHashSet<String>();
        var repeated = new ArrayList<String>();
        var link = start("link", "anna", "ben", "--until", "stored");
        try (var in = link.getOutputStream()) {
            for (int life = 0; life < 3; life++) {
                for (int i = 0; i < each; i++) sent.add("line " + sent.size());
                in.write((String.join("\n", sent.subList(life * each, sent.size())) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                in.flush();
                var quasi = start("quasi", "ben", "--json");
                try (var lines = output(quasi)) {
                    int known = heard.size();
                    while (heard.size() < known + each / 2) take(lines.readLine(), heard, repeated);
                    quasi.toHandle().destroyForcibly(); // SIGKILL
                    for (String line = lines.readLine(); line != null; line = lines.readLine())
                        if (line.endsWith("}")) take(line, heard, repeated);
                }
                assertThat(quasi.waitFor()).isEqualTo(128 + 9);
            }
        }
        var last = start("quasi", "ben", "--json");
        try (var lines = output(last)) {
            while (heard.size() < sent.size()) take(lines.readLine(), heard, repeated);
            assertThat(link.waitFor()).isZero();
        }
        assertThat(heard).containsExactlyElementsOf(sent);
        assertThat(repeated).as("come twice and do not say so").isEmpty();
    }

    private static void take(String line, Set<String> heard, List<String> repeated) {
        var message = Json.parseObject(line);
        if (!heard.add(message.text("text")) && !message.truth("again")) repeated.add(message.text("text"));
    }
}
