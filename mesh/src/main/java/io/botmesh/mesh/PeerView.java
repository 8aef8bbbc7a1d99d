package io.botmesh.mesh;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerFile.Node;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Quota;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mesh as one of its nodes sees it: what the file for everybody says, with what that node alone has. A token is held
 * for those to whom it posts, and never printed.
 */
public final class PeerView {
    private final PeerFile file;
    private final PeerSecrets own;
    private final Node self;

    private PeerView(PeerFile file, PeerSecrets own, Node self) {
        this.file = file;
        this.own = own;
        this.self = self;
    }

    /**
     * Reads both files.
     *
     * @throws MeshException.PeerMistakes with a line for each mistake
     */
    public static PeerView read(Path file, Path secrets, PeerSecrets.Passphrase passphrase) {
        return of(file.toString(), PeerFile.read(file), secrets.toString(), PeerSecrets.read(secrets, passphrase));
    }

    /**
     * Joins both.
     *
     * @throws MeshException.PeerMistakes with a line for each thing in which they do not go together
     */
    public static PeerView of(PeerFile file, PeerSecrets own) {
        return of("the peer file", file, "the secrets of " + own.node(), own);
    }

    /** The node's own file. */
    public PeerSecrets secrets() {
        return own;
    }

    private static PeerView of(String fileName, PeerFile file, String ownName, PeerSecrets own) {
        var lines = new PeerLines(ownName);
        Node self = file.nodes().get(own.node());
        if (self == null) {
            lines.wrong("node " + own.node() + " is not in " + fileName
                    + ": add it there, or take the secrets of another node");
            lines.finish();
            throw new AssertionError("a mistake");
        }
        if (isForeign(self, own)) {
            lines.wrong("these are the secrets of another " + self.name() + ", none of whose keys stand in " + fileName
                    + ": take those that were made with it, or give this node the " + fileName + " of its own mesh");
            lines.finish();
        }
        if (self.key() != null && !self.key().equals(own.keys().identity().key()))
            lines.wrong("its keys are not those that " + fileName + " has for " + self.name() + ": put 'key "
                    + own.keys().identity().key() + "' there");
        var current = own.keys().keyring().current();
        if (self.reader() != null && !self.reader().equals(current))
            lines.wrong("its reader's key is not the one that " + fileName + " has for " + self.name()
                    + ": put 'reader " + current + "' there and give that file to all nodes");
        if (self.reader() != null && own.token() == null)
            lines.wrong("[node " + self.name()
                    + "] reads and has no token: add the line 'token' with that of its reader bot");
        own.to().forEach((name, given) -> checkGiven(lines, fileName, file, own, name, given));
        for (String name : own.from().keySet())
            if (!file.nodes().containsKey(name))
                lines.wrong("[from " + name + "] is about no node in " + fileName
                        + ": add it there, or take the section out");
        var secrets = new HashSet<Object>();
        own.from().forEach((name, granted) -> {
            if (!secrets.add(granted.admission()))
                lines.wrong("[from " + name + "] has the admission of another: give each its own");
        });
        own.topics().forEach((name, given) -> {
            if (!file.topics().containsKey(name))
                lines.wrong("[topic " + name + "] is not in " + fileName + ": add it there, or take the section out");
            if (given.admission() != null && !secrets.add(given.admission()))
                lines.wrong("[topic " + name + "] has the admission of another: give each its own");
        });
        file.topics().forEach((name, topic) -> {
            boolean member = topic.members().contains(self.name());
            var held = own.keys().keyring().current(name);
            if (member && held.isEmpty())
                lines.wrong("the key of topic " + name + " is missing: ask its owner for it, or leave the members");
            else if (held.isPresent() && !held.get().key().equals(topic.group()))
                lines.wrong("the key of topic " + name + " is not the one in " + fileName
                        + ": ask its owner for the new one");
        });
        lines.finish();
        return new PeerView(file, own, self);
    }

    /** Whether the file speaks of somebody else of the same name; one key alone may have been replaced. */
    private static boolean isForeign(Node self, PeerSecrets own) {
        return self.key() != null
                && self.reader() != null
                && !self.key().equals(own.keys().identity().key())
                && !self.reader().equals(own.keys().keyring().current());
    }

    private static void checkGiven(
            PeerLines lines, String fileName, PeerFile file, PeerSecrets own, String name, Given given) {
        String section = "[to " + name + "]";
        Node peer = file.nodes().get(name);
        if (peer == null) {
            lines.wrong(section + " is about no node in " + fileName + ": add it there, or take the section out");
            return;
        }
        if (name.equals(own.node())) lines.wrong(section + " is this node itself: take the section out");
        if (!given.writers().isEmpty() && peer.reader() == null)
            lines.wrong(section + " has writers, and " + name + " does not read: take them out, or add its reader to "
                    + fileName);
        for (BotToken writer : given.writers()) {
            if (own.token() != null && own.token().botId() == writer.botId())
                lines.wrong(section + " has the reader bot " + writer.botId()
                        + " as a writer: a bot does not see what it posts itself");
            if (!peer.writers().isEmpty() && !peer.writers().contains(writer.botId()))
                lines.wrong(section + " has the writer " + writer.botId() + ", which " + fileName
                        + " does not have for " + name + ": add it to its line 'writers', or take the token out");
        }
    }

    /** Name of this node. */
    public String name() {
        return self.name();
    }

    /** What the file says of this node. */
    public Node self() {
        return self;
    }

    /** Who is who. */
    public PeerFile file() {
        return file;
    }

    public Identity identity() {
        return own.keys().identity();
    }

    /** Keys that open; those whose time is over are left out. */
    public Keyring keyring() {
        return own.keys().keyring().expired(Instant.now());
    }

    /** Token of this node's reader bot; nothing if it only writes. */
    public Optional<BotToken> readerToken() {
        return Optional.ofNullable(own.token());
    }

    /** All others of the file as this node sees them, those too with whom it cannot speak. */
    public List<Peer> peers() {
        return file.nodes().values().stream()
                .filter(node -> !node.name().equals(self.name()))
                .map(this::peer)
                .toList();
    }

    /** One of the others. */
    public Optional<Peer> peer(String name) {
        return Optional.ofNullable(file.nodes().get(name))
                .filter(node -> !node.name().equals(self.name()))
                .map(this::peer);
    }

    private Peer peer(Node node) {
        Given given = own.to().get(node.name());
        List<LaneId> lanes = new ArrayList<>();
        for (ChatId channel : node.channels())
            for (BotToken writer : writers(node)) lanes.add(new LaneId(writer.botId(), channel.toString()));
        return new Peer(
                node.name(),
                node.key(),
                node.reader(),
                given == null ? null : given.admission(),
                lanes,
                lanes.isEmpty() ? null : capabilities(node),
                node.key() != null && self.key() != null && self.hears(node.name()));
    }

    private static Carrier.Capabilities capabilities(Node node) {
        Carrier.Capabilities carrier =
                node.medium() == Medium.CHANNEL ? Carriers.channel(false) : Carriers.betweenBots(false);
        carrier = carrier.withArmour(node.armour());
        return node.textOnly() ? carrier.withoutDocuments() : carrier;
    }

    /** Tokens that post to a node, in the order that its line of writers has. */
    private List<BotToken> writers(Node node) {
        Given given = own.to().get(node.name());
        if (given == null || node.reader() == null) return List.of();
        return ordered(given.writers(), node.writers());
    }

    private static List<BotToken> ordered(List<BotToken> tokens, List<Long> order) {
        return tokens.stream()
                .sorted(Comparator.comparingInt(token -> order.indexOf(token.botId())))
                .toList();
    }

    /** Whom this node's reader lets in, and by which secret. */
    public List<Enrolment> enrolments() {
        var all = new ArrayList<Enrolment>();
        own.from().forEach((name, granted) -> {
            Node peer = file.nodes().get(name);
            NodeKey key = peer == null ? null : peer.key();
            Quota quota = granted.quota() == null ? Quota.enrolled() : granted.quota();
            // A gateway stamps packets that people sign whom nobody is to know.
            NodeKey signer = granted.gateway() ? null : key;
            if (key != null) all.add(new Enrolment(name, granted.admission(), signer, quota));
        });
        for (PeerFile.Topic topic : topicsRead()) {
            AdmissionSecret secret = shared(topic);
            if (secret != null) all.add(Enrolment.shared(Topic.address(topic.name()), secret));
        }
        return all;
    }

    /**
     * The sending end towards a peer, whose lanes are those of the {@link Peer}.
     *
     * @param apis makes the client for a writer; the clients stay the caller's
     * @return nothing if this node cannot post to it
     */
    public Optional<Carrier.Writers> writers(String peer, Function<BotToken, BotApi> apis) {
        Node node = file.nodes().get(peer);
        List<BotToken> writers = node == null ? List.of() : writers(node);
        if (node == null || writers.isEmpty()) return Optional.empty();
        return Optional.of(new ChatWriters(capabilities(node), node.channels(), writers, apis));
    }

    /**
     * The bots that post to a node as they would write to its reader bot: another carrier, for where posts of bots are hidden.
     *
     * @param bot the reader bot's name with {@code @}
     * @return nothing if this node cannot post to it
     */
    public Optional<Carrier.Writers> writersToBot(String peer, ChatId bot, Function<BotToken, BotApi> apis) {
        Node node = file.nodes().get(peer);
        List<BotToken> writers = node == null ? List.of() : writers(node);
        if (writers.isEmpty()) return Optional.empty();
        return Optional.of(Carriers.privateWriters(bot, writers, apis));
    }

    /** The receiving end of what bots write to the reader bot, whatever carrier the file names, and of its topics' channels. */
    public Carrier.Reader readerBetweenBots(BotApi api) {
        return topicsRead().isEmpty()
                ? Carriers.privateReader(api, own.scratch())
                : Carriers.privateReaderOfTopics(api, own.scratch());
    }

    /**
     * The receiving end.
     *
     * @param api the client of the {@linkplain #readerToken() reader bot}
     */
    public Carrier.Reader reader(BotApi api) {
        if (self.medium() == Medium.CHAT) return readerBetweenBots(api);
        boolean one = self.channels().size() == 1 && topicsRead().isEmpty();
        Long channel = one && self.channels().getFirst() instanceof ChatId.Id id ? (Long) id.id() : null;
        return Carriers.channelReader(api, channel, own.scratch());
    }

    /** All topics as this node sees them. */
    public List<Topic> topics() {
        return file.topics().values().stream().map(this::topic).toList();
    }

    private Topic topic(PeerFile.Topic one) {
        List<LaneId> lanes = topicLanes(one.name());
        return Topic.of(one.name(), one.subject(), one.group())
                .withOwner(one.owner(), one.members())
                .withFrom(publishers(one))
                .withAdmission(shared(one))
                .withQueues(one.queues())
                .withLanes(lanes.isEmpty() ? null : new Topic.Lanes(lanes, Carriers.channel(false)));
    }

    private @Nullable AdmissionSecret shared(PeerFile.Topic topic) {
        Given given = own.topics().get(topic.name());
        return given == null ? null : given.admission();
    }

    /** Topics that this node is a member of. */
    public List<PeerFile.Topic> topicsRead() {
        return file.topics().values().stream()
                .filter(topic -> topic.members().contains(self.name()))
                .toList();
    }

    /** Lanes into a topic's channel; none if this node has no tokens for it. */
    public List<LaneId> topicLanes(String name) {
        PeerFile.Topic topic = file.topics().get(name);
        ChatId channel = topic == null ? null : topic.channel();
        if (topic == null || channel == null) return List.of();
        return tokens(topic).stream()
                .map(token -> new LaneId(token.botId(), channel.toString()))
                .toList();
    }

    /** The sending end into a topic's channel; nothing if this node has no tokens for it. */
    public Optional<Carrier.Writers> topicWriters(String name, Function<BotToken, BotApi> apis) {
        PeerFile.Topic topic = file.topics().get(name);
        ChatId channel = topic == null ? null : topic.channel();
        if (topic == null || channel == null || tokens(topic).isEmpty()) return Optional.empty();
        return Optional.of(Carriers.channelWriters(List.of(channel), tokens(topic), apis));
    }

    /**
     * The pinned post of a topic's channel: through this node's reader bot if that is there, else through a writer; nothing without either.
     * The owner's bot needs the right to edit messages there.
     */
    public Optional<Carrier.Board> board(String name, Function<BotToken, BotApi> apis) {
        PeerFile.Topic topic = file.topics().get(name);
        ChatId channel = topic == null ? null : topic.channel();
        if (topic == null || channel == null) return Optional.empty();
        boolean there = topic.members().contains(self.name()) || self.name().equals(topic.owner());
        Optional<BotToken> token = there && own.token() != null
                ? readerToken()
                : tokens(topic).stream().findFirst();
        return token.map(one -> Carriers.channelBoard(channel, one, apis));
    }

    private List<BotToken> tokens(PeerFile.Topic topic) {
        Given given = own.topics().get(topic.name());
        return given == null ? List.of() : ordered(given.writers(), topic.writers());
    }

    /** Names of the nodes that may publish on a topic. */
    public Set<String> publishers(PeerFile.Topic topic) {
        return topic.from() == null ? file.nodes().keySet() : topic.from();
    }

    /** Says whose it is and no more. */
    @Override
    public String toString() {
        return "PeerView[" + self.name() + "]";
    }
}
