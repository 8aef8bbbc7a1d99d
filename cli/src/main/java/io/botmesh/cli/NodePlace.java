package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Links;
import io.botmesh.mesh.NodeOptions.Sharing;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerView;
import io.botmesh.mesh.Readiness;
import io.botmesh.mesh.Topic;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a node of a mesh of peer files has its files and its server, and how it is run. */
final class NodePlace {
    /** A command waits for its peers, so they are asked soon. */
    private static final long PATIENCE_MILLIS = 3_000;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private StoreMixin stored;

    @Mixin
    private ServerMixin server = new ServerMixin();

    @Option(
            names = "--limits",
            paramLabel = "NAME",
            defaultValue = "paper",
            description = "What a writer may post: paper, faq or cautious (default: ${DEFAULT-VALUE}).")
    private String limits = "paper";

    @Option(
            names = "--self-test",
            description = {
                "Before it starts, post where this node reads and see whether that comes, unchanged. For a node whose folder also has",
                "the secrets of one that writes to it, or that publishes on a topic which it reads."
            })
    private boolean selfTest;

    /** What is done with a node that runs. */
    interface Use {
        int with(Node node) throws Exception;
    }

    /** A node that a command runs: of peer files, or of a channel and tokens alone. */
    interface Source {
        /** Runs the node as long as a use of it takes; it is given its handlers before it starts. */
        int run(Consumer<Node> handlers, Use use) throws Exception;
    }

    /**
     * What is wanted of a node.
     *
     * @param wanted   how far somebody waits for messages to come
     * @param to       peers or topics that it is to post to, whose lanes are looked at before it starts
     * @param textOnly whether no documents are sent
     */
    record Plan(Level wanted, List<String> to, boolean textOnly) {
        /** To read, and to let peers know what was handled. */
        static Plan toRead() {
            return new Plan(Level.STORED, List.of(), false);
        }

        /** To post to a peer. */
        static Plan toPeer(String peer, Level wanted) {
            return new Plan(wanted, List.of(peer), false);
        }

        /** To publish on a topic. */
        static Plan toTopic(String topic) {
            return new Plan(Level.POSTED, List.of(Topic.address(topic)), false);
        }

        Plan withTextOnly(boolean textOnly) {
            return new Plan(wanted, to, textOnly);
        }
    }

    ServerMixin server() {
        return server;
    }

    /** Says so if no topic has a queue group with a node in it: nothing comes then until the topic's owner names it. */
    void checkQueue(Terminal terminal, String node, String queue) {
        PeerFile file = PeerFolder.told(terminal, () -> stored.folder().file());
        boolean known = file.topics().values().stream()
                .anyMatch(topic -> topic.queues().getOrDefault(queue, Set.of()).contains(node));
        if (!known)
            terminal.say("botmesh: no topic of the peer file has a queue " + queue + " with " + node
                    + "; nothing comes before the topic's owner names it");
    }

    /** Where objects are put together that come to a node; goes with its store. */
    Path objects(String node) {
        return stored.folder().folder().resolve(node + ".objects");
    }

    /** Where files of peers go if nobody says otherwise. */
    Path files(String node) {
        return stored.folder().folder().resolve(node + ".files");
    }

    /** Runs a node of the peer file as long as a use of it takes. */
    int run(Terminal terminal, String node, Plan plan, Consumer<Node> handlers, Use use) throws Exception {
        ApiOptions api = server.options();
        Sharing lanes = lanes(node);
        PeerView view = PeerFolder.told(terminal, () -> stored.folder().view(node));
        for (String to : plan.to) checkKnown(view, to, plan.wanted);
        try (var mesh = Mesh.of(view, api.base());
                var kept = stored.open(node)) {
            var links = NodeOptions.defaults().links();
            var asking = new LinkSender.Options(
                    1,
                    PATIENCE_MILLIS,
                    plan.wanted,
                    links.sending().tidy(),
                    links.sending().keepMillis(),
                    true,
                    links.sending().soonMillis());
            var options = NodeOptions.defaults()
                    .withLanes(lanes)
                    .withTextOnly(plan.textOnly)
                    .withLinks(new Links(links.receiving(), asking, links.patience(), links.recalls()));
            var setup = mesh.setup(kept.store()).withOptions(options);
            checkReady(setup, plan.to);
            if (selfTest) {
                try (var transport = new JettyTransport()) {
                    new CarrierProbe(token -> new BotApi(api, token, transport), CarrierProbe.PATIENCE)
                            .require(terminal, stored.folder(), view);
                }
            }
            return start(terminal, setup, handlers, use);
        } catch (MeshException.Unreachable nobody) {
            throw server.unreachable(nobody);
        }
    }

    /** Whether there is somebody of that name to post to, as far as the files tell. */
    private static void checkKnown(PeerView view, String to, Level wanted) {
        for (PeerFile.Topic topic : view.file().topics().values()) {
            if (!Topic.address(topic.name()).equals(to)) continue;
            if (view.topicLanes(topic.name()).isEmpty())
                throw CommandException.wrongUse(view.name() + " has no tokens that post to topic " + topic.name()
                        + ": add them below [topic " + topic.name() + "] in its secrets");
            return;
        }
        String topic = to.startsWith(Topic.address(""))
                ? to.substring(Topic.address("").length())
                : "";
        if (!topic.isEmpty()) throw CommandException.wrongUse("there is no topic " + topic);
        if (to.equals(view.name())) throw CommandException.wrongUse(to + " is this node itself; name another one");
        var peer = view.peer(to)
                .orElseThrow(
                        () -> CommandException.wrongUse("there is no peer " + to + "; botmesh peers show lists them"));
        if (!peer.reachable())
            throw CommandException.wrongUse(view.name() + " has no tokens that post to " + to + ": add them below [to "
                    + to + "] in its secrets");
        if (wanted != Level.POSTED && !peer.answers())
            throw CommandException.wrongUse(to + " cannot write to " + view.name()
                    + ", so it neither answers nor tells what it has; --until posted asks for no more than that");
    }

    /** Finds out at once what a node by itself would try for long, and tells of in a log. */
    private static void checkReady(NodeSetup setup, List<String> to) throws InterruptedException {
        Carrier.Reader reader = setup.ends().reader();
        var reaching = new Reaching(Thread::sleep);
        String deaf = reader == null
                ? null
                : reaching.ask(() -> Readiness.ofReader(reader)).orElse(null);
        if (deaf != null) throw CommandException.failed(setup.name() + " cannot read: " + deaf);
        for (String each : to) {
            Carrier.Writers writers = setup.ends().writers().get(each);
            if (writers != null) checkWriters(each, writers);
        }
    }

    /** @throws CommandException if no lane may post */
    static void checkWriters(String to, Carrier.Writers writers) throws InterruptedException {
        List<String> mute = new Reaching(Thread::sleep).ask(() -> Readiness.ofWriters(writers));
        if (mute.isEmpty()) return;
        String others = mute.size() == 1 ? "" : "; none of its " + mute.size() + " lanes can post";
        throw CommandException.failed("nothing can be posted to " + to + ": " + mute.getFirst() + others);
    }

    /** Runs any node as long as a use of it takes, and tells of what happens beside its messages. */
    static int start(Terminal terminal, NodeSetup setup, Consumer<Node> handlers, Use use) throws Exception {
        try (var running = new Node(setup)) {
            handlers.accept(running.onEvent(new ToldEvents(terminal)));
            return use.with(running.start());
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IllegalArgumentException wrong)
                throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
            throw failed;
        }
    }

    private Sharing lanes(String node) {
        try {
            return new Sharing(LaneLimits.named(limits), new LaneShare.Sticky(node));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse("--limits: " + wrong.getMessage(), wrong);
        }
    }
}
