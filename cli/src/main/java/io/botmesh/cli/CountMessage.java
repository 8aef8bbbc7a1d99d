package io.botmesh.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node of the demo sends: when, and the counts of one file or of a part of it. As text: the time in microseconds since
 * 1970 on the first line, then one line {@code word count} per word, sorted, the count left out where it is 1.
 */
record CountMessage(long sentAtMicros, Map<String, Long> counts) {

    byte[] encode() {
        var text = new StringBuilder(16 + counts.size() * 10).append(sentAtMicros);
        new TreeMap<>(counts).forEach((word, count) -> {
            text.append('\n').append(word);
            if (count != 1) text.append(' ').append(count.longValue());
        });
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws IllegalArgumentException if the bytes are no such message */
    static CountMessage parse(byte[] body) {
        var lines = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i < body.length && body[i] != '\n') continue;
            lines.add(new String(body, from, i - from, StandardCharsets.US_ASCII));
            from = i + 1;
        }
        var counts = new TreeMap<String, Long>();
        for (String line : lines.subList(1, lines.size())) {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            long count = space < 0 ? 1 : Long.parseLong(line.substring(space + 1));
            if (word.isEmpty() || count < 1 || counts.put(word, count) != null)
                throw new IllegalArgumentException("not a line of counts");
        }
        return new CountMessage(Long.parseLong(lines.getFirst()), counts);
    }
}
