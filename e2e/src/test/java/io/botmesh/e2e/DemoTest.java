package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.e2e.BotmeshProcess.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code botmesh demo} with all its processes, against the count of the shell. */
class DemoTest {
    @TempDir
    Path directory;

    private SplittableRandom random;
    private Path input;
    private Path temporary;
    private List<Path> files;

    @BeforeEach
    void makeInput() throws IOException {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        random = new SplittableRandom(seed);
        temporary = Files.createDirectory(directory.resolve("tmp"));
        input = directory.resolve("in put");
        files = new ArrayList<>();
        for (int i = 0; i < 12; i++) add("text/" + i + ".txt", text(random, 200 + random.nextInt(2000), 3));
        add("empty", new byte[0]);
        add("numbers", "1 2 3\n".getBytes(StandardCharsets.US_ASCII));
        var binary = new byte[20_000];
        random.nextBytes(binary);
        add("binary", binary);
        add(".hidden-file", "Hidden files count, hidden directories do not".getBytes(StandardCharsets.US_ASCII));
        for (String leftOut : List.of(".git/config", "text/target/x", "node_modules/y")) {
            Files.createDirectories(input.resolve(leftOut).getParent());
            Files.writeString(input.resolve(leftOut), "leftout");
        }
        Files.createSymbolicLink(input.resolve("link"), input.resolve("binary"));
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try (var left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void countsWhatTheShellCounts() throws Exception {
        JsonNode json = demo("--input", input.toString(), "--json");
        assertThat(json.get("documents").isNumber()).isTrue();
        assertThat(json.get("nodes").asInt()).isEqualTo(4);
        assertThat(json.get("writers").asInt()).isEqualTo(8);
        assertThat(json.get("p50_ms").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(json.get("p99_ms").asDouble());
        assertThat(json.get("bytes").asLong()).isPositive();
        assertThat(json.get("posts").asLong() + json.get("documents").asLong()).isPositive();
    }

    @Test
    void killedInTheMiddleWithPostsStillToSendItSendsThemAndNoneCountsTwice() throws Exception {
        // One lane posts once a second, so a node that is far ahead of the reader has much left when it is killed.
        input = directory.resolve("larger");
        files = new ArrayList<>();
        for (int i = 0; i < 28; i++) add("part " + i, text(random, 600, 7));
        JsonNode json =
                demo("--input", input.toString(), "--json", "--kill", "--nodes", "1", "--writers", "1", "--text-only");
        JsonNode killed = json.get("killed");
        assertThat(killed.get("node").asString()).isEqualTo("node-1");
        assertThat(killed.get("reader_messages").asLong()).isBetween(files.size() / 2L, files.size() - 1L);
        assertThat(killed.get("left_packets").asLong()
                        + killed.get("left_bytes").asLong())
                .as("what was in flight: %s", json)
                .isPositive();
    }

    @Test
    void aWordTooLongForTheHeapOfANodeIsOneLineAndTheLongestOneThatCountsCounts() throws Exception {
        Path file = Files.write(directory.resolve("word"), letters(30_000_000));
        Ended ended = BotmeshProcess.run(temporary, "demo", "--input", file.toString(), "--json");
        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.err().lines().filter(line -> !line.matches(" *[\\d.]+ s  .*"))) // how far it came
                .singleElement()
                .asString()
                .startsWith("botmesh: ")
                .contains(file + " holds a word of more than 4,194,304 letters");
        files = List.of(Files.write(file, letters(4_194_304)));
        demo("--input", file.toString(), "--json", "--nodes", "1");
    }

    @Test
    void theReadmesOwnCheckFindsTheSameFilesAndWords() throws Exception {
        add("text/two\nlines and a \"quote\".txt", "one more".getBytes(StandardCharsets.US_ASCII));
        Path readme = Path.of(System.getProperty("basedir", ".")).resolve("../README.md");
        String command = Files.readString(readme)
                .lines()
                .dropWhile(line -> !line.startsWith("find -H DIR"))
                .takeWhile(line -> !line.equals("```"))
                .collect(Collectors.joining("\n"))
                .replace("DIR", "\"$0\"");
        assertThat(command).isNotEmpty();
        long expected = Shell.wordCounts(files).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(Shell.run(command, input)).isEqualTo(expected + "\n");
    }

    @Test
    void oneWriterServesAllNodesAlsoWhenSomeAreKilled() throws Exception {
        demo("--input", input.toString(), "--json", "--writers", "1", "--nodes", "2", "--kill");
    }

    @Test
    void moreNodesThanWritersAndFilesShareThem() throws Exception {
        JsonNode json = demo("--input", input.toString(), "--json", "--nodes", "5", "--writers", "3", "--text-only");
        assertThat(json.get("documents").asLong()).isZero();
    }

    @Test
    void oneFileIsAnInputThatCanBeKilledInTheMiddleToo() throws Exception {
        files = List.of(input.resolve("binary"));
        demo("--input", files.getFirst().toString(), "--json", "--kill", "--nodes", "1");
    }

    @Test
    void printsTheResultForPeople() throws Exception {
        files = List.of(input.resolve("text/1.txt"));
        Ended ended = BotmeshProcess.run(
                temporary, "demo", "--input", files.getFirst().toString(), "--nodes", "1");
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.out()).contains("words  ", "latency  ", "duplicates  ").endsWith("verified: true\n");
        // A demo this small may be over before the second line of its progress.
        assertThat(ended.err()).containsPattern(" s  (starting 1 node|\\d of 1 messages)");
    }

    @Test
    void aMissingOrEmptyInputIsOneLine() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        for (Path wrong : List.of(empty, directory.resolve("missing"))) {
            Ended ended = BotmeshProcess.run(temporary, "demo", "--input", wrong.toString(), "--json");
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .startsWith("botmesh: ")
                    .contains(wrong.toString())
                    .containsOnlyOnce("\n");
        }
    }

    @Test
    void endedBySignalItTakesItsProcessesAlong() throws Exception {
        for (boolean kill : new boolean[] {false, true}) {
            try (var demo = BotmeshProcess.start(
                    temporary, InputStream.nullInputStream(), "demo", "--input", input.toString(), "--writers", "1")) {
                demo.awaitErr("starting"); // which it says behind the start of the last one
                List<ProcessHandle> children = demo.process().children().toList();
                assertThat(children).hasSize(5);
                if (kill) demo.kill();
                else demo.terminate();
                demo.awaitEnd();
                for (ProcessHandle child : children) child.onExit().get(120, TimeUnit.SECONDS);
            }
            if (kill) deleteLeft(); // SIGKILL leaves nobody who could
            else nothingIsLeftBehind();
        }
    }

    private void deleteLeft() throws IOException {
        try (var left = Files.walk(temporary)) {
            for (Path path : left.sorted((a, b) -> b.compareTo(a)).toList())
                if (!path.equals(temporary)) Files.delete(path);
        }
    }

    /** Runs it and holds its result against the shell's. */
    private JsonNode demo(String... options) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of("demo"));
        arguments.addAll(List.of(options));
        Ended ended = BotmeshProcess.run(temporary, arguments.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.out()).as("one line").containsOnlyOnce("\n");
        JsonNode json = JsonMapper.shared().readTree(ended.out());
        Map<String, Long> expected = Shell.wordCounts(files);
        assertThat(json.get("verified").asBoolean()).isTrue();
        assertThat(json.get("words").asLong())
                .isEqualTo(expected.values().stream().mapToLong(Long::longValue).sum());
        assertThat(json.get("distinct").asLong()).isEqualTo(expected.size());
        assertThat(json.get("top")).hasSize(Math.min(20, expected.size()));
        for (JsonNode word : json.get("top"))
            assertThat(expected)
                    .containsEntry(
                            word.get("word").asString(), word.get("count").asLong());
        assertThat(json.get("files").asInt()).isEqualTo(files.size());
        assertThat(json.get("messages").asInt()).isEqualTo(files.size());
        return json;
    }

    private void add(String name, byte[] content) throws IOException {
        Path file = input.resolve(name);
        Files.createDirectories(file.getParent());
        files.add(Files.write(file, content));
    }

    private static byte[] letters(int count) {
        var letters = new byte[count];
        for (int i = 0; i < count; i++) letters[i] = (byte) ((i % 7 == 0 ? 'A' : 'a') + i % 26);
        return letters;
    }

    private static byte[] text(SplittableRandom random, int words, int mostLetters) {
        var text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            int length = 1 + random.nextInt(mostLetters);
            for (int j = 0; j < length; j++)
                text.append((char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(8)));
            text.append(" .\n\u00fc-".charAt(random.nextInt(5)));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
