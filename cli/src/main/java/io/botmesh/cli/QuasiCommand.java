package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.ReceivedObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "Run a node of a mesh of peer files that takes what others send.",
            "Prints each message on a line and keeps each file, or gives them to a program, whose output answers requests.",
            "Ends by a signal, with exit code 0."
        })
final class QuasiCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ServeMixin serve;

    @Mixin
    private PrintMixin printing = new PrintMixin();

    @Option(
            names = "--exec",
            paramLabel = "COMMAND",
            description = {
                "Shell command that handles each message: its body on standard input, BOTMESH_FROM and BOTMESH_SUBJECT set; and each",
                "file that a peer sends, with a name in BOTMESH_FILE that is safe here. What it prints answers a request, or is printed.",
                "If it fails the message or file comes again, eight times."
            })
    private @Nullable String exec;

    @Override
    public Integer call() throws Exception {
        var printer = printing.printer(botmesh);
        String command = exec;
        return serve.serve(
                botmesh,
                "",
                (running, handler) -> running.handle(">", handler),
                message -> handle(message, printer),
                printer,
                command == null ? null : object -> handOver(command, object, printer));
    }

    private void handle(Message message, MessagePrinter printer) throws Exception {
        if (exec == null) {
            printer.print(message);
            if (message.isRequest()) message.reply("");
            return;
        }
        byte[] said = run(
                exec,
                Map.of("BOTMESH_FROM", message.from(), "BOTMESH_SUBJECT", message.subject()),
                new ByteArrayInputStream(message.body()));
        if (message.isRequest()) message.reply(said);
        else printer.print(said);
    }

    private static void handOver(String command, ReceivedObject object, MessagePrinter printer)
            throws IOException, InterruptedException {
        try (var file = Files.newInputStream(object.file())) {
            var about = Map.of("BOTMESH_FROM", object.from(), "BOTMESH_FILE", FileNames.safe(object.name()));
            printer.print(run(command, about, file));
        }
    }

    /** What the command prints. */
    private static byte[] run(String command, Map<String, String> about, InputStream body)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(about);
        Process process = builder.start();
        try {
            Thread feeding = Thread.ofVirtual().start(() -> feed(process, body));
            byte[] said = process.getInputStream().readAllBytes();
            int code = process.waitFor();
            feeding.join();
            if (code != 0) throw new IOException("the command ended with " + code);
            return said;
        } finally {
            process.destroy();
        }
    }

    private static void feed(Process process, InputStream body) {
        try (OutputStream in = process.getOutputStream()) {
            body.transferTo(in);
        } catch (IOException notWanted) {
            // It does not read all of it: its own business.
        }
    }
}
