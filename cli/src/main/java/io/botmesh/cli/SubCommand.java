package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.wire.LinkSender.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh sub}: what is published on topics. */
@Command(
        name = "sub",
        sortOptions = false,
        description = {
            "Print what is published on the topics that this node reads, a message on a line.",
            "Ends by a signal, with exit code 0."
        })
final class SubCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SUBJECT",
            defaultValue = ">",
            description = "Which subjects: * stands for a word, > at the end for all that follow (default: all).")
    private String subject = ">";

    @Option(
            names = "--queue",
            paramLabel = "GROUP",
            description = "Share the work: of the nodes with this group one gets each message.")
    private @Nullable String queue;

    @Option(names = "--count", paramLabel = "N", description = "End after so many messages.")
    private @Nullable Integer count;

    private final ReentrantLock printing = new ReentrantLock();

    @Override
    public Integer call() throws Exception {
        var terminal = botmesh.terminal();
        try (var serving = Serving.until(count)) {
            return node.runWith(terminal, Level.STORED, running -> subscribe(running, serving), running -> {
                terminal.say("botmesh: node " + node.name() + " reads " + subject);
                return serving.await(running);
            });
        }
    }

    private void subscribe(Node running, Serving serving) {
        Message.Handler handler = message -> {
            print(message);
            serving.count();
        };
        try {
            if (queue == null) running.subscribe(subject, handler);
            else running.subscribe(subject, queue, handler);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** A line at a time; a message is done when its line is out. */
    private void print(Message message) {
        printing.lock();
        try {
            botmesh.terminal().print(botmesh.json() ? NodeMixin.json(message) : NodeMixin.line(message));
        } finally {
            printing.unlock();
        }
    }
}
