package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
    @TempDir
    Path directory;

    @Test
    void aWordIsAMaximalRunOfAsciiLettersInLowerCase() throws Exception {
        assertThat(counts("The cat, the-CAT; th3 don't\u00e9t\u00e9"))
                .isEqualTo(Map.of("the", 2L, "cat", 2L, "th", 1L, "don", 1L, "t", 2L));
    }

    @Test
    void bytesNextToTheLettersEndAWord() throws Exception {
        assertThat(counts("a@b[c`d{e\u0001f\0g")).containsOnlyKeys("a", "b", "c", "d", "e", "f", "g");
    }

    @Test
    void aFileWithoutWordsIsStillOnePart() throws Exception {
        assertThat(parts(new byte[0])).containsExactly(Map.of());
        assertThat(parts("1234\n".getBytes(StandardCharsets.US_ASCII))).containsExactly(Map.of());
    }

    @Test
    void aWordThatEndsWithTheFileCounts() throws Exception {
        assertThat(counts("end")).isEqualTo(Map.of("end", 1L));
    }

    @Test
    void aWordLongerThanAnyBufferIsOneWord() throws Exception {
        assertThat(counts("x".repeat(300_000))).isEqualTo(Map.of("x".repeat(300_000), 1L));
    }

    @Test
    void aWordThatWouldNotFitIntoANodeIsRefusedAndNotCut() throws Exception {
        var letters = new byte[WordCount.MOST_LETTERS + 1];
        Arrays.fill(letters, (byte) 'X');
        Path file = Files.write(directory.resolve("long"), letters);
        assertThatThrownBy(() -> parts(letters))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("text holds a word of more than 4,194,304 letters");
        assertThatThrownBy(() -> DirectCount.of(List.of(file)))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(file + " holds a word of more than 4,194,304 letters");
        letters[100] = ' ';
        Files.write(file, letters);
        assertThat(sum(parts(letters))).hasSize(2).isEqualTo(DirectCount.of(List.of(file)));
    }

    @Test
    void manyDistinctWordsComeInPartsOfBoundedSizeThatAddUp() throws Exception {
        var text = new StringBuilder();
        for (int i = 0; i < 3 * WordCount.PART_WORDS; i++) text.append(word(i)).append(" again ");
        var parts = parts(text.toString().getBytes(StandardCharsets.US_ASCII));
        assertThat(parts)
                .hasSizeGreaterThan(2)
                .allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(WordCount.PART_WORDS));
        assertThat(sum(parts)).hasSize(3 * WordCount.PART_WORDS + 1).containsEntry("again", 3L * WordCount.PART_WORDS);
    }

    @Test
    void theDirectCountFindsTheSameInRandomBytes() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        var files = new ArrayList<Path>();
        var parts = new ArrayList<Map<String, Long>>();
        for (int i = 0; i < 20; i++) {
            var bytes = new byte[random.nextInt(200_000)];
            for (int at = 0; at < bytes.length; at++) {
                // Mostly a few letters, so that words repeat; now and then any byte.
                bytes[at] = (byte) (random.nextInt(4) > 0 ? "abAB ".charAt(random.nextInt(5)) : random.nextInt(256));
            }
            Path file = directory.resolve("f" + i);
            Files.write(file, bytes);
            files.add(file);
            parts.addAll(parts(bytes));
        }
        assertThat(DirectCount.of(files)).isEqualTo(sum(parts));
    }

    @Test
    void theDirectCountJoinsNoWordsAcrossFiles() throws IOException {
        Path first = Files.writeString(directory.resolve("1"), "one");
        Path second = Files.writeString(directory.resolve("2"), "two");
        assertThat(DirectCount.of(List.of(first, second))).isEqualTo(Map.of("one", 1L, "two", 1L));
    }

    @Test
    void aMessageCarriesTheTimeAndTheCounts() {
        var message = new CountMessage(1_700_000_000_123_456L, Map.of("b", 12L, "a", 1L));
        assertThat(new String(message.encode(), StandardCharsets.US_ASCII)).isEqualTo("1700000000123456\na\nb 12");
        assertThat(CountMessage.parse(message.encode())).isEqualTo(message);
        var empty = new CountMessage(1, Map.of());
        assertThat(CountMessage.parse(empty.encode())).isEqualTo(empty);
    }

    /** Distinct for each number: its digits in letters. */
    private static String word(int number) {
        var word = new StringBuilder();
        for (char digit : Integer.toString(number).toCharArray()) word.append((char) (digit - '0' + 'a'));
        return word.toString();
    }

    private static Map<String, Long> counts(String text) throws Exception {
        return sum(parts(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Map<String, Long>> parts(byte[] bytes) throws Exception {
        var parts = new ArrayList<Map<String, Long>>();
        WordCount.count("text", new ByteArrayInputStream(bytes), parts::add);
        return parts;
    }

    private static Map<String, Long> sum(List<Map<String, Long>> parts) {
        var sum = new HashMap<String, Long>();
        for (var part : parts) part.forEach((word, count) -> sum.merge(word, count, Long::sum));
        return sum;
    }
}
