package io.botmesh.cli;

import io.botmesh.mesh.Link;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.Receipt;
import io.botmesh.wire.LinkSender.Level;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh link}: lines to a peer and back. */
@Command(
        name = "link",
        sortOptions = false,
        description = {
            "Send each line of standard input as a message to a peer, and print what comes meanwhile.",
            "Files that come are kept. Ends when the input has ended, all of it has come as far as --until says, and so much has come here as --count says."
        })
final class LinkCommand implements Callable<Integer> {
    /** How far a message has to come. */
    enum Until {
        /** Telegram has it. */
        POSTED,
        /** It is on the peer's disk. */
        STORED,
        /** The peer's handler has ended. */
        DONE;

        Level level() {
            return switch (this) {
                case POSTED -> Level.POSTED;
                case STORED -> Level.STORED;
                case DONE -> Level.DONE;
            };
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        CompletableFuture<Void> of(Receipt receipt) {
            return switch (this) {
                case POSTED -> receipt.posted();
                case STORED -> receipt.stored();
                case DONE -> receipt.done();
            };
        }
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ServeMixin.FilesMixin files;

    @Mixin
    private PrintMixin printing = new PrintMixin();

    @Parameters(index = "1", paramLabel = "PEER", description = "Whom the lines are for.")
    private String peer = "";

    @Option(names = "--subject", defaultValue = "", description = "What the messages are about (default: none).")
    private String subject = "";

    @Option(
            names = "--until",
            defaultValue = "stored",
            description = "How far all have to come: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Until until = Until.STORED;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description =
                    "Fail when that takes longer after the last line (default: ${DEFAULT-VALUE}). What is not posted goes out with the next start.")
    private int patience = 300;

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "Wait until so many messages and files have come, that long as well; what comes beyond waits for the next run (default: any number, and no wait).")
    private @Nullable Integer count;

    @Override
    public Integer call() throws Exception {
        if (patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1, not " + patience);
        var printer = printing.printer(botmesh);
        files.check();
        long mostBytes = files.mostBytes();
        var wanted = new Wanted(count, () -> {});
        var sent = new OnTheWay(patience);
        return node.run(
                botmesh.terminal(),
                NodePlace.Plan.toPeer(peer, until.level()),
                running -> running.onEvent(sent)
                        .handle(">", message -> wanted.take(() -> printer.print(message)))
                        .onObject(
                                node.objects(),
                                mostBytes,
                                object -> wanted.take(() -> files.keep(node, object, printer))),
                running -> send(running, sent, wanted));
    }

    private int send(Node running, OnTheWay sent, Wanted wanted) throws Exception {
        Link link = running.link(peer);
        sent.addLines(running, botmesh.terminal(), line -> until.of(link.send(subject, line)));
        int all = sent.await(until.word());
        wanted.await(running, patience);
        if (count != null) Serving.settle(running);
        botmesh.terminal().say("botmesh: " + all + " messages to " + peer + " are " + until.word());
        return ExitCodes.OK;
    }
}
