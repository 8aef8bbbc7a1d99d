package io.botmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path SOURCES = Path.of("src/main/java/io/botmesh/examples");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("examples/src/main/java/io/botmesh/examples/(\\w+)\\.java");

    @Test
    void theCodeOfTheReadmeAndOfTheMeshGuideIsThatOfTheExamples() throws IOException {
        var sources = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(SOURCES, "*.java")) {
            for (var file : files) sources.add(squeezed(Files.readString(file)));
        }
        assertAreIn(sources, readme());
        assertAreIn(sources, Files.readString(Path.of("../docs/mesh.md")));
    }

    private static void assertAreIn(List<String> sources, String text) {
        var blocks = BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
        assertThat(blocks)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(sources)
                        .as(block)
                        .anySatisfy(source -> assertThat(source).contains(squeezed(block))));
    }

    @Test
    void everyExampleIsNamedAndEveryNameIsAnExample() throws IOException {
        var named = NAME.matcher(readme()).results().map(name -> name.group(1)).toList();
        try (var files = Files.newDirectoryStream(SOURCES, "[A-Z]*.java")) {
            var there = new ArrayList<String>();
            for (var file : files) there.add(file.getFileName().toString().replace(".java", ""));
            assertThat(named).containsExactlyInAnyOrderElementsOf(there);
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("../README.md"));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
