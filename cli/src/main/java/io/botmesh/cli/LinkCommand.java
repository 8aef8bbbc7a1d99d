package io.botmesh.cli;

import io.botmesh.mesh.Link;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.Receipt;
import io.botmesh.wire.LinkSender.Level;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
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
            "Send each line of standard input as a message to a peer, and print what comes meanwhile, from whomever.",
            "Ends when the input has ended and all of it has come as far as --until says."
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

    private final ReentrantLock printing = new ReentrantLock();

    @Override
    public Integer call() throws Exception {
        if (patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1");
        var terminal = botmesh.terminal();
        return node.run(terminal, until.level(), this::print, this::send);
    }

    private void print(Message message) {
        String line = botmesh.json() ? NodeMixin.json(message) : NodeMixin.line(message);
        printing.lock();
        try {
            botmesh.terminal().print(line);
        } finally {
            printing.unlock();
        }
    }

    private int send(Node running) throws Exception {
        Link link = running.link(peer);
        if (!link.isKnown()) throw CommandException.wrongUse("there is no peer " + peer);
        Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
        int sent = 0;
        try (var lines =
                new BufferedReader(new InputStreamReader(botmesh.terminal().in(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                waiting.add(until.of(link.send(subject, line)));
                while (!waiting.isEmpty() && waiting.getFirst().isDone())
                    waiting.removeFirst().get();
                sent++;
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
            for (var one : waiting) one.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
        } catch (TimeoutException late) {
            throw CommandException.failed(
                    "not all is " + until.name().toLowerCase(Locale.ROOT) + " after " + patience
                            + " s; what is not posted goes out when this node runs again",
                    late);
        } catch (ExecutionException failed) {
            throw unknown(failed);
        }
        botmesh.terminal()
                .say("botmesh: " + sent + " messages to " + peer + " are "
                        + until.name().toLowerCase(Locale.ROOT));
        return ExitCodes.OK;
    }

    private Exception unknown(ExecutionException failed) {
        if (failed.getCause() instanceof MeshException.Unanswered)
            return CommandException.wrongUse(
                    peer + " cannot write to this node, so nobody learns what it has: take --until posted", failed);
        return failed;
    }

    /** {@code botmesh request}: one question. */
    @Command(
            name = "request",
            sortOptions = false,
            description = {
                "Ask a peer, and print its answer. What else comes meanwhile is printed to standard error.",
                "Exit code 1 if there is no answer in time."
            })
    static final class Request implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Botmesh botmesh;

        @Mixin
        @SuppressWarnings("NullAway.Init") // set by picocli
        private NodeMixin node;

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
            if (timeout < 1) throw CommandException.wrongUse("--timeout takes seconds, at least 1");
            var terminal = botmesh.terminal();
            byte[] body = text.equals("-") ? terminal.in().readAllBytes() : text.getBytes(StandardCharsets.UTF_8);
            return node.run(
                    terminal,
                    Level.STORED,
                    message -> terminal.say(NodeMixin.line(message)),
                    running -> ask(running, body));
        }

        private int ask(Node running, byte[] body) throws Exception {
            try {
                Message reply = running.link(peer)
                        .request(subject, List.of(), body, Duration.ofSeconds(timeout))
                        .get();
                botmesh.terminal()
                        .print(
                                botmesh.json()
                                        ? NodeMixin.json(reply)
                                        : reply.text().stripTrailing());
                return ExitCodes.OK;
            } catch (IllegalArgumentException wrong) {
                throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof IllegalArgumentException wrong)
                    throw CommandException.wrongUse(String.valueOf(wrong.getMessage()), wrong);
                throw failed;
            }
        }
    }
}
