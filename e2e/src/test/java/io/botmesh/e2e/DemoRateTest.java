package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.e2e.BotmeshProcess.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What eight writers reach when they never run dry: {@code botmesh demo --text-only} on an input that takes over a minute. Five processes in real
 * time, on a machine that others may use; what whole nodes are to reach is asked of them in virtual time, in {@code GoalsTest} of {@code sim}.
 */
@Tag("slow")
class DemoRateTest {
    private static final int WRITERS = 8;
    /** Each makes about two posts. */
    private static final int FILES = 300;

    private static final int VOCABULARY = 20_000;
    private static final int WORDS_IN_A_FILE = 4_000;

    @TempDir
    Path directory;

    @Test
    void saturatedWritersPostAtNineTenthsOfTheirLimitAndFillTheirPosts() throws Exception {
        Path input = makeInput();
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        JsonNode json;
        try (var demo = BotmeshProcess.start(
                temporary,
                InputStream.nullInputStream(),
                "demo",
                "--input",
                input.toString(),
                "--text-only",
                "--writers",
                String.valueOf(WRITERS),
                "--json")) {
            Ended ended = demo.awaitEnd(600);
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            json = JsonMapper.shared().readTree(ended.out());
        }
        System.out.println(json);
        assertThat(json.get("verified").asBoolean()).isTrue();
        assertThat(json.get("documents").asLong()).isZero();
        assertThat(json.get("posts").asLong()).as("enough for a minute").isGreaterThan(60 * WRITERS);
        assertThat(json.get("posts_per_s").asDouble())
                .as("from the 20th second on, of %d at best", WRITERS)
                .isBetween(0.9 * WRITERS, 1.01 * WRITERS);
        assertThat(json.get("fill").asDouble())
                .as("characters used of 4,096, the last post of a burst left out")
                .isBetween(0.95, 1.0);
    }

    /** The same on every run: few words in all, so that the reader is not what takes the time, and others in every file. */
    private Path makeInput() throws IOException {
        Path input = Files.createDirectory(directory.resolve("input"));
        var random = new SplittableRandom(1);
        var vocabulary = new String[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            var word = new StringBuilder();
            for (int length = 4 + random.nextInt(6); length > 0; length--)
                word.append((char) ('a' + random.nextInt(26)));
            vocabulary[i] = word.toString();
        }
        for (int file = 0; file < FILES; file++) {
            var text = new StringBuilder();
            for (int i = 0; i < WORDS_IN_A_FILE; i++)
                text.append(vocabulary[random.nextInt(VOCABULARY)]).append(i % 12 == 11 ? '\n' : ' ');
            Files.writeString(input.resolve(file + ".txt"), text, StandardCharsets.US_ASCII);
        }
        return input;
    }
}
