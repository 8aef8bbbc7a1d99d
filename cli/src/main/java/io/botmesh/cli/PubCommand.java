package io.botmesh.cli;

import io.botmesh.mesh.Node;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh pub}: messages for all who read a topic. */
@Command(
        name = "pub",
        sortOptions = false,
        description = {
            "Publish a message on a topic of the peer file; without TEXT each line of standard input is one.",
            "Ends when all of them are posted."
        })
final class PubCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Parameters(index = "1", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic = "";

    @Parameters(index = "2", paramLabel = "SUBJECT", description = "What the messages are about; fits the topic's.")
    private String subject = "";

    @Parameters(index = "3", arity = "0..1", paramLabel = "TEXT", description = "The message.")
    private @Nullable String text;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Fail when posting takes longer after the last line (default: ${DEFAULT-VALUE}).")
    private int patience = 300;

    @Override
    public Integer call() throws Exception {
        if (patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1, not " + patience);
        var published = new OnTheWay(patience);
        return node.runBriefly(
                botmesh.terminal(), NodePlace.Plan.toTopic(topic), published, running -> publish(running, published));
    }

    private int publish(Node running, OnTheWay published) throws Exception {
        var way = running.topic(topic);
        String one = text;
        if (one != null) published.add(running, () -> way.publish(subject, one).posted());
        else
            published.addLines(
                    running,
                    botmesh.terminal(),
                    line -> way.publish(subject, line).posted());
        int all = published.await("posted");
        botmesh.terminal().say("botmesh: " + all + " messages are posted on " + topic);
        return ExitCodes.OK;
    }
}
