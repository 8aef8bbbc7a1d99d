package io.botmesh.sim;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Keyring;
import io.botmesh.sim.Ledger.Way;
import io.botmesh.wire.Armour;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One run: nodes on machines around one server, messages between them, and what goes wrong; on the caller's thread, in
 * virtual time.
 */
public final class Simulation {
    private static final String[] STREAMS = {"", "alpha", "beta"};
    private static final int BURST = 3;
    /** How long a mesh may take to deliver what was promised once all is well; the slowest timers are pings and dead lanes. */
    private static final long PATIENCE = 3 * 3600 * Scheduler.SECOND;

    private static final long LOOK = 10 * Scheduler.SECOND;

    /** Many small messages on one stream are not to wait for the disk one by one. */
    private static final int RUN = 512;

    private static final long MOST_HANDLING = 40 * Scheduler.MILLI;
    private static final long REFILL = 20 * Scheduler.MILLI;
    /** What waits at a saturated node: some seconds of texts of all lanes. */
    private static final int WAITING = 256 << 10;

    private final SimOptions options;
    private final Load load;
    private final long handling;
    private final Meter meter;
    private final Consumer<String> trace;
    private final boolean traced;
    private final SplittableRandom random;
    private final Scheduler scheduler = new Scheduler();
    private final Server server;
    private final Violations violations = new Violations(scheduler::now);
    private final Ledger ledger;
    private final Inspector inspector;
    private final Bodies bodies;
    private final Watcher watcher = new Watcher();
    private final Topology topology;
    private final Keys keys;
    private final List<Place> places = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final Map<Machine, Integer> indices = new HashMap<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final Map<String, Long> events = new TreeMap<>();
    private final Map<Token, Long> tokens = new HashMap<>();
    private final long sendingEnds;
    private long nextMessage = 1;
    private long delivered;
    private long posts;
    private long documents;
    private long characters;
    private long floodWaits;

    /** What a node calls a message. */
    private record Token(String node, String peer, long token) {}

    private Simulation(SimOptions options, Consumer<String> trace, boolean traced) {
        this.options = options;
        this.trace = trace;
        this.traced = traced;
        random = new SplittableRandom(options.seed());
        var rate = new Limits.Rate(1, Duration.ofNanos((long) (1e9 / options.postsPerSecond())), BURST);
        server = new Server(scheduler, Limits.OFF.withChat(rate), random.split());
        boolean strict =
                options.scheme() == SimOptions.Scheme.MESH && !options.faults().contains(Nemesis.LYING_DISK);
        ledger = new Ledger(scheduler::now, violations, strict);
        load = options.load();
        boolean mixed = load.flow() == Load.Flow.MIXED;
        bodies = new Bodies(random.nextLong(), !mixed);
        handling = mixed ? MOST_HANDLING : 0;
        topology = Topology.of(options.shape(), options.nodes(), random.split());
        keys = new Keys(options.nodes(), random.split());
        inspector = new Inspector(violations, keys.seal(options.sealed()), keys.readersByName());
        sendingEnds = Duration.ofSeconds(options.seconds()).toNanos();
        meter = new Meter(
                load.warmUpSeconds() * Scheduler.SECOND, sendingEnds, options.writers() * options.postsPerSecond());
    }

    /** Runs to its end. */
    public static SimReport run(SimOptions options) {
        return new Simulation(options, line -> {}, false).run();
    }

    /**
     * Runs to its end.
     *
     * @param trace gets a line for each thing that a node does
     */
    public static SimReport run(SimOptions options, Consumer<String> trace) {
        return new Simulation(options, trace, true).run();
    }

    private void trace(Machine machine, String what) {
        trace.accept(String.format(Locale.ROOT, "%12.3f %s %s", scheduler.now() / 1e9, machine.name(), what));
    }

    static String name(int node) {
        return "node" + node;
    }

    private SimReport run() {
        try (server) {
            for (int i = 0; i < options.nodes(); i++) places.add(place(i));
            for (int i = 0; i < options.nodes(); i++) {
                Machine machine = machine(i);
                machines.add(machine);
                indices.put(machine, i);
                byName.put(machine.name(), i);
            }
            SplittableRandom starts = random.split();
            for (Machine machine : machines) scheduler.after(starts.nextLong(2 * Scheduler.SECOND), machine::start);
            for (int i = 0; i < options.nodes(); i++) {
                if (!topology.targets(i).isEmpty()) new Sender(i, random.split()).next();
            }
            var havoc = new Havoc(scheduler, server, machines, places, random.split(), sendingEnds);
            havoc.begin(options.faults());
            server.runUntil(sendingEnds);
            long allWell = drain();
            ledger.close();
            return report(havoc, allWell);
        }
    }

    /** Returns when the last machine was up again. */
    private long drain() {
        long allWell = scheduler.now();
        while (machines.stream().anyMatch(machine -> !machine.alive())) {
            server.runUntil(scheduler.now() + LOOK);
            allWell = scheduler.now();
            if (allWell > sendingEnds + 2 * Duration.ofDays(1).toNanos()) break;
        }
        long end = allWell + (options.scheme() == SimOptions.Scheme.MESH ? PATIENCE : 2 * 60 * Scheduler.SECOND);
        while (!ledger.complete() && scheduler.now() < end) server.runUntil(scheduler.now() + LOOK / 10);
        return allWell;
    }

    private SimReport report(Havoc havoc, long allWell) {
        long commits =
                machines.stream().mapToLong(machine -> machine.disk().commits()).sum();
        return new SimReport(
                options,
                ledger.accepted(),
                delivered,
                ledger.lost(),
                ledger.accounted(),
                ledger.duplicates(),
                ledger.again(),
                ledger.refused(),
                inspector.packets(),
                posts,
                documents,
                havoc.foreign(),
                posts == 0 ? Double.NaN : (double) characters / posts / Armour.POST_CHARACTERS,
                floodWaits,
                machines.stream().mapToLong(Machine::deaths).sum(),
                commits,
                machines.stream().mapToLong(Machine::turns).sum(),
                events,
                SimReport.Latency.of(ledger.latencies()),
                meter.steady(),
                scheduler.now() / 1e9,
                (scheduler.now() - allWell) / 1e9,
                violations.count(),
                violations.texts());
    }

    // --- what there is

    private Place place(int node) {
        var world = server.world();
        BotAccount reader = world.addBot("reader" + node + "_bot");
        BotAccount janitor = world.addBot("janitor" + node + "_bot");
        var writers = new ArrayList<BotAccount>();
        var admins = new ArrayList<Admin>();
        admins.add(Admin.of(reader.id(), Right.POST_MESSAGES));
        admins.add(Admin.of(janitor.id(), Right.POST_MESSAGES, Right.DELETE_MESSAGES, Right.EDIT_MESSAGES));
        for (int i = 0; i < options.writers(); i++) {
            BotAccount writer = world.addBot("writer" + node + "x" + i + "_bot");
            writers.add(writer);
            admins.add(Admin.of(writer.id(), Right.POST_MESSAGES));
        }
        long channel =
                world.addChannel("Channel of " + name(node), null, admins).id();
        return new Place(channel, reader, writers, janitor);
    }

    private Machine machine(int node) {
        DeskTransport transport = server.transport(node);
        Function<BotToken, BotApi> apis = token -> new BotApi(ApiOptions.defaults(), token, transport);
        Carrier.Reader reader = Carriers.channelReader(
                apis.apply(BotToken.parse(places.get(node).reader().token())), null, null);
        Map<String, Carrier.Writers> writers = new LinkedHashMap<>();
        for (int peer : topology.posts(node)) {
            Place place = places.get(peer);
            List<BotToken> tokens = place.writers().stream()
                    .map(bot -> BotToken.parse(bot.token()))
                    .toList();
            writers.put(name(peer), Carriers.channelWriters(List.of(ChatId.of(place.channel())), tokens, apis));
        }
        SplittableRandom own = random.split();
        return new Machine(
                name(node),
                server,
                scheduler,
                transport,
                reader,
                writers,
                maker(node, reader, writers, random.split()),
                watcher,
                own,
                handling);
    }

    private Machine.CoreMaker maker(
            int node, Carrier.Reader reader, Map<String, Carrier.Writers> writers, SplittableRandom own) {
        return switch (options.scheme()) {
            case MESH -> {
                Peers peers = peers(node, writers);
                Protection protection = protection(node);
                NodeOptions nodeOptions = nodeOptions(node).readingFrom(reader);
                yield (store, now) -> new MeshNode(new NodeCore(
                        name(node), nodeOptions, protection, peers, reader::arrival, store, own.split(), now));
            }
            case PAPER -> {
                Map<String, PaperCore.Route> routes = new LinkedHashMap<>();
                writers.forEach((peer, to) -> routes.put(
                        peer,
                        new PaperCore.Route(
                                to.lanes().size(),
                                to.lanes().size() * options.postsPerSecond() / topology.posters(index(peer)),
                                to.capabilities().textBytes())));
                yield (store, now) -> new PaperCore(name(node), routes, reader::arrival, own.split());
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
                    to == null ? null : to.capabilities(),
                    hears));
        }
        return Peers.of(known);
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
        return Protection.Sealed.of(keys.identity(node), Keyring.of(keys.reader(node)))
                .withEnrolments(enrolments)
                .withSeal(keys.seal(options.sealed()));
    }

    private NodeOptions nodeOptions(int node) {
        LaneShare share = options.grants() ? new LaneShare.Granted(name(node)) : new LaneShare.Sticky(name(node));
        if (topology.alone()) share = LaneShare.WHOLE;
        int granted = options.grants() && topology.posters(node) > 0 ? options.writers() : 0;
        NodeOptions nodeOptions = NodeOptions.defaults()
                .withTextOnly(load.textOnly())
                .withLanes(new NodeOptions.Sharing(new LaneLimits(options.postsPerSecond(), BURST), share, granted));
        if (load.flow() != Load.Flow.MIXED)
            nodeOptions = nodeOptions.withHandlers(nodeOptions.handlers().withRun(RUN));
        if (load.flow() != Load.Flow.SATURATED) return nodeOptions;
        NodeOptions.Waiting waiting = nodeOptions.outbox();
        return nodeOptions.withOutbox(new NodeOptions.Waiting(WAITING, waiting.overflow(), waiting.messageBytes()));
    }

    private static int index(String name) {
        return Integer.parseInt(name.substring("node".length()));
    }

    /** Gives one node messages for others, at times drawn by lot. */
    private final class Sender {
        private final int node;
        private final SplittableRandom own;
        private final List<Integer> targets;

        Sender(int node, SplittableRandom own) {
            this.node = node;
            this.own = own;
            targets = topology.targets(node);
        }

        void next() {
            if (load.flow() == Load.Flow.SATURATED) {
                scheduler.after(REFILL, () -> {
                    if (scheduler.now() >= sendingEnds) return;
                    fill();
                    next();
                });
                return;
            }
            double gap = -Math.log(1 - own.nextDouble()) / load.messagesPerSecond();
            scheduler.after((long) (gap * Scheduler.SECOND), () -> {
                if (scheduler.now() >= sendingEnds) return;
                send();
                next();
            });
        }

        private void fill() {
            for (int target : targets) {
                machines.get(node).fill(name(target), load.messageBytes(), () -> {
                    long message = nextMessage++;
                    ways.put(message, new Way(name(node), name(target), ""));
                    return new Machine.Letter("", "subject", bodies.of(message, load.messageBytes()), message);
                });
            }
        }

        private void send() {
            int target = targets.get(own.nextInt(targets.size()));
            boolean one = options.scheme() == SimOptions.Scheme.PAPER || load.flow() != Load.Flow.MIXED;
            String stream = one ? "" : STREAMS[own.nextInt(STREAMS.length)];
            long message = nextMessage++;
            byte[] body = bodies.of(message, size());
            if (machines.get(node).send(name(target), stream, "subject" + own.nextInt(4), body, message))
                ways.put(message, new Way(name(node), name(target), stream));
        }

        private int size() {
            if (load.flow() != Load.Flow.MIXED) return load.messageBytes();
            int usual = own.nextInt(1, 2 * load.messageBytes() + 1);
            if (options.scheme() == SimOptions.Scheme.PAPER) return Math.min(usual, 4000);
            return switch (own.nextInt(100)) {
                case 0 -> usual * 100;
                case 1, 2, 3, 4, 5 -> usual * 10;
                default -> usual;
            };
        }
    }

    private final Map<Long, Way> ways = new HashMap<>();

    /** Tells ledger and inspector. */
    private final class Watcher implements Witness {
        @Override
        public void onOffered(Machine machine, long message, long token) {
            Way way = ways.remove(message);
            if (way == null) throw new IllegalStateException("no way for " + message);
            ledger.onOffered(message, way);
            tokens.put(new Token(way.from(), way.to(), token), message);
        }

        @Override
        public void onAccepted(Machine machine, List<Long> messages) {
            messages.forEach(ledger::onAccepted);
        }

        @Override
        public void onForgotten(Machine machine, List<Long> messages) {
            if (traced) trace(machine, "forgets " + messages);
            messages.forEach(ledger::onForgotten);
        }

        @Override
        public void onRefused(Machine machine, long message, String why) {
            ways.remove(message);
            ledger.onRefused();
        }

        @Override
        public void onPost(Machine machine, NodeEffect.Post post) {
            if (traced) trace(machine, "posts " + inspector.text(post));
            inspector.onPost(machine.name(), post, machine.writers(post.peer()).capabilities(), topology.answers());
        }

        @Override
        public void onOutcome(Machine machine, NodeEffect.Post post, Outcome outcome) {
            if (traced) trace(machine, "post to " + post.peer() + " by lane " + post.lane() + ": " + outcome);
            if (index(post.peer()) == 0) meter.onOutcome(post, outcome, scheduler.now());
            switch (outcome) {
                case Outcome.Posted posted -> {
                    if (post.document()) {
                        documents++;
                    } else {
                        posts++;
                        characters += Armour.BASE32768.characters(post.packet().length);
                    }
                    inspector.onPosted(posted.post(), post);
                    if (!post.document())
                        places.get(index(post.peer())).onPosted(posted.post().message(), post.packet());
                }
                case Outcome.FloodWait wait -> floodWaits++;
                default -> {}
            }
        }

        @Override
        public void onUpdates(Machine machine, List<RawUpdate> updates) {
            if (traced)
                trace(
                        machine,
                        "reads " + updates.size() + " updates up to "
                                + updates.getLast().updateId());
            for (RawUpdate update : updates) inspector.onUpdate(machine.reader()::arrival, update);
        }

        @Override
        public void onDelivered(Machine machine, Delivery delivery) {
            delivered++;
            if (traced)
                trace(
                        machine,
                        "handles message " + bodies.message(delivery.body()) + " of " + delivery.peer() + ", stream '"
                                + delivery.stream() + "'" + (delivery.again() ? " again" : ""));
            Long message = bodies.message(delivery.body());
            if (message != null && index(machine.name()) == 0 && ledger.awaits(message))
                meter.onDelivered(ledger.sentAt(message), scheduler.now());
            ledger.onDelivered(machine.name(), message, delivery, bodies.intact(delivery.body()));
        }

        @Override
        public void onDone(Machine machine, Delivery delivery) {
            Long message = bodies.message(delivery.body());
            if (message != null) ledger.onDone(machine.name(), message);
        }

        @Override
        public void onLost(Machine machine, NodeEffect.Lost lost) {
            if (traced) trace(machine, "tells " + lost);
            count("Lost");
            Long message = tokens.get(new Token(machine.name(), lost.peer(), lost.token()));
            if (message != null) ledger.onReported(message);
        }

        @Override
        public void onReached(Machine machine, NodeEffect.Reached reached) {
            count("Reached" + reached.level());
        }

        @Override
        public void onEvent(Machine machine, NodeEvent event) {
            if (traced) trace(machine, "tells " + event);
            count(
                    event instanceof NodeEvent.Refused refused
                            ? "Refused " + refused.reason()
                            : event.getClass().getSimpleName());
            if (event instanceof NodeEvent.Missed missed)
                ledger.onMissed(missed.peer(), machine.name(), missed.pieces());
        }

        @Override
        public void onKilled(Machine machine) {
            if (traced) trace(machine, "dies");
            ledger.onKilled(machine.name());
        }

        private void count(String what) {
            events.merge(what, 1L, Long::sum);
        }
    }
}
