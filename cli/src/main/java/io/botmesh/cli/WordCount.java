package io.botmesh.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts words while bytes stream by. A word is a maximal run of ASCII letters, lower-cased; every other byte ends it, so any
 * file counts, text or not.
 *
 * <p>What was counted is handed over in parts of bounded size, so that a file of any size needs little memory. The parts
 * depend on the bytes only: whoever counts the same file again gets the same parts.
 */
final class WordCount {
    /** Most distinct words in a part. */
    static final int PART_WORDS = 20_000;
    /** Letters of distinct words after which a part ends. */
    static final int PART_LETTERS = 400_000;

    /** The longest word that counts; a longer one would not fit into the heap of a node. */
    static final int MOST_LETTERS = 1 << 22;

    /** Takes one part: distinct words with their counts, each at least 1. The last part of a file may be empty. */
    interface Parts {
        void part(Map<String, Long> counts) throws IOException, InterruptedException;
    }

    private final Object name;
    private final Parts parts;
    private Map<String, Long> counts = new HashMap<>();
    private byte[] word = new byte[64];
    private int length;
    private int letters;

    private WordCount(Object name, Parts parts) {
        this.name = name;
        this.parts = parts;
    }

    /**
     * Counts to the end of the stream; calls {@code parts} at least once, the last time with what was left.
     *
     * @param name what is read, for people
     * @throws CommandException if a word is longer than any that counts
     */
    static void count(Object name, InputStream in, Parts parts) throws IOException, InterruptedException {
        var counting = new WordCount(name, parts);
        var buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) counting.bytes(buffer, read);
        counting.endWord();
        parts.part(counting.counts);
    }

    private void bytes(byte[] buffer, int end) throws IOException, InterruptedException {
        for (int i = 0; i < end; i++) {
            int lower = buffer[i] | 0x20; // clears the case bit of letters and makes no letter of anything else
            if (lower >= 'a' && lower <= 'z') {
                if (length == word.length) word = Arrays.copyOf(word, longer(length));
                word[length++] = (byte) lower;
            } else if (length > 0) {
                endWord();
                if (counts.size() >= PART_WORDS || letters >= PART_LETTERS) {
                    parts.part(counts);
                    counts = new HashMap<>();
                    letters = 0;
                }
            }
        }
    }

    private int longer(int length) {
        if (length == MOST_LETTERS) throw tooLong(name);
        return Math.min(length * 2, MOST_LETTERS);
    }

    /** Cut in two it would be another word, so it is refused. */
    static CommandException tooLong(Object name) {
        return CommandException.failed(String.format(
                Locale.ROOT,
                "%s holds a word of more than %,d letters, which the demo does not count; name another --input",
                name,
                MOST_LETTERS));
    }

    private void endWord() {
        if (length == 0) return;
        if (counts.merge(new String(word, 0, length, StandardCharsets.ISO_8859_1), 1L, Long::sum) == 1)
            letters += length;
        length = 0;
    }
}
