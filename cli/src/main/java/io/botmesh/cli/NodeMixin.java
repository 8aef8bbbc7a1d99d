package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.wire.LinkSender.Level;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The node that a command is. */
final class NodeMixin {
    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodePlace place;

    @Parameters(index = "0", paramLabel = "NODE", description = "Which node this is; its secrets are in the folder.")
    private String node = "";

    String name() {
        return node;
    }

    /**
     * Runs the node as long as that takes; it handles messages by the handler.
     *
     * @param wanted how far somebody waits for messages to come
     */
    int run(Terminal terminal, Level wanted, Message.Handler handler, NodePlace.Use use) throws Exception {
        return runWith(terminal, wanted, running -> running.handle(">", handler), use);
    }

    /** The same with a node that is given its handlers before it starts. */
    int runWith(Terminal terminal, Level wanted, Consumer<Node> handlers, NodePlace.Use use) throws Exception {
        return place.run(terminal, node, wanted, UnaryOperator.identity(), handlers, use);
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
