package io.botmesh.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The direct single-process count that the demo is checked against. On purpose it shares nothing with {@link WordCount}: it
 * does what {@code tr -cs A-Za-z '\n' | tr A-Z a-z | sort | uniq -c} does, over all files as one text with a line break after
 * each.
 */
final class DirectCount {
    /** What {@code tr} makes of each byte: a lower-case letter or a line break. */
    private static final String TRANSLATED = translated();

    private final Map<String, Long> lines = new HashMap<>();
    private final StringBuilder line = new StringBuilder();

    private DirectCount() {}

    /** The words of all files with their counts. */
    static Map<String, Long> of(List<Path> files) throws IOException {
        var count = new DirectCount();
        var buffer = ByteBuffer.allocate(1 << 18);
        for (Path file : files) {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                while (channel.read(buffer.clear()) >= 0) count.translate(file, buffer.flip());
            } catch (IOException broken) {
                throw new IOException(
                        "cannot read " + file + " (" + IoReason.of(broken) + "); name another --input", broken);
            }
            count.endLine();
        }
        return count.lines;
    }

    private static String translated() {
        var table = new StringBuilder("\n".repeat(256));
        for (char letter : "ABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
            table.setCharAt(letter, (char) (letter - 'A' + 'a'));
            table.setCharAt(letter - 'A' + 'a', (char) (letter - 'A' + 'a'));
        }
        return table.toString();
    }

    private void translate(Path file, ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            char made = TRANSLATED.charAt(bytes.get() & 0xff);
            if (made == '\n') endLine();
            else if (line.length() < WordCount.MOST_LETTERS) line.append(made);
            else throw WordCount.tooLong(file);
        }
    }

    private void endLine() {
        if (line.isEmpty()) return; // grep -c . leaves empty lines out
        lines.compute(line.toString(), (word, count) -> count == null ? 1 : count + 1);
        line.setLength(0);
    }
}
