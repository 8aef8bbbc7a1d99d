package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.wire.LinkSender.Level;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh quasi}: a quasi-server, which prints what comes or hands it to a program. */
@Command(
        name = "quasi",
        sortOptions = false,
        description = {
            "Run a node of a mesh of peer files that takes what others send: print each message on a line,",
            "or give it to a program, whose output answers requests. Ends by a signal, with exit code 0."
        })
final class QuasiCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Option(
            names = "--exec",
            paramLabel = "COMMAND",
            description = {
                "Shell command that handles each message: its body on standard input, BOTMESH_FROM and BOTMESH_SUBJECT set.",
                "What it prints answers a request, or is printed here. If it fails the message comes again, eight times."
            })
    private @Nullable String exec;

    @Option(names = "--count", paramLabel = "N", description = "End after so many messages.")
    private @Nullable Integer count;

    private final ReentrantLock printing = new ReentrantLock();

    @Override
    public Integer call() throws Exception {
        var terminal = botmesh.terminal();
        try (var serving = Serving.until(count)) {
            return node.run(terminal, Level.STORED, message -> handle(message, serving), running -> {
                terminal.say("botmesh: node " + node.name() + " reads");
                return serving.await(running);
            });
        }
    }

    private void handle(Message message, Serving serving) throws Exception {
        if (exec != null) handOver(exec, message);
        else {
            print(botmesh.json() ? NodeMixin.json(message) : NodeMixin.line(message));
            if (message.isRequest()) message.reply("");
        }
        serving.count();
    }

    /** A line at a time; a message is done when its line is out. */
    private void print(String line) {
        printing.lock();
        try {
            botmesh.terminal().print(line);
        } finally {
            printing.unlock();
        }
    }

    private void handOver(String command, Message message) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("BOTMESH_FROM", message.from());
        builder.environment().put("BOTMESH_SUBJECT", message.subject());
        Process process = builder.start();
        try {
            Thread.ofVirtual().start(() -> feed(process, message.body()));
            byte[] said = process.getInputStream().readAllBytes();
            int code = process.waitFor();
            if (code != 0) throw new IOException("the command ended with " + code);
            if (message.isRequest()) message.reply(said);
            else if (said.length > 0) {
                String text = new String(said, StandardCharsets.UTF_8);
                print(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            }
        } finally {
            process.destroy();
        }
    }

    private static void feed(Process process, byte[] body) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(body);
        } catch (IOException notWanted) {
            // It does not read all of it: its own business.
        }
    }
}
