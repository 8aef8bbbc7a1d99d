package io.botmesh.mesh;

import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerFile.Node;
import io.botmesh.mesh.PeerFile.Topic;
import io.botmesh.mesh.PeerLines.Section;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.wire.Armour;
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

/** Reads a {@link PeerFile} out of its lines. */
final class PeerFileReader {
    private static final Pattern CHAT = Pattern.compile("-?[1-9][0-9]{0,18}|@[A-Za-z][A-Za-z0-9_]{3,31}");
    private static final Pattern BOT = Pattern.compile("[1-9][0-9]{0,15}");
    private static final Pattern SUBJECT = Pattern.compile("[^\\s.*>]+|[*]");
    private static final int LONGEST_SUBJECT = 255;

    static final String CHAT_WANTED = "the number of a chat, such as -1001234567890, or @name";
    private static final String NAMES_WANTED = "names of nodes in this file, or - for none";

    private final PeerLines lines;

    /** @param source what the text is called in messages */
    PeerFileReader(String source) {
        lines = new PeerLines(source);
    }

    /** @throws MeshException.PeerMistakes with a line for each mistake */
    PeerFile parse(String text) {
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
            else if (section.kind().equals("node")) nodes.put(section.name(), node(section, names));
            else topic(section, names).ifPresent(topic -> topics.put(topic.name(), topic));
        }
        if (names.isEmpty()) lines.wrong("no node: add a section such as [node anna]");
        checkKeys(sections, nodes);
        lines.finish();
        return new PeerFile(nodes, topics);
    }

    private Node node(Section at, Set<String> names) {
        lines.checkKeywords(
                at, List.of("key", "reader", "carrier", "channel", "writers", "from", "armour", "text-only"));
        var key = lines.one(at, "key", "a key that begins with bm-node- and is whole", NodeKey::parse);
        var reader = lines.one(at, "reader", "a key that begins with bm-reader- and is whole", ReaderKey::parse);
        var medium = lines.one(at, "carrier", "channel or chat", PeerFileReader::medium)
                .orElse(Medium.CHANNEL);
        var armour = lines.one(at, "armour", "base32768 or base65536", PeerFileReader::armour)
                .orElse(Armour.BASE32768);
        List<ChatId> channels = lines.many(at, "channel", CHAT_WANTED, PeerFileReader::chat);
        List<Long> writers = lines.many(
                at, "writers", "numbers of bots, which stand before the colon of a token", PeerFileReader::bot);
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
                names(at, "from", names),
                armour,
                !at.all("text-only").isEmpty());
    }

    private Optional<Topic> topic(Section at, Set<String> names) {
        lines.checkKeywords(at, List.of("subject", "channel", "writers", "group", "owner", "members", "from", "queue"));
        var subject =
                lines.one(at, "subject", "words between dots, * for one word, > at the end", PeerFileReader::subject);
        var channel = lines.one(at, "channel", CHAT_WANTED, PeerFileReader::chat);
        var writers = lines.many(
                at, "writers", "numbers of bots, which stand before the colon of a token", PeerFileReader::bot);
        var group = lines.one(at, "group", "a key that begins with bm-reader- and is whole", ReaderKey::parse);
        var owner = lines.one(at, "owner", "the name of a node in this file", among(names));
        for (String needed : List.of("subject", "channel", "group"))
            if (at.all(needed).isEmpty())
                lines.wrong(at.number(), "[topic " + at.name() + "] has no " + needed + ": add that line");
        var members = names(at, "members", names);
        var from = names(at, "from", names);
        var queues = queues(at, members == null ? Set.of() : members);
        if (subject.isEmpty() || channel.isEmpty() || group.isEmpty()) return Optional.empty();
        return Optional.of(new Topic(
                at.name(),
                subject.get(),
                channel.get(),
                writers,
                group.get(),
                owner.orElse(null),
                members == null ? Set.of() : members,
                from,
                queues));
    }

    /** Groups, each a line: its name, then members. */
    private Map<String, Set<String>> queues(Section at, Set<String> members) {
        var queues = new LinkedHashMap<String, Set<String>>();
        for (var line : at.all("queue")) {
            List<String> words = line.words();
            if (words.size() < 2) {
                lines.wrong(line.number(), "'queue' wants its name, then the members that share the work");
                continue;
            }
            String queue = words.getFirst();
            var sharing = new LinkedHashSet<>(words.subList(1, words.size()));
            if (!PeerLines.isName(queue))
                lines.wrong(line.number(), "no name of a queue: take up to 64 letters, digits, dots, - and _");
            else if (!members.containsAll(sharing))
                lines.wrong(
                        line.number(), "a queue shares among 'members' alone: add them there, or take them out here");
            else if (sharing.size() < words.size() - 1)
                lines.wrong(line.number(), "twice the same in 'queue': leave one");
            else if (queues.put(queue, sharing) != null)
                lines.wrong(line.number(), "a second queue " + queue + ": write its members on one line");
        }
        return queues;
    }

    /** Names after a keyword; null without such a line. */
    private @Nullable Set<String> names(Section at, String keyword, Set<String> known) {
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
    private void checkKeys(List<Section> sections, Map<String, Node> nodes) {
        var owners = new HashMap<Object, String>();
        for (Section section : sections) {
            Node node = section.kind().equals("node") ? nodes.get(section.name()) : null;
            if (node == null) continue;
            for (Object key : new Object[] {node.key(), node.reader()}) {
                if (key == null) continue;
                String other = owners.putIfAbsent(key, node.name());
                if (other != null && !other.equals(node.name()))
                    lines.wrong(
                            section.number(),
                            "[node " + node.name() + "] has the same "
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

    private static Armour armour(String word) {
        return switch (word) {
            case "base32768" -> Armour.BASE32768;
            case "base65536" -> Armour.BASE65536;
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

    static String subject(String word) {
        String[] parts = word.split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean rest = i == parts.length - 1 && parts[i].equals(">");
            if (!rest && !SUBJECT.matcher(parts[i]).matches()) throw new IllegalArgumentException("no subject");
        }
        if (word.length() > LONGEST_SUBJECT) throw new IllegalArgumentException("too long");
        return word;
    }
}
