package io.botmesh.mesh;

import io.botmesh.botapi.ChatId;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.wire.Armour;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is who in a mesh without a dispatcher: the public part, which everybody has and anybody may read. A text of sections
 * and lines, made to be edited by hand:
 *
 * <pre>
 * [node anna]
 * key      bm-node-…              # who signs
 * reader   bm-reader-…            # what is sealed to it
 * carrier  channel                # or: chat
 * channel  -1001234567890         # where it reads, or @name; with carrier chat its reader bot
 * writers  111111111 222222222    # bots that post there, in the order of the lanes
 * from     ben carl               # who was given tokens of those; without this line everybody, with - nobody
 * armour   base65536              # if it takes texts of that, too: 8190 bytes in a post and not 7678
 * text-only                       # if it cannot fetch files
 *
 * [topic weather]
 * subject  weather.>
 * channel  -1009876543210
 * writers  333333333
 * group    bm-reader-…            # what is sealed to all members
 * owner    anna                   # who hands out the group's key
 * members  ben carl
 * from     anna                   # who publishes; without this line everybody
 * queue    archive ben carl       # of these members one gets each message; one group a line
 * </pre>
 *
 * @param nodes  by name, in the order of the file
 * @param topics by name, in the order of the file
 */
public record PeerFile(Map<String, Node> nodes, Map<String, Topic> topics) {
    /** What brings posts to a node. */
    public enum Medium {
        /** Posts of channels. */
        CHANNEL,
        /** Messages between bots, for which both need Bot-to-Bot mode. */
        CHAT
    }

    /**
     * A node.
     *
     * @param key      who signs its packets, null if it only reads
     * @param reader   what is sealed to it, null if it only writes
     * @param medium   of its channels
     * @param channels where it reads; with {@link Medium#CHAT} its reader bot alone; empty if it only writes
     * @param writers  ids of the bots that post there, in the order that all agree on; empty if that is not told
     * @param from     who may post to it, null for everybody in the file
     * @param armour   the densest that it takes: {@link Armour#BASE32768}, which all do, or {@link Armour#BASE65536}
     * @param textOnly whether it cannot fetch documents
     */
    public record Node(
            String name,
            @Nullable NodeKey key,
            @Nullable ReaderKey reader,
            Medium medium,
            List<ChatId> channels,
            List<Long> writers,
            @Nullable Set<String> from,
            Armour armour,
            boolean textOnly) {
        public Node {
            if (armour == Armour.BASE64URL) throw new IllegalArgumentException("every node takes base32768");
            channels = List.copyOf(channels);
            writers = List.copyOf(writers);
            from = from == null ? null : Set.copyOf(from);
        }

        /** A node that takes what all take. */
        public Node(
                String name,
                @Nullable NodeKey key,
                @Nullable ReaderKey reader,
                Medium medium,
                List<ChatId> channels,
                List<Long> writers,
                @Nullable Set<String> from,
                boolean textOnly) {
            this(name, key, reader, medium, channels, writers, from, Armour.BASE32768, textOnly);
        }

        /** Whether another node has tokens to post to this one, as far as the file says. */
        public boolean hears(String other) {
            return reader != null && !other.equals(name) && (from == null || from.contains(other));
        }
    }

    /**
     * A channel with many readers.
     *
     * @param subject what is published there: words between dots, {@code *} for one word, {@code >} for all that follow
     * @param channel where it is published; null in a file that is not complete, which {@link #parse} refuses
     * @param group   what is sealed to all members
     * @param owner   who hands out the group's key, null for nobody
     * @param from    who may publish, null for everybody in the file
     * @param queues  members by name of the queue group, of which one gets each message
     */
    public record Topic(
            String name,
            String subject,
            @Nullable ChatId channel,
            List<Long> writers,
            ReaderKey group,
            @Nullable String owner,
            Set<String> members,
            @Nullable Set<String> from,
            Map<String, Set<String>> queues) {
        public Topic {
            writers = List.copyOf(writers);
            members = Set.copyOf(members);
            from = from == null ? null : Set.copyOf(from);
            var copies = new LinkedHashMap<String, Set<String>>();
            queues.forEach((queue, names) -> copies.put(queue, Set.copyOf(names)));
            queues = Collections.unmodifiableMap(copies);
        }
    }

    public PeerFile {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        topics = Collections.unmodifiableMap(new LinkedHashMap<>(topics));
    }

    /** Whether it may name a node or a topic: up to 64 letters, digits, dots, {@code -} and {@code _}. */
    public static boolean isName(String name) {
        return PeerLines.isName(name);
    }

    /** Whether it is a subject of a topic. */
    public static boolean isSubject(String word) {
        try {
            return PeerFileReader.subject(word).equals(word);
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /** The node of that name. */
    public Optional<Node> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** The topic of that name. */
    public Optional<Topic> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    /**
     * Reads a file.
     *
     * @throws MeshException.PeerMistakes with a line for each mistake
     */
    public static PeerFile read(Path file) {
        return parse(file.toString(), text(file));
    }

    /** A file's text; what is wrong with the file as such is told as a mistake. */
    static String text(Path file) {
        var lines = PeerLines.of(file);
        try {
            if (Files.size(file) <= PeerLines.MOST_BYTES) return Files.readString(file);
            lines.wrong("larger than " + (PeerLines.MOST_BYTES >> 20) + " MiB: name a file of peers");
        } catch (CharacterCodingException garbled) {
            lines.wrong("not UTF-8: name a file of peers, or save it as UTF-8");
        } catch (NoSuchFileException missing) {
            lines.wrong("there is no such file: name another one, or make it with botmesh peers init");
        } catch (IOException broken) {
            lines.wrong("cannot be read: check that it is a file and that you may read it");
        }
        lines.finish();
        throw new AssertionError("a mistake");
    }

    /**
     * Reads a text.
     *
     * @param source what the text is called in messages
     * @throws MeshException.PeerMistakes with a line for each mistake
     */
    public static PeerFile parse(String source, String text) {
        return new PeerFileReader(source).parse(text);
    }

    /** The text of this, which {@link #parse} reads. */
    public String write() {
        return PeerFileText.of(this);
    }

    /** The same text with another reader's key of a node; all else, comments too, stays as it is. */
    public static String withReader(String text, String node, ReaderKey next) {
        var out = new ArrayList<String>();
        boolean inside = false;
        for (String line : text.lines().toList()) {
            if (line.strip().startsWith("["))
                inside = line.strip().matches("\\[\\s*node\\s+" + Pattern.quote(node) + "\\s*](\\s.*)?");
            boolean reader = inside && line.strip().matches("reader\\s.*");
            out.add(reader ? line.replaceFirst("bm-reader-[A-Za-z0-9_-]+", next.toString()) : line);
        }
        return String.join("\n", out) + "\n";
    }
}
