package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide shows is what compiles. */
class StateGuideTest {
    @Test
    void theGuideQuotesCodeThatCompiles() throws IOException {
        var source = squeezed(Files.readString(Path.of("src/test/java/io/botmesh/bot/StateExamples.java")));
        var blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/state.md")))
                .results()
                .map(block -> squeezed(block.group(1)))
                .toList();
        assertThat(blocks).hasSize(4).allSatisfy(block -> assertThat(source).contains(block));
    }

    /** However it is broken into lines. */
    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
