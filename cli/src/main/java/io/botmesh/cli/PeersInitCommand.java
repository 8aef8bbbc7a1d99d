package io.botmesh.cli;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.cli.EmulatorScene.Bot;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers init}: keys and files for a new mesh; in an emulator also its bots and channels. */
@Command(
        name = "init",
        sortOptions = false,
        description = {
            "Make the files of a new mesh: mesh.peers for everybody, NAME.secrets for each node, with new keys.",
            "Places for tokens and channels are left to be filled in, unless an emulator makes those too."
        })
final class PeersInitCommand implements Callable<Integer> {
    private static final int MOST_WRITERS = 48; // a channel has 50 administrators, its owner and the reader among them

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeersCommand parent;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Option(names = "--nodes", paramLabel = "A,B,…", required = true, split = ",", description = "Names of the nodes.")
    private List<String> nodes = List.of();

    @Option(
            names = "--topology",
            defaultValue = "full",
            description =
                    "Who speaks with whom: ${COMPLETION-CANDIDATES}; of a star the first node is the middle (default: full).")
    private Topology topology = Topology.FULL;

    @Option(
            names = "--carrier",
            defaultValue = "channel",
            description = "What brings posts: ${COMPLETION-CANDIDATES} (default: channel).")
    private Medium carrier = Medium.CHANNEL;

    @Option(
            names = "--writers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Bots that post to a node, 1 to 48 (default: ${DEFAULT-VALUE}).")
    private int writers = 2;

    @Option(
            names = "--topic",
            paramLabel = "NAME=SUBJECT",
            description =
                    "A channel that all nodes read and publish on, such as weather=weather.>; may be given several times.")
    private Map<String, String> topics = new LinkedHashMap<>();

    @Option(
            names = "--queue",
            paramLabel = "TOPIC=GROUP",
            description = "A group of all nodes that shares the work of a topic: one of them gets each message.")
    private Map<String, String> queues = new LinkedHashMap<>();

    @Option(
            names = "--emulator",
            paramLabel = "URL",
            description = "Control API of a running emulator, where bots and channels are made.")
    private @Nullable String emulator;

    /** Where a node reads, and what posts there. */
    private record Place(
            @Nullable Bot reader, @Nullable ChatId scratch, List<ChatId> channels, List<BotToken> writers) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        char[] passphrase = folder.givenPassphrase();
        Map<String, KeyFile> keys = new LinkedHashMap<>();
        for (String node : nodes) keys.put(node, new KeyFile(Identity.generate(), Keyring.of(ReaderSecret.generate())));
        Map<String, Place> places = new LinkedHashMap<>();
        Map<String, Place> topicPlaces = new LinkedHashMap<>();
        try (var transport = new JettyTransport()) {
            var scene = emulator == null ? null : new EmulatorScene(emulator, transport);
            for (String node : nodes) places.put(node, place(scene, node));
            for (String topic : topics.keySet()) topicPlaces.put(topic, topicPlace(scene, topic, places));
        }
        Map<String, PeerFile.Topic> madeTopics = new LinkedHashMap<>();
        for (var topic : topics.entrySet()) {
            var secret = ReaderSecret.generate();
            keys.replaceAll((node, held) -> new KeyFile(
                    held.identity(), held.keyring().joined(topic.getKey(), 1, secret, Instant.now(), Keyring.LIFE)));
            var place = topicPlaces.get(topic.getKey());
            madeTopics.put(
                    topic.getKey(), topic(topic.getKey(), topic.getValue(), secret, place == null ? NOWHERE : place));
        }
        var file = new PeerFile(madeNodes(keys, places), madeTopics);
        Files.createDirectories(folder.folder());
        for (String node : nodes)
            if (Files.exists(folder.secrets(node)))
                throw CommandException.wrongUse(
                        folder.secrets(node) + " exists already; name another folder by --dir, or move it away");
        PeerFolder.create(folder.peers(), file.write(), false);
        for (var secrets : secrets(keys, places, topicPlaces))
            PeerFolder.create(folder.secrets(secrets.node()), secrets.write(passphrase), true);
        report();
        return ExitCodes.OK;
    }

    private static final Place NOWHERE = new Place(null, null, List.of(), List.of());

    private void check() {
        if (nodes.size() < 2) throw CommandException.wrongUse("--nodes takes at least two names, such as a,b");
        if (new LinkedHashSet<>(nodes).size() < nodes.size())
            throw CommandException.wrongUse("--nodes names one twice; each node has a name of its own");
        var names = new ArrayList<>(nodes);
        names.addAll(topics.keySet());
        for (String name : names)
            if (!PeerFile.isName(name))
                throw CommandException.wrongUse(
                        "no name for a node or topic: '" + name + "'; take up to 64 letters, digits, dots, - and _");
        for (var queue : queues.entrySet())
            if (!topics.containsKey(queue.getKey()) || !PeerFile.isName(queue.getValue()))
                throw CommandException.wrongUse(
                        "--queue takes a topic that --topic makes, and a name, such as weather=archive");
        for (String subject : topics.values())
            if (!PeerFile.isSubject(subject))
                throw CommandException.wrongUse(
                        "--topic takes words between dots, * for one, > at the end, not '" + subject + "'");
        if (writers < 1 || writers > MOST_WRITERS)
            throw CommandException.wrongUse("--writers takes 1 to " + MOST_WRITERS + ", not " + writers);
    }

    private Place place(@Nullable EmulatorScene scene, String node) throws InterruptedException {
        if (scene == null) return NOWHERE;
        boolean chat = carrier == Medium.CHAT;
        Bot reader = scene.bot("reader", chat);
        var tokens = writers(scene, chat);
        ChatId where = chat
                ? ChatId.of("@" + reader.username())
                : ChatId.of(scene.channel("Mesh of " + node, List.of(reader.token()), tokens, null));
        ChatId scratch = ChatId.of(scene.scratch("Scratch of " + node, reader.token()));
        return new Place(reader, scratch, List.of(where), tokens);
    }

    private List<BotToken> writers(EmulatorScene scene, boolean toBots) throws InterruptedException {
        var tokens = new ArrayList<BotToken>();
        for (int i = 0; i < writers; i++) tokens.add(scene.bot("writer", toBots).token());
        return tokens;
    }

    private Place topicPlace(@Nullable EmulatorScene scene, String topic, Map<String, Place> places)
            throws InterruptedException {
        if (scene == null) return NOWHERE;
        var tokens = writers(scene, false);
        var readers = new ArrayList<BotToken>();
        for (Place place : places.values()) if (place.reader != null) readers.add(place.reader.token());
        Place owner = places.getOrDefault(nodes.getFirst(), NOWHERE); // keeps the topic's register
        BotToken keeper = owner.reader == null ? null : owner.reader.token();
        long channel = scene.channel("Topic " + topic, readers, tokens, keeper);
        return new Place(null, null, List.of(ChatId.of(channel)), tokens);
    }

    private PeerFile.Topic topic(String name, String subject, ReaderSecret secret, Place place) {
        return new PeerFile.Topic(
                name,
                subject,
                place.channels.isEmpty() ? null : place.channels.getFirst(),
                place.writers.stream().map(BotToken::botId).toList(),
                secret.key(),
                nodes.getFirst(),
                new LinkedHashSet<>(nodes),
                new LinkedHashSet<>(nodes),
                queues.containsKey(name) ? Map.of(queues.get(name), new LinkedHashSet<>(nodes)) : Map.of());
    }

    private Map<String, PeerFile.Node> madeNodes(Map<String, KeyFile> keys, Map<String, Place> places) {
        var made = new LinkedHashMap<String, PeerFile.Node>();
        keys.forEach((node, held) -> {
            Place place = places.getOrDefault(node, NOWHERE);
            made.put(
                    node,
                    new PeerFile.Node(
                            node,
                            held.identity().key(),
                            held.keyring().current(),
                            carrier,
                            place.channels,
                            place.writers.stream().map(BotToken::botId).toList(),
                            topology.neighbours(nodes, node),
                            false));
        });
        return made;
    }

    private List<PeerSecrets> secrets(
            Map<String, KeyFile> keys, Map<String, Place> places, Map<String, Place> topicPlaces) {
        Map<String, AdmissionSecret> admissions = new HashMap<>(); // by who gave it and who got it
        for (String reader : nodes)
            for (String sender : topology.neighbours(nodes, reader))
                admissions.put(reader + " " + sender, AdmissionSecret.generate());
        Map<String, AdmissionSecret> shared = new HashMap<>(); // by topic
        topicPlaces.keySet().forEach(topic -> shared.put(topic, AdmissionSecret.generate()));
        var all = new ArrayList<PeerSecrets>();
        keys.forEach((node, held) -> {
            Map<String, Given> to = new LinkedHashMap<>();
            Map<String, Granted> from = new LinkedHashMap<>();
            for (String other : topology.neighbours(nodes, node)) {
                AdmissionSecret granted = admissions.get(node + " " + other);
                to.put(
                        other,
                        new Given(places.getOrDefault(other, NOWHERE).writers, admissions.get(other + " " + node)));
                if (granted != null) from.put(other, new Granted(granted, null));
            }
            Map<String, Given> tokens = new LinkedHashMap<>();
            topicPlaces.forEach((topic, place) -> tokens.put(topic, new Given(place.writers, shared.get(topic))));
            Place place = places.getOrDefault(node, NOWHERE);
            all.add(new PeerSecrets(
                    node, held, place.reader == null ? null : place.reader.token(), place.scratch, to, from, tokens));
        });
        return all;
    }

    private void report() {
        var terminal = parent.botmesh().terminal();
        var secrets =
                nodes.stream().map(node -> folder.secrets(node).toString()).toList();
        if (parent.botmesh().json()) {
            var line = new LinkedHashMap<String, Object>();
            line.put("peers", folder.peers().toString());
            line.put("secrets", secrets);
            line.put("complete", emulator != null);
            terminal.print(Json.write(line));
            return;
        }
        terminal.print(folder.peers() + "  give it to every node");
        for (String file : secrets) terminal.print(file + "  to its node alone");
        terminal.print(
                emulator == null
                        ? "Fill in channels and tokens where the files have a place for them, then: botmesh peers check"
                        : "Bots and channels are made. Look at it with: botmesh peers check --api URL");
    }
}
