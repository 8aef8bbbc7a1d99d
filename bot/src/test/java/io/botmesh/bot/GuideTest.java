package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuideTest {
    private static final Path SOURCES = Path.of("src/test/java/io/botmesh/bot");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theGuidesCodeIsCompiled() throws IOException {
        String compiled = squeezed(Files.readString(SOURCES.resolve("Echo.java"))
                + Files.readString(SOURCES.resolve("GuideExamples.java")));
        var blocks = BLOCK.matcher(Files.readString(Path.of("../docs/bot.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks)
                .hasSizeGreaterThan(5)
                .allSatisfy(block -> assertThat(compiled).as(block).contains(squeezed(block)));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
