package io.botmesh.emulatorjunit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the guide shows is what the tests run. */
class GuideTest {
    @Test
    void theGuideQuotesTheExample() throws IOException {
        var source = Files.readString(Path.of("src/test/java/io/botmesh/emulatorjunit/PizzaBotTest.java"));
        var begin = "    // guide: begin\n";
        var example = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("\n    // guide: end"));
        assertThat(example).contains("awaitReply");
        assertThat(Files.readString(Path.of("../docs/emulator.md"))).contains(example.stripTrailing());
    }
}
