package io.botmesh.cli;

import io.botmesh.wire.LinkSender.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh request}: one question. */
@Command(
        name = "request",
        sortOptions = false,
        description = {
            "Ask a peer, and print its answer. What else comes meanwhile is printed to standard error.",
            "Exit code 1 if there is no answer in time."
        })
final class RequestCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Mixin
    private PrintMixin printing = new PrintMixin();

    @Parameters(index = "1", paramLabel = "PEER", description = "Whom to ask.")
    private String peer = "";

    @Parameters(index = "2", paramLabel = "SUBJECT", description = "What it is about.")
    private String subject = "";

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "TEXT",
            defaultValue = "-",
            description = "The question; - is standard input (default: ${DEFAULT-VALUE}).")
    private String text = "-";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private int timeout = 60;

    @Override
    public Integer call() throws Exception {
        if (timeout < 1) throw CommandException.wrongUse("--timeout takes seconds, at least 1, not " + timeout);
        var terminal = botmesh.terminal();
        var printer = printing.printer(botmesh);
        byte[] body = text.equals("-")
                ? new NamedInput("standard input", terminal.in()).readAllBytes()
                : text.getBytes(StandardCharsets.UTF_8);
        return node.runBriefly(terminal, NodePlace.Plan.toPeer(peer, Level.STORED), running -> {
            printer.printReply(running.link(peer)
                    .request(subject, List.of(), body, Duration.ofSeconds(timeout))
                    .get());
            return ExitCodes.OK;
        });
    }
}
