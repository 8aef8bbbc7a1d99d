package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others wrote commands no terminal. */
class TerminalTest {
    /** Names the window, colours what follows in two ways, writes from right to left, and writes over its own line. */
    private static final String HOSTILE = "\u001b]0;x\u0007\u009b31m\u202egnp.exe\r anna: forged\u007f";

    private static final String SHOWN = "\\u001b]0;x\\u0007\\u009b31m\\u202egnp.exe\\r anna: forged\\u007f";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(InputStream.nullInputStream(), out, err);

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatWouldCommandATerminalIsPrintedAsEscapes() {
        terminal.print(HOSTILE);
        assertThat(printed()).isEqualTo(SHOWN + "\n");
        terminal.say(HOSTILE.replace('\r', 'r'));
        assertThat(said()).isEqualTo(SHOWN.replace("\\r", "r") + "\n");
    }

    @Test
    void linesTabsAndLettersOfAllScriptsStayWhatTheyAre() {
        String text = "one\ttwo\r\nthr\u00e9e \u05d0\u05d1 \ud83d\udc69\u200d\ud83d\udd2c\n";
        terminal.print(text);
        assertThat(printed()).isEqualTo(text + "\n");
    }

    @Test
    void inJsonTheEscapesMeanTheSameCharacters() {
        terminal.print(Json.write(Map.of("text", HOSTILE + "\n")));
        assertThat(printed().strip()).isPrintable();
        assertThat(Json.parseObject(printed().strip()).text("text")).isEqualTo(HOSTILE + "\n");
    }

    @Test
    void noErrorTraceOrLineOfProgressCommandsATerminal() {
        terminal.debug(true);
        terminal.fail("peer says " + HOSTILE, new IllegalStateException(HOSTILE));
        new Progress(terminal, false, () -> 0).show(HOSTILE);
        assertThat(said()).doesNotContain("\u001b", "\u009b", "\u202e", "\u0007");
        err.reset();
        var rewritten = new Progress(terminal, true, () -> 0);
        rewritten.show("50 % of \u001b[2J");
        assertThat(said()).isEqualTo("\r\u001b[K50 % of \\u001b[2J");
    }

    @Test
    void oneMessageIsOneLine() {
        assertThat(Visible.line("hi\nanna: pay\u2028\r\n")).isEqualTo("hi\\nanna: pay\\u2028\\r\\n");
    }
}
