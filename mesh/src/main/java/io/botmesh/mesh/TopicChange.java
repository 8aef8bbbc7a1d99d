package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/** What the owner of a topic changes; each makes a new key. For drivers of a {@link NodeCore}. */
public sealed interface TopicChange {
    /** One more member. */
    record Add(String member) implements TopicChange {
        public Add {
            requireNonNull(member, "member");
        }
    }

    /** One less. */
    record Remove(String member) implements TopicChange {
        public Remove {
            requireNonNull(member, "member");
        }
    }

    /** The same members. */
    record Rotate() implements TopicChange {}

    /** Other members of a queue group; none for no group. */
    record Queue(String name, Set<String> members) implements TopicChange {
        public Queue {
            if (!PeerLines.isName(name)) {
                throw new IllegalArgumentException(
                        "no name of a queue: take up to 64 letters, digits, dots, - and _, not " + name);
            }
            for (String member : members) check("a member's name", member);
            members = Set.copyOf(members);
        }

        private static void check(String what, String word) {
            Names.checked(what, word, 4 * TopicQueues.WORD);
            if (word.isBlank() || word.chars().anyMatch(Character::isWhitespace) || word.length() > TopicQueues.WORD)
                throw new IllegalArgumentException("no name of a member: " + word);
        }
    }
}
