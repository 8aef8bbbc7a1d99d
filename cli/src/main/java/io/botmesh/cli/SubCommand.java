package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.Subject;
import java.util.concurrent.Callable;
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
    private ServeMixin serve;

    @Mixin
    private PrintMixin printing = new PrintMixin();

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

    @Override
    public Integer call() throws Exception {
        var printer = printing.printer(botmesh);
        checkSubject();
        if (queue != null) serve.node().checkQueue(botmesh.terminal(), queue);
        return serve.serve(botmesh, " " + subject, this::subscribe, printer::print, printer, null);
    }

    /** Before anything is asked of the server. */
    private void checkSubject() {
        try {
            new Subject(subject);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private void subscribe(Node running, Message.Handler handler) {
        if (queue == null) running.subscribe(subject, handler);
        else running.subscribe(subject, queue, handler);
        NodeMixin.leaveMessages(running, botmesh.terminal()); // they are for this node alone, and on no topic
    }
}
