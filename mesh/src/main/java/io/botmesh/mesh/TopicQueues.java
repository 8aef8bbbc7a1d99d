package io.botmesh.mesh;

import io.botmesh.wire.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who shares the work of a topic's queue groups at an epoch of its key, as its owner says it in a message.
 *
 * @param queues names of members by name of the queue group; a group without members is not said
 */
record TopicQueues(String topic, long epoch, Map<String, Set<String>> queues) {
    /** Most UTF-16 units of such a message, and of a word in it. */
    private static final int TEXT = 64 << 10;

    static final int WORD = 128;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");

    /** The one form in which it is written: queues and members by name. */
    byte[] toBytes() {
        var text = new StringBuilder(topic + " " + epoch);
        new TreeMap<>(queues).forEach((queue, members) -> {
            if (members.isEmpty()) return;
            text.append('\n').append(queue);
            members.stream().sorted().forEach(member -> text.append(' ').append(member));
        });
        if (text.length() > TEXT)
            throw new IllegalArgumentException("the queues of topic " + topic + " have too many members");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when it is none */
    static TopicQueues parse(byte[] body) {
        String text = text(body);
        if (text.length() > TEXT) throw new IllegalArgumentException("a roster of " + text.length() + " characters");
        String[] lines = text.split("\n", -1);
        String[] head = words(lines[0]);
        if (head.length != 2 || !NUMBER.matcher(head[1]).matches()) throw new IllegalArgumentException("no roster");
        long epoch = Long.parseLong(head[1]);
        if (epoch > Limits.MAX_NUMBER) throw new IllegalArgumentException("epoch " + epoch);
        var queues = new HashMap<String, Set<String>>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            String[] words = words(line);
            if (words.length < 2) throw new IllegalArgumentException("a queue without members");
            Set<String> members = Set.of(Arrays.copyOfRange(words, 1, words.length)); // refuses one that is there twice
            if (queues.put(words[0], members) != null) throw new IllegalArgumentException("a queue twice");
        }
        return new TopicQueues(head[0], epoch, queues);
    }

    private static String[] words(String line) {
        String[] words = line.split(" ", -1);
        for (String word : words) {
            if (word.isEmpty() || word.length() > WORD)
                throw new IllegalArgumentException("a word of " + word.length() + " characters");
        }
        return words;
    }

    /** Text of a peer's that is UTF-8 throughout. */
    static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException none) {
            throw new IllegalArgumentException("no UTF-8", none);
        }
    }
}
