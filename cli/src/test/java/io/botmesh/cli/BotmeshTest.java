package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.Nemesis;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BotmeshTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpListsTheCommandsAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out())
                .contains("demo", "emulator", "send", "receive", "Exit codes:")
                .doesNotContain("demo-node");
    }

    @Test
    void theHelpOfASimulationNamesEveryFault() {
        assertThat(run("sim", "--help")).isZero();
        assertThat(out())
                .contains(Stream.of(Nemesis.values()).map(Nemesis::word).toList());
    }

    @Test
    void versionNamesTheVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out()).matches("botmesh \\d+\\.\\d+\\.\\d+.*\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demos",
                "--wrong",
                "demo --wrong",
                "demo --nodes 0",
                "demo --nodes x",
                "demo --writers 0",
                "demo extra",
                "emulator --port 65536",
                "emulator --limits some",
                "emulator --latency slow",
                "emulator --latency 9-3",
                "emulator --control-host 0.0.0.0",
                "emulator --control-secret-file /no/such/file",
                "emulator --seed x",
                "emulator --assume links=1",
                "emulator --assume inline-seconds=0",
                "send",
                "send --token-file f",
                "receive --token-file f --journal j --once --follow"
            })
    void wrongUseIsOneLineThatPointsToTheHelpAndExitCodeTwo(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(out()).isEmpty();
        assertThat(err())
                .startsWith("botmesh: ")
                .containsOnlyOnce("\n")
                .endsWith("\n")
                .doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "demo --nodes x | '--nodes': 'x' is not a whole number",
                "demo --nodes 99999999999 | '99999999999' is too large a number",
                "receive --token-file f --journal j --once --follow | --once and --follow do not go together",
                "demo extra | 'extra' is one argument too many",
                "demos | there is no command 'demos'",
                "sim --nodes 1 | a mesh of 1 nodes; give 2 to 200",
                "sim --nodes 201 | a mesh of 201 nodes; give 2 to 200",
                "sim --minutes 0 | a run of 0 minutes; give 1 to 10000",
                "sim --minutes -1 | a run of -1 minutes; give 1 to 10000",
                "sim --minutes 2147483647 | a run of 2147483647 minutes; give 1 to 10000",
                "link a b --patience -5 | --patience takes seconds, at least 1, not -5",
                "pub a t s --patience 0 | --patience takes seconds, at least 1, not 0",
                "send --patience -1 | --patience takes seconds, at least 1, not -1",
                "request a b s x --timeout 0 | --timeout takes seconds, at least 1, not 0",
                "peers check --patience 0 | --patience takes seconds, at least 1, not 0",
                "sim --writers 49 | 49 writers in a channel; give 1 to 48",
                "sim --rate x | 'x' is not a number",
                "sim --rate NaN | NaN messages a second; give more than 0",
                "sim --rate -1 | -1.0 messages a second; give more than 0",
                "sim --bytes 0 | messages of 0 bytes; give 1 to 1048576",
                "sim --faults kil | there is no fault 'kil'; give all, none, or some of kill, ",
                "sim --faults kill,, | there is no fault ''; give all",
                "sim --patterns topics | there is no pattern 'topics'; give all, none, or some of topic, queue",
                "sim --posts 0 | 0.0 posts a second of one writer; give more than 0 and at most 1000",
                "sim --packets -1 | -1 packets; give 0 or more",
                "sim --shape blob | there is no shape 'blob'; give ring, star, full",
                "sim --seed 1e9 | '1e9' is not a whole number",
                "demo --input= | '--input': it is empty; name a file",
                "receive --token-file f --journal= | '--journal': it is empty; name a file",
                "send --channel @name --token-file @missing | token file @missing does not exist",
                "demo --input @missing | --input @missing does not exist",
            })
    void wrongUseIsToldInPlainWords(String line, String words) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains(words).containsOnlyOnce("\n");
    }

    @Test
    void aSimulationIsOneLineOfJsonAndTheSameAgain() {
        String[] line = "sim --seed 3 --nodes 3 --minutes 1 --faults all,-offline --patterns topic --json".split(" ");
        assertThat(run(line)).isZero();
        String first = out();
        assertThat(first)
                .startsWith("{\"seed\":3,\"nodes\":3,")
                .containsOnlyOnce("\n")
                .contains(
                        "\"lost\":0,",
                        "\"duplicates_delivered\":0,",
                        "\"violations\":0,",
                        "\"posts\":",
                        "\"fill\":0.",
                        "\"flood_waits\":",
                        "\"latency_seconds\":{\"p50\":",
                        "\"p99\":",
                        "\"forwards\":",
                        "\"recalls\":",
                        "\"takeovers\":");
        out.reset();
        assertThat(run(line)).isZero();
        assertThat(out()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --input", "receive --token-file f --journal", "send --channel 1 --token-file"})
    void aNameThatTheEncodingCannotHoldIsRefusedWithTheEncoding(String line) {
        var arguments = new ArrayList<>(List.of(line.split(" ")));
        arguments.add("caf\ufffd");
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err())
                .contains("encoding, " + System.getProperty("sun.jnu.encoding"))
                .containsOnlyOnce("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "demo --help", "emulator --port 0 --control-port 0"})
    void aResultThatCannotBeWrittenIsAFailure(String line) {
        var full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        var terminal = new Terminal(InputStream.nullInputStream(), full, err);
        assertThat(Botmesh.run(terminal, line.split(" "))).isEqualTo(ExitCodes.FAILED);
        assertThat(err()).startsWith("botmesh: cannot write the result").containsOnlyOnce("\n");
    }

    /** As {@code head} does when it has its lines. */
    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "demo --help", "emulator --port 0 --control-port 0"})
    void whoStopsReadingIsNotToldOfIt(String line) {
        var closed = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var terminal = new Terminal(InputStream.nullInputStream(), new BufferedOutputStream(closed), err);
        assertThat(Botmesh.run(terminal, line.split(" "))).isEqualTo(141);
        assertThat(err()).isEmpty();
    }

    @Test
    void anAddressOfAnotherMachineIsNoPortThatIsTaken() {
        assertThat(run("emulator", "--port", "0", "--control-port", "0", "--host", "192.0.2.1"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err())
                .startsWith("botmesh: cannot listen on --host 192.0.2.1; give an address of this machine")
                .containsOnlyOnce("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--host", "--control-host"})
    void anEmptyAddressIsNamed(String option) {
        assertThat(run("emulator", "--port", "0", "--control-port", "0", option, ""))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err())
                .startsWith("botmesh: " + option + " is empty; give an address")
                .containsOnlyOnce("\n");
    }

    @Test
    void aSecretThatIsNoTextIsToldAsThat(@TempDir Path folder) throws IOException {
        var secret = Files.write(folder.resolve("secret"), new byte[] {(byte) 0xFF, (byte) 0xFE, '\n'});
        assertThat(run("emulator", "--control-secret-file", secret.toString())).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).endsWith("(it is not UTF-8)\n").containsOnlyOnce("\n");
    }

    @Test
    void ofTwoPortsTheOneInUseIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(run("emulator", "--port", port, "--control-port", "0")).isEqualTo(ExitCodes.FAILED);
            assertThat(err()).contains("cannot listen on --port " + port + " (").containsOnlyOnce("\n");
            err.reset();
            assertThat(run("emulator", "--port", "0", "--control-port", port)).isEqualTo(ExitCodes.FAILED);
            assertThat(err()).contains("cannot listen on --control-port " + port + " (");
        }
    }

    @Test
    void anUnexpectedFailureShowsItsTraceOnlyWithDebugAndNeverAToken() {
        var token = "123456:FAKE-token-for-tests-only-000000000";
        var terminal = new Terminal(InputStream.nullInputStream(), out, err);
        assertThat(Failures.report(terminal, new IllegalStateException("bot " + token + "\nfailed")))
                .isEqualTo(1);
        assertThat(err()).contains("bot [token] failed").containsOnlyOnce("\n").doesNotContain("FAKE");
        terminal.debug(true);
        Failures.report(terminal, new IllegalStateException("bot " + token, new RuntimeException(token)));
        assertThat(err()).contains("\tat io.botmesh.cli").doesNotContain("FAKE");
    }

    private int run(String... arguments) {
        return Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
