package io.botmesh.mesh;

import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerLines.Section;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * </pre>
 *
 * @param nodes  by name, in the order of the file
 * @param topics by name, in the order of the file
 */
public record PeerFile(Map<String, Node> nodes, Map<String, Topic> topics) {
    private static final Pattern CHAT = Pattern.compile("-?[1-9][0-9]{0,18}|@[A-Za-z][A-Za-z0-9_]{3,31}");
    private static final Pattern BOT = Pattern.compile("[1-9][0-9]{0,15}");
    private static final Pattern SUBJECT = Pattern.compile("[^\\s.*>]+|[*]");
    private static final int LONGEST_SUBJECT = 255;

    static final String CHAT_WANTED = "the number of a chat, such as -1001234567890, or @name";
    private static final String NAMES_WANTED = "names of nodes in this file, or - for none";

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
            boolean textOnly) {
        public Node {
            channels = List.copyOf(channels);
            writers = List.copyOf(writers);
            from = from == null ? null : Set.copyOf(from);
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
     */
    public record Topic(
            String name,
            String subject,
            @Nullable ChatId channel,
            List<Long> writers,
            ReaderKey group,
            @Nullable String owner,
            Set<String> members,
            @Nullable Set<String> from) {
        public Topic {
            writers = List.copyOf(writers);
            members = Set.copyOf(members);
            from = from == null ? null : Set.copyOf(from);
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
            return subject(word).equals(word);
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
        var lines = new PeerLines(source);
        var nodes = new LinkedHashMap<String, Node>();
        var topics = new LinkedHashMap<String, Topic>();
        List<Section> sections = lines.read(text, List.of("node", "topic"));
        Set<String> names = sections.stream()
                .filter(section -> section.kind().equals("node"))
                .map(Section::name)
                .collect(Collectors.toSet());
        var begun = new LinkedHashSet<String>();
        for (Section section : sections) {
            if (!begun.add(section.kind() + " " + section.name()))
                lines.wrong(section.number(), "a second [" + section.kind() + " " + section.name() + "]: leave one");
            else if (section.kind().equals("node")) nodes.put(section.name(), node(lines, section, names));
            else topic(lines, section, names).ifPresent(topic -> topics.put(topic.name, topic));
        }
        if (names.isEmpty()) lines.wrong("no node: add a section such as [node anna]");
        checkKeys(lines, sections, nodes);
        lines.finish();
        return new PeerFile(nodes, topics);
    }

    private static Node node(PeerLines lines, Section at, Set<String> names) {
        lines.checkKeywords(at, List.of("key", "reader", "carrier", "channel", "writers", "from", "text-only"));
        var key = lines.one(at, "key", "a key that begins with bm-node- and is whole", NodeKey::parse);
        var reader = lines.one(at, "reader", "a key that begins with bm-reader- and is whole", ReaderKey::parse);
        var medium =
                lines.one(at, "carrier", "channel or chat", PeerFile::medium).orElse(Medium.CHANNEL);
        List<ChatId> channels = lines.many(at, "channel", CHAT_WANTED, PeerFile::chat);
        List<Long> writers =
                lines.many(at, "writers", "numbers of bots, which stand before the colon of a token", PeerFile::bot);
        boolean reads = !at.all("reader").isEmpty();
        String place = "[node " + at.name() + "]";
        if (at.all("key").isEmpty() && !reads)
            lines.wrong(
                    at.number(),
                    place + " has neither key nor reader: add what it gave you, or make them with botmesh peers init");
        if (reads && at.all("channel").isEmpty())
            lines.wrong(
                    at.number(), place + " has a reader and no channel: add the line 'channel' with where it reads");
        if (!reads && !at.all("channel").isEmpty())
            lines.wrong(
                    at.number(), place + " has a channel and no reader: add its reader's key, or take the channel out");
        if (medium == Medium.CHAT && channels.size() > 1)
            lines.wrong(at.number(), place + " has several chats: with carrier chat, channel names its one reader bot");
        if (medium == Medium.CHAT && channels.stream().anyMatch(chat -> chat instanceof ChatId.Id id && id.id() < 0))
            lines.wrong(
                    at.number(),
                    place + " has a channel and the carrier chat: name its reader bot, or take the carrier out");
        for (var flag : at.all("text-only"))
            if (!flag.words().isEmpty()) lines.wrong(flag.number(), "'text-only' takes no word: leave them out");
        return new Node(
                at.name(),
                key.orElse(null),
                reader.orElse(null),
                medium,
                channels,
                writers,
                names(lines, at, "from", names),
                !at.all("text-only").isEmpty());
    }

    private static Optional<Topic> topic(PeerLines lines, Section at, Set<String> names) {
        lines.checkKeywords(at, List.of("subject", "channel", "writers", "group", "owner", "members", "from"));
        var subject = lines.one(at, "subject", "words between dots, * for one word, > at the end", PeerFile::subject);
        var channel = lines.one(at, "channel", CHAT_WANTED, PeerFile::chat);
        var writers =
                lines.many(at, "writers", "numbers of bots, which stand before the colon of a token", PeerFile::bot);
        var group = lines.one(at, "group", "a key that begins with bm-reader- and is whole", ReaderKey::parse);
        var owner = lines.one(at, "owner", "the name of a node in this file", among(names));
        for (String needed : List.of("subject", "channel", "group"))
            if (at.all(needed).isEmpty())
                lines.wrong(at.number(), "[topic " + at.name() + "] has no " + needed + ": add that line");
        var members = names(lines, at, "members", names);
        var from = names(lines, at, "from", names);
        if (subject.isEmpty() || channel.isEmpty() || group.isEmpty()) return Optional.empty();
        return Optional.of(new Topic(
                at.name(),
                subject.get(),
                channel.get(),
                writers,
                group.get(),
                owner.orElse(null),
                members == null ? Set.of() : members,
                from));
    }

    /** Names after a keyword; null without such a line. */
    private static @Nullable Set<String> names(PeerLines lines, Section at, String keyword, Set<String> known) {
        if (at.all(keyword).isEmpty()) return null;
        var all = at.all(keyword);
        if (all.size() == 1 && all.getFirst().words().equals(List.of("-"))) return Set.of();
        return new LinkedHashSet<>(lines.many(at, keyword, NAMES_WANTED, among(known)));
    }

    static Function<String, String> among(Set<String> known) {
        return name -> {
            if (!known.contains(name)) throw new IllegalArgumentException("unknown");
            return name;
        };
    }

    /** Who has another's key could pass for it. */
    private static void checkKeys(PeerLines lines, List<Section> sections, Map<String, Node> nodes) {
        var owners = new HashMap<Object, String>();
        for (Section section : sections) {
            Node node = section.kind().equals("node") ? nodes.get(section.name()) : null;
            if (node == null) continue;
            for (Object key : new Object[] {node.key, node.reader}) {
                if (key == null) continue;
                String other = owners.putIfAbsent(key, node.name);
                if (other != null && !other.equals(node.name))
                    lines.wrong(
                            section.number(),
                            "[node " + node.name + "] has the same "
                                    + (key instanceof NodeKey ? "key" : "reader") + " as [node " + other
                                    + "]: each node needs its own");
            }
        }
    }

    private static Medium medium(String word) {
        return switch (word) {
            case "channel" -> Medium.CHANNEL;
            case "chat" -> Medium.CHAT;
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    static ChatId chat(String word) {
        if (!CHAT.matcher(word).matches()) throw new IllegalArgumentException("no chat");
        return ChatId.of(word);
    }

    private static Long bot(String word) {
        if (!BOT.matcher(word).matches()) throw new IllegalArgumentException("no bot");
        return Long.parseLong(word);
    }

    private static String subject(String word) {
        String[] parts = word.split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean rest = i == parts.length - 1 && parts[i].equals(">");
            if (!rest && !SUBJECT.matcher(parts[i]).matches()) throw new IllegalArgumentException("no subject");
        }
        if (word.length() > LONGEST_SUBJECT) throw new IllegalArgumentException("too long");
        return word;
    }

    /** The text of this, which {@link #parse} reads. */
    public String write() {
        var out = new StringBuilder("""
                # Who is who in this mesh. Nothing in here is secret: give it to every node.
                # What the lines mean stands in docs/peers.md; check them with: botmesh peers check
                """);
        for (Node node : nodes.values()) {
            out.append("\n[node ").append(node.name).append("]\n");
            line(out, "key", node.key);
            line(out, "reader", node.reader);
            if (node.medium == Medium.CHAT) line(out, "carrier", "chat");
            for (ChatId channel : node.channels) line(out, "channel", channel);
            if (node.reader != null && node.channels.isEmpty())
                out.append(
                        node.medium == Medium.CHAT
                                ? "# channel  its reader bot, such as @name_bot, with Bot-to-Bot mode\n"
                                : "# channel  where it reads: its reader bot and the writers are administrators there\n");
            if (!node.writers.isEmpty()) line(out, "writers", joined(node.writers));
            else if (node.reader != null) out.append("# writers  ids of the bots that post there\n");
            line(out, "from", joined(node.from));
            if (node.textOnly) out.append("text-only\n");
        }
        for (Topic topic : topics.values()) {
            out.append("\n[topic ").append(topic.name).append("]\n");
            line(out, "subject", topic.subject);
            line(out, "channel", topic.channel);
            if (topic.channel == null)
                out.append("# channel  all members' reader bots and the writers are administrators there\n");
            if (!topic.writers.isEmpty()) line(out, "writers", joined(topic.writers));
            else out.append("# writers  ids of the bots that post there\n");
            line(out, "group", topic.group);
            line(out, "owner", topic.owner);
            line(out, "members", joined(topic.members));
            line(out, "from", joined(topic.from));
        }
        return out.toString();
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

    static void line(StringBuilder out, String keyword, @Nullable Object value) {
        if (value == null) return;
        out.append(keyword)
                .append(" ".repeat(Math.max(1, 9 - keyword.length())))
                .append(value)
                .append('\n');
    }

    private static @Nullable String joined(@Nullable Iterable<?> all) {
        if (all == null) return null;
        var words = new ArrayList<String>();
        for (Object each : all) words.add(each.toString());
        if (all instanceof Set) Collections.sort(words);
        return words.isEmpty() ? "-" : String.join(" ", words);
    }
}
