package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.wire.LinkSender.Level;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        if (patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1");
        var terminal = botmesh.terminal();
        return node.run(terminal, Level.POSTED, message -> terminal.say(NodeMixin.line(message)), this::publish);
    }

    private int publish(Node running) throws Exception {
        Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
        try {
            var way = running.topic(topic);
            if (text != null) {
                waiting.add(way.publish(subject, text).posted());
            } else {
                var lines = new BufferedReader(
                        new InputStreamReader(botmesh.terminal().in(), StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    waiting.add(way.publish(subject, line).posted());
                }
            }
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
        } catch (MeshException refused) {
            throw CommandException.failed(String.valueOf(refused.getMessage()), refused);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
        try {
            for (var one : waiting) one.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw CommandException.failed(
                    "not all is posted after " + patience + " s; the rest goes out when this node runs again", late);
        }
        botmesh.terminal().say("botmesh: " + waiting.size() + " messages are posted on " + topic);
        return ExitCodes.OK;
    }
}
