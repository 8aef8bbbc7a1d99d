package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Links;
import io.botmesh.mesh.NodeOptions.Sharing;
import io.botmesh.mesh.PeerView;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Level;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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

    /** What is done with a node that runs. */
    interface Use {
        int with(Node node) throws Exception;
    }

    ServerMixin server() {
        return server;
    }

    /** Where objects are put together that come to a node; goes with its store. */
    Path objects(String node) {
        return stored.folder().folder().resolve(node + ".objects");
    }

    /**
     * Runs a node as long as a use of it takes.
     *
     * @param wanted   how far somebody waits for messages to come
     * @param change   of the options
     * @param handlers gives the node its handlers before it starts
     */
    int run(
            Terminal terminal,
            String node,
            Level wanted,
            UnaryOperator<NodeOptions> change,
            Consumer<Node> handlers,
            Use use)
            throws Exception {
        ApiOptions api = server.options();
        Sharing lanes = lanes(node);
        PeerView view =
                new PeersCommand.Reading(terminal).read(() -> stored.folder().view(node));
        try (var mesh = Mesh.of(view, api.base());
                var kept = stored.open(node)) {
            var links = NodeOptions.defaults().links();
            var asking = new LinkSender.Options(
                    1,
                    PATIENCE_MILLIS,
                    wanted,
                    links.sending().tidy(),
                    links.sending().keepMillis(),
                    true);
            var options = NodeOptions.defaults()
                    .withLanes(lanes)
                    .withLinks(new Links(links.receiving(), asking, links.patience(), links.recalls()));
            var setup = mesh.setup(kept.store()).withOptions(change.apply(options));
            try (var running = new Node(setup)) {
                handlers.accept(running.onEvent(event -> tell(terminal, event)));
                return use.with(running.start());
            }
        } catch (MeshException.Unreachable nobody) {
            throw server.unreachable(nobody);
        }
    }

    private Sharing lanes(String node) {
        try {
            return new Sharing(LaneLimits.named(limits), new LaneShare.Sticky(node));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse("--limits: " + wrong.getMessage(), wrong);
        }
    }

    private static void tell(Terminal terminal, NodeEvent event) {
        switch (event) {
            case NodeEvent.Unreachable gone ->
                terminal.say("botmesh: nothing can be posted to " + gone.peer() + ": " + gone.why());
            case NodeEvent.SetAside failed ->
                terminal.say("botmesh: a message of " + failed.peer() + " was put aside: " + failed.why()
                        + "; see botmesh aside");
            case NodeEvent.Missed lost ->
                terminal.say("botmesh: " + lost.pieces() + " pieces of " + lost.peer() + " are lost for good");
            case NodeEvent.Refused refused
            when refused.reason().startsWith("OBJECT") ->
                terminal.say("botmesh: an object of " + refused.peer() + " was refused: " + refused.reason());
            default -> {}
        }
    }
}
