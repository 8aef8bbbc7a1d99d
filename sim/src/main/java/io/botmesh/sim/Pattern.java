package io.botmesh.sim;

import java.util.EnumSet;
import java.util.Set;

/** What nodes do beside sending each other messages. Topics and requests have no meaning where nobody answers. */
public enum Pattern {
    /** The first node owns a topic with a register; its neighbours read it, some publish, and it gets new keys. */
    TOPIC("topic"),
    /** Members of the topic share its messages as a queue group, whose members change. */
    QUEUE("queue"),
    /** Nodes leave the topic and join it. */
    MEMBERS("members"),
    /** All rest for longer than keys that were replaced are kept. */
    EXPIRY("expiry"),
    /** Nodes send each other objects in several parts; some are too large to be taken. */
    OBJECTS("objects"),
    /** Nodes ask each other, and wait until a deadline. */
    REQUESTS("requests"),
    /** Messages go on streams of hundreds of names, more than a reader keeps at a time. */
    NAMES("names"),
    /** Each message has a stream of its own, so that nothing but its packet tells of it. */
    SINGLES("singles");

    private static final Set<Pattern> WITH_TOPIC = EnumSet.of(TOPIC, QUEUE, MEMBERS, EXPIRY);

    private final String word;

    Pattern(String word) {
        this.word = word;
    }

    /** Its name in commands. */
    public String word() {
        return word;
    }

    /** Whether there is a topic where this is. */
    boolean withTopic() {
        return WITH_TOPIC.contains(this);
    }

    /**
     * Reads {@code all}, {@code none}, or names with commas between them; a name after a minus is taken out again.
     *
     * @throws IllegalArgumentException with one line that says what can be given
     */
    public static Set<Pattern> parse(String list) {
        return Words.parse(list, "pattern", Pattern.class, Pattern::word, EnumSet.allOf(Pattern.class));
    }
}
