package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineInputTest {
    private static List<String> lines(String all) throws IOException {
        var in = new LineInput(new ByteArrayInputStream(all.getBytes(StandardCharsets.ISO_8859_1)), 8);
        var lines = new ArrayList<String>();
        for (byte[] line = in.next(); line != null; line = in.next())
            lines.add(new String(line, StandardCharsets.ISO_8859_1));
        return lines;
    }

    @Test
    void aLineEndsWithLfOrCrLfAndKeepsAllOtherBytes() throws IOException {
        assertThat(lines("caf\u00e9\nprogress 1".replace("progress ", "p\r") + "\r\n\n\r\nlast\r"))
                .containsExactly("caf\u00e9", "p\r1", "", "", "last\r");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n")).containsExactly("");
    }

    @Test
    void aLineThatNoMessageCanHoldIsRefusedByItsNumber() throws IOException {
        assertThat(lines("12345678\r\n12345678")).hasSize(2);
        assertThatThrownBy(() -> lines("1\n1234567890\n"))
                .isInstanceOf(CommandException.class)
                .hasMessage("line 2 of standard input has more than 8 bytes, the most of a message");
    }
}
