package io.botmesh.cli;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Links;
import io.botmesh.mesh.NodeOptions.Sharing;
import io.botmesh.mesh.PeerView;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.wire.LinkSender.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A node of a mesh of peer files, and how it is run. */
final class NodeMixin {
    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Parameters(index = "0", paramLabel = "NODE", description = "Which node this is; its secrets are in the folder.")
    private String node = "";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "The Bot API server, such as http://127.0.0.1:8081 (default: Telegram's own).")
    private @Nullable String api;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description = "What the node must not forget (default: NODE.db in the folder).")
    private @Nullable Path store;

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

    String name() {
        return node;
    }

    /**
     * Runs the node as long as that takes; it handles messages by the handler.
     *
     * @param wanted how far somebody waits for messages to come
     */
    int run(Terminal terminal, Level wanted, Message.Handler handler, Use use) throws Exception {
        return runWith(terminal, wanted, running -> running.handle(">", handler), use);
    }

    /** The same with a node that is given its handlers before it starts. */
    int runWith(Terminal terminal, Level wanted, Consumer<Node> handlers, Use use) throws Exception {
        ApiOptions server = ApiMixin.options(api);
        Sharing lanes;
        try {
            lanes = new Sharing(LaneLimits.named(limits), new LaneShare.Sticky(node));
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse("--limits: " + wrong.getMessage(), wrong);
        }
        PeerView view = new PeersCommand.Reading(terminal).read(() -> folder.view(node));
        Path file = store == null ? folder.folder().resolve(node + ".db") : store;
        try (var mesh = Mesh.of(view, server.base());
                var kept = JdbcNodeStore.open(file, node)) {
            var links = NodeOptions.defaults().links();
            var options = NodeOptions.defaults()
                    .withLanes(lanes)
                    .withLinks(new Links(
                            links.receiving(), links.sending().withWanted(wanted), links.patience(), links.recalls()));
            var setup = mesh.setup(kept).withOptions(options);
            try (var running = new Node(setup)) {
                handlers.accept(running.onEvent(event -> tell(terminal, event)));
                return use.with(running.start());
            }
        }
    }

    private static void tell(Terminal terminal, NodeEvent event) {
        switch (event) {
            case NodeEvent.Unreachable gone ->
                terminal.say("botmesh: nothing can be posted to " + gone.peer() + ": " + gone.why());
            case NodeEvent.SetAside failed ->
                terminal.say("botmesh: a message of " + failed.peer() + " was put aside: " + failed.why());
            case NodeEvent.Missed lost ->
                terminal.say("botmesh: " + lost.pieces() + " pieces of " + lost.peer() + " are lost for good");
            default -> {}
        }
    }

    /** A message as a line of JSON. */
    static String json(Message message) {
        var line = new LinkedHashMap<String, Object>();
        line.put("from", message.from());
        line.put("peer", message.isFromPeer());
        line.put("subject", message.subject());
        line.put("text", message.text());
        line.put("bytes", message.body().length);
        line.put("posted_at", message.postedAt().toString());
        line.put("request", message.isRequest());
        line.put("again", message.isAgain());
        return Json.write(line);
    }

    /** A message as a line for people. */
    static String line(Message message) {
        String subject = message.subject().isEmpty() ? "" : " " + message.subject();
        return message.from() + (message.isFromPeer() ? "" : " (a stranger)") + subject + ": " + message.text();
    }
}
