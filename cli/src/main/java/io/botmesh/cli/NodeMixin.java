package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

    /** Where its files of peers go if nobody says otherwise. */
    Path files() {
        return place.files(node);
    }

    /** Where files of peers are put together. */
    Path objects() {
        return place.objects(node);
    }

    /** As {@link NodePlace#checkQueue}. */
    void checkQueue(Terminal terminal, String queue) {
        place.checkQueue(terminal, node, queue);
    }

    /** Runs the node as long as that takes; it is given its handlers before it starts. */
    int run(Terminal terminal, NodePlace.Plan plan, Consumer<Node> handlers, NodePlace.Use use) throws Exception {
        return place.run(terminal, node, plan, handlers, use);
    }

    /**
     * The same for a command that says one thing and ends: messages that come meanwhile are told of, files wait for a command that
     * takes them.
     */
    int runBriefly(Terminal terminal, NodePlace.Plan plan, NodePlace.Use use) throws Exception {
        return runBriefly(terminal, plan, event -> {}, use);
    }

    /** The same with somebody who listens, from before its start. */
    int runBriefly(Terminal terminal, NodePlace.Plan plan, Consumer<NodeEvent> listener, NodePlace.Use use)
            throws Exception {
        return run(
                terminal,
                plan,
                running -> leaveFiles(running.onEvent(listener), objects())
                        .handle(">", message -> terminal.say(MessagePrinter.line(message))),
                use);
    }

    /** Puts files of peers together and leaves them for a later process. */
    static Node leaveFiles(Node running, Path objects) {
        return running.onObject(objects, Long.MAX_VALUE, object -> {
            throw new MeshException.Left();
        });
    }

    /** Leaves messages for a later process, and says so once. */
    static Node leaveMessages(Node running, Terminal terminal) {
        var told = new AtomicBoolean();
        return running.handle(">", message -> {
            if (!told.getAndSet(true))
                terminal.say("botmesh: messages wait for 'botmesh quasi " + running.name() + "'");
            throw new MeshException.Left();
        });
    }
}
