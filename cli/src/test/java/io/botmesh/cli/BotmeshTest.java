package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
