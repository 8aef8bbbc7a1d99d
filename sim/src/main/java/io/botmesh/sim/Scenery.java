package io.botmesh.sim;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.mesh.Topic;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Keyring;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What there is in a run: channels with their bots, machines around them, and who knows whom. */
final class Scenery {
    static final int BURST = 3;
    static final String TOPIC = "news";

    private static final int NEW_TOKENS_A_MINUTE = 20;
    private static final String NODE = "node";
    private static final int READERS_OF_TEXT = 4; // one in so many
    private static final Duration WATCH = Duration.ofSeconds(20);
    private static final Duration RARELY = Duration.ofMinutes(10); // where a run takes days
    /**
     * A gap that nobody can be asked about is not to be waited for until the run is over, but longer than a sender's bots may be shut out together, and it is away
     * after that with a packet that it could not post.
     */
    private static final Duration ONE_WAY_PATIENCE = Duration.ofHours(2);
    /** Many small messages on one stream are not to wait for the disk one by one. */
    private static final int RUN = 512;
    /** Bytes of an object's part, unless messages may be larger. */
    private static final int PART = 64 << 10;
    /** Times the usual size, of some messages. */
    private static final int LARGEST = 100;
    /** What waits at a saturated node: some seconds of texts of all lanes. */
    private static final int WAITING = 256 << 10;

    private final SimOptions options;
    private final Server server;
    private final Topology topology;
    private final Keys keys;
    private final @Nullable Subscription subscription;
    private final UnaryOperator<Core> spoiling;
    private final List<Place> places = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final Set<String> readersOfText = new HashSet<>();

    /** @param spoiling puts a bug into each node */
    Scenery(SimOptions options, Server server, Keys keys, SplittableRandom random, UnaryOperator<Core> spoiling) {
        this.options = options;
        this.server = server;
        this.keys = keys;
        this.spoiling = spoiling;
        topology = Topology.of(options.shape(), options.nodes(), random.split());
        boolean mixed = options.load().flow() == Load.Flow.MIXED && options.scheme() == SimOptions.Scheme.MESH;
        SplittableRandom lots = random.split();
        for (int i = 0; i < options.nodes(); i++) {
            byName.put(name(i), i);
            if (mixed && lots.nextInt(READERS_OF_TEXT) == 0) readersOfText.add(name(i));
        }
        subscription = options.topic() && topology.answers() ? Subscription.of(topology, lots) : null;
    }

    static String name(int node) {
        return NODE + node;
    }

    Topology topology() {
        return topology;
    }

    List<Machine> machines() {
        return machines;
    }

    /** The channels of all nodes, in their order, and that of the topic. */
    List<Place> places() {
        return places;
    }

    /** Who reads the topic, and who publishes, if there is one. */
    Optional<Subscription> subscription() {
        return Optional.ofNullable(subscription);
    }

    /** Who reads the topic at first: where members change one of them joins later. */
    Set<String> firstMembers() {
        if (subscription == null) return Set.of();
        List<Integer> first = subscription.members();
        boolean without = options.has(Pattern.MEMBERS) && first.size() > 2;
        return subscription.names(without ? first.subList(0, first.size() - 1) : first);
    }

    // --- for those who look on

    boolean isTopic(String peer) {
        return peer.equals(Topic.address(TOPIC));
    }

    boolean isFirst(String node) {
        return node.equals(name(0));
    }

    boolean readsText(String peer) {
        return readersOfText.contains(peer);
    }

    /** Whether who reads there can be asked for what is missing, and says what it has. */
    boolean answers(String peer) {
        return topology.answers() && !isTopic(peer);
    }

    /** Whether nothing but the sender's own haste can cause a 429 there; the server turns away many new tokens of one address too. */
    boolean isCalm(String from, String peer) {
        return options.faults().isEmpty()
                && 1 + topology.posts(index(from)).size() * options.channels().writers() <= NEW_TOKENS_A_MINUTE
                && options.scheme() == SimOptions.Scheme.MESH
                && !isTopic(peer)
                && topology.posters(index(peer)) == 1;
    }

    Place place(String peer) {
        return isTopic(peer) ? places.getLast() : places.get(index(peer));
    }

    Optional<Place> topicPlace() {
        return subscription == null ? Optional.empty() : Optional.of(places.getLast());
    }

    private int index(String node) {
        Integer index = byName.get(node);
        if (index == null) throw new IllegalArgumentException("no node " + node);
        return index;
    }

    // --- what there is

    void build(Witness witness, Business business, SplittableRandom random, long mostHandling) {
        for (int i = 0; i < options.nodes(); i++) places.add(place(i));
        if (subscription != null) places.add(topicPlace(subscription));
        for (int i = 0; i < options.nodes(); i++) machines.add(machine(i, witness, business, random, mostHandling));
    }

    private Place place(int node) {
        BotAccount reader = server.world().addBot("reader" + node + "_bot");
        return place("Channel of " + name(node), Integer.toString(node), reader, List.of());
    }

    private Place topicPlace(Subscription topic) {
        var admins = new ArrayList<Admin>();
        for (int member : topic.members()) {
            long reader = places.get(member).reader().id();
            admins.add(
                    member == 0
                            ? Admin.of(reader, Right.POST_MESSAGES, Right.EDIT_MESSAGES)
                            : Admin.of(reader, Right.POST_MESSAGES));
        }
        return place("Topic " + TOPIC, TOPIC, places.getFirst().reader(), admins);
    }

    private Place place(String title, String suffix, BotAccount reader, List<Admin> readers) {
        var world = server.world();
        BotAccount janitor = world.addBot("janitor" + suffix + "_bot");
        var writers = new ArrayList<BotAccount>();
        var admins = new ArrayList<Admin>(readers);
        if (readers.isEmpty()) admins.add(Admin.of(reader.id(), Right.POST_MESSAGES));
        admins.add(Admin.of(janitor.id(), Right.POST_MESSAGES, Right.DELETE_MESSAGES, Right.EDIT_MESSAGES));
        for (int i = 0; i < options.channels().writers(); i++) {
            BotAccount writer = world.addBot("writer" + suffix + "x" + i + "_bot");
            writers.add(writer);
            admins.add(Admin.of(writer.id(), Right.POST_MESSAGES));
        }
        return new Place(world.addChannel(title, null, admins).id(), reader, writers, janitor);
    }

    private Machine machine(int node, Witness witness, Business business, SplittableRandom random, long mostHandling) {
        DeskTransport transport = server.transport(node);
        Function<BotToken, BotApi> apis = token -> new BotApi(ApiOptions.defaults(), token, transport);
        BotToken token = BotToken.parse(places.get(node).reader().token());
        Carrier.Reader reader = Carriers.channelReader(apis.apply(token), null, scratch(node));
        if (readsText(name(node))) reader = new TextReader(reader);
        Map<String, Carrier.Writers> writers = new LinkedHashMap<>();
        for (int peer : topology.posts(node)) writers.put(name(peer), writers(places.get(peer), apis));
        Map<String, Carrier.Board> boards = new HashMap<>();
        if (subscription != null && subscription.members().contains(node)) {
            Place place = places.getLast();
            boards.put(TOPIC, Carriers.channelBoard(ChatId.of(place.channel()), token, apis));
            if (subscription.publishers().contains(node)) writers.put(Topic.address(TOPIC), writers(place, apis));
        }
        SplittableRandom own = random.split();
        var wiring = new Wiring(
                server,
                server.scheduler(),
                transport,
                reader,
                writers,
                boards,
                maker(node, new NodeSetup.Ends(reader, writers, boards), random.split()),
                witness,
                business);
        return new Machine(name(node), wiring, Manners.good(mostHandling, own.split()), own);
    }

    /** A chat where a reader brings back what it did not get and cannot ask for. */
    private @Nullable ChatId scratch(int node) {
        if (topology.answers() && subscription == null) return null;
        long reader = places.get(node).reader().id();
        var admins = List.of(Admin.of(reader, Right.POST_MESSAGES));
        return ChatId.of(server.world()
                .addChannel("Scratch of " + name(node), null, admins)
                .id());
    }

    private static Carrier.Writers writers(Place place, Function<BotToken, BotApi> apis) {
        List<BotToken> tokens =
                place.writers().stream().map(bot -> BotToken.parse(bot.token())).toList();
        return Carriers.channelWriters(List.of(ChatId.of(place.channel())), tokens, apis);
    }

    private Machine.CoreMaker maker(int node, NodeSetup.Ends ends, SplittableRandom own) {
        Carrier.Reader reader = Objects.requireNonNull(ends.reader());
        Map<String, Carrier.Writers> writers = ends.writers();
        return switch (options.scheme()) {
            case MESH -> {
                Peers peers = peers(node, writers);
                Protection protection = protection(node);
                NodeOptions nodeOptions = nodeOptions(node).readingFrom(reader);
                boolean watches = subscription != null && subscription.members().contains(node);
                yield (store, now) -> {
                    var core = new NodeCore(
                            name(node), nodeOptions, protection, peers, reader::arrival, store, own.split(), now);
                    if (watches) core.watch(TOPIC, options.has(Pattern.EXPIRY) ? RARELY : WATCH, now);
                    var setup = new NodeSetup(name(node), protection, peers, ends, store).withOptions(nodeOptions);
                    return new Machine.Running(spoiling.apply(new MeshNode(core)), new Machine.OfMesh(core, setup));
                };
            }
            case PAPER -> {
                Map<String, PaperCore.Route> routes = new LinkedHashMap<>();
                writers.forEach((peer, to) -> routes.put(
                        peer,
                        new PaperCore.Route(
                                to.lanes().size(),
                                to.lanes().size() * options.channels().postsPerSecond() / topology.posters(index(peer)),
                                to.capabilities().textBytes())));
                yield (store, now) ->
                        new Machine.Running(new PaperCore(name(node), routes, reader::arrival, own.split()), null);
            }
        };
    }

    @SuppressWarnings("NullAway") // the record takes null, which the checker does not see from another module
    private Peers peers(int node, Map<String, Carrier.Writers> writers) {
        var known = new ArrayList<Peer>();
        for (int other = 0; other < options.nodes(); other++) {
            Carrier.Writers to = writers.get(name(other));
            boolean hears = topology.posts(other).contains(node);
            if (to == null && !hears) continue;
            known.add(new Peer(
                    name(other),
                    keys.identity(other).key(),
                    to == null ? null : keys.reader(other).key(),
                    to == null ? null : keys.admission(other, node),
                    to == null ? List.of() : to.lanes(),
                    to == null ? null : capabilities(other, to),
                    hears));
        }
        return Peers.of(known, topics(node, writers.get(Topic.address(TOPIC))));
    }

    private Carrier.Capabilities capabilities(int node, Carrier.Writers to) {
        return readsText(name(node)) ? to.capabilities().withoutDocuments() : to.capabilities();
    }

    private List<Topic> topics(int node, Carrier.@Nullable Writers to) {
        Subscription there = subscription;
        if (there == null || !there.members().contains(node)) return List.of();
        Topic topic = Topic.of(TOPIC, TOPIC + ".>", keys.group().key())
                .withOwner(name(0), firstMembers())
                .withQueues(options.has(Pattern.QUEUE) ? Map.of(Ownership.QUEUE, firstMembers()) : Map.of())
                .withFrom(there.names(there.publishers()))
                .withAdmission(keys.shared());
        boolean texts = there.members().stream().anyMatch(member -> readsText(name(member)));
        if (to == null) return List.of(topic);
        Carrier.Capabilities can = texts ? to.capabilities().withoutDocuments() : to.capabilities();
        return List.of(topic.withLanes(new Topic.Lanes(to.lanes(), can)));
    }

    private Protection protection(int node) {
        var enrolments = new ArrayList<Enrolment>();
        for (int other = 0; other < options.nodes(); other++) {
            if (topology.posts(other).contains(node))
                enrolments.add(Enrolment.of(
                        name(other),
                        keys.admission(node, other),
                        keys.identity(other).key()));
        }
        if (subscription != null) enrolments.add(Enrolment.shared(TOPIC, keys.shared()));
        var keyring = Keyring.of(keys.reader(node));
        if (subscription != null && node == 0)
            keyring = keyring.joined(TOPIC, 1, keys.group(), Instant.EPOCH, Keyring.LIFE);
        return Protection.Sealed.of(keys.identity(node), keyring)
                .withEnrolments(enrolments)
                .withSeal(keys.seal(options.layout().sealed()));
    }

    private NodeOptions nodeOptions(int node) {
        Load load = options.load();
        LaneShare share =
                options.channels().grants() ? new LaneShare.Granted(name(node)) : new LaneShare.Sticky(name(node));
        if (topology.alone()) share = LaneShare.WHOLE;
        int granted = options.channels().grants() && topology.posters(node) > 0
                ? options.channels().writers()
                : 0;
        NodeOptions nodeOptions = NodeOptions.defaults()
                .withTextOnly(load.textOnly())
                .withLanes(new NodeOptions.Sharing(
                        new LaneLimits(options.channels().postsPerSecond(), BURST), share, granted));
        NodeOptions.Links links = nodeOptions.links();
        nodeOptions = nodeOptions.withLinks(
                new NodeOptions.Links(links.receiving(), links.sending(), ONE_WAY_PATIENCE, links.recalls()));
        if (load.flow() != Load.Flow.MIXED)
            nodeOptions = nodeOptions.withHandlers(nodeOptions.handlers().withRun(RUN));
        NodeOptions.Waiting waiting = nodeOptions.outbox();
        if (options.has(Pattern.OBJECTS))
            return nodeOptions.withOutbox(
                    new NodeOptions.Waiting(waiting.bytes(), waiting.overflow(), messageBytes(load)));
        if (load.flow() != Load.Flow.SATURATED) return nodeOptions;
        return nodeOptions.withOutbox(new NodeOptions.Waiting(WAITING, waiting.overflow(), waiting.messageBytes()));
    }

    /** Small parts of objects, so that there are several, but no smaller than the largest message. */
    private static int messageBytes(Load load) {
        return Math.clamp(
                2L * LARGEST * load.messageBytes(),
                PART,
                NodeOptions.defaults().outbox().messageBytes());
    }
}
