package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.ReceivedObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A node that takes what others send until it is stopped: how much, and where files go. */
final class ServeMixin {
    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodeMixin node;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FilesMixin files;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after so many messages and files; what comes beyond waits for the next run.")
    private @Nullable Integer count;

    NodeMixin node() {
        return node;
    }

    /** Takes a message or a file. */
    interface Take<T> {
        void take(T what) throws Exception;
    }

    /** What is done with messages, and how they are asked for. */
    interface Subscribing {
        void on(Node running, Message.Handler handler);
    }

    /**
     * Serves to the end.
     *
     * @param says     what it does, after its name
     * @param messages asks for messages with the handler that it is given
     * @param handler  for those
     * @param exec     gets files instead of the folder, null for the folder
     */
    int serve(
            Botmesh botmesh,
            String says,
            Subscribing messages,
            Take<Message> handler,
            MessagePrinter printer,
            @Nullable Take<ReceivedObject> exec)
            throws Exception {
        var terminal = botmesh.terminal();
        files.check();
        long mostBytes = files.mostBytes();
        try (var serving = Serving.until(count)) {
            Consumer<Node> handlers = running -> {
                messages.on(running, message -> serving.take(() -> handler.take(message)));
                running.onObject(
                        node.objects(),
                        mostBytes,
                        object -> serving.take(() -> {
                            if (exec == null) files.keep(node, object, printer);
                            else exec.take(object);
                        }));
            };
            return serving.guard(
                    terminal,
                    () -> node.run(terminal, NodePlace.Plan.toRead(), handlers, running -> {
                        terminal.say("botmesh: node " + node.name() + " reads" + says);
                        return serving.await(running);
                    }));
        }
    }

    /** Where files of peers go. */
    static final class FilesMixin {
        @Option(
                names = "--files",
                paramLabel = "DIR",
                description = "Where files go that peers send (default: NODE.files beside its secrets).")
        private @Nullable Path folder;

        @Mixin
        private MostBytesMixin most = new MostBytesMixin();

        /** @throws CommandException if no file can go there */
        void check() {
            if (folder != null && Files.exists(folder) && !Files.isDirectory(folder))
                throw CommandException.wrongUse("--files " + folder + " is no folder");
        }

        /** How large one may be. */
        long mostBytes() {
            return most.bytes();
        }

        /** Puts a file there and tells of it; no file that is there is written over. */
        void keep(NodeMixin node, ReceivedObject object, MessagePrinter printer)
                throws IOException, InterruptedException {
            Path into = folder == null ? node.files() : folder;
            try {
                Files.createDirectories(into);
            } catch (IOException broken) {
                throw new UncheckedIOException(
                        new IOException("cannot make " + into + " (" + IoReason.of(broken) + ")", broken));
            }
            printer.print(
                    object, ObjectOutput.to(into, false, true, printer::say).put(object));
        }
    }
}
