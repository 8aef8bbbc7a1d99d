package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors hold for a second implementation too, which was written from docs/protocol.md and shares no code with ours. */
class SecondReadingTest {
    private static final Path VECTORS = Path.of("..", "vectors");

    private record Said(int exitCode, String out) {}

    private static Said check(Path vectors) throws IOException, InterruptedException {
        return run("protocol/check.mjs", vectors);
    }

    private static Said run(String script, Path about) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("node", script, about.toString())
                .redirectErrorStream(true)
                .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out);
    }

    @Test
    void whatTheDocumentSaysIsWhatOurProgramsWriteAndRefuse() throws Exception {
        assertThat(check(VECTORS)).satisfies(said -> {
            assertThat(said.exitCode).as(said.out).isZero();
            assertThat(said.out).matches("\\d+ held\\n");
        });
    }

    /** What one of them takes and the other one refuses is a hole in the document. */
    @Test
    void bothMakeTheSameOfCasesThatNobodyChose(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("SecondReadingTest: seed " + seed);
        var mutated = new MutatedCases(VECTORS, new SplittableRandom(seed));
        var lines = new StringBuilder();
        for (int i = 0; i < 6_000; i++) lines.append(mutated.next());
        Path cases = Files.writeString(folder.resolve("cases"), lines);
        assertThat(run("protocol/compare.mjs", cases)).isEqualTo(new Said(0, "6000 alike\n"));
    }

    /** Else it would prove nothing. */
    @Test
    void aFileThatItDoesNotReadOrACaseThatDoesNotHoldIsNamed(@TempDir Path copy) throws Exception {
        try (Stream<Path> files = Files.walk(VECTORS)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(VECTORS.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(to);
                else Files.copy(file, to);
            }
        }
        Path sealed = copy.resolve("bad/sealed.json");
        Files.writeString(sealed, Files.readString(sealed).replace("ADMISSION_SENDER", "SIGNATURE"));
        Files.writeString(copy.resolve("good/later.json"), "{\"cases\": []}");
        assertThat(check(copy)).satisfies(said -> {
            assertThat(said.exitCode).isEqualTo(1);
            assertThat(said.out.lines())
                    .containsExactly(
                            "bad/sealed.json, the secret of another sender: \"ADMISSION_SENDER\" instead of \"SIGNATURE\"",
                            "good/later.json: nobody looked at it");
        });
    }
}
