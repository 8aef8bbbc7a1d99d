package io.botmesh.cli;

import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.ReceivedObject;
import io.botmesh.wire.LinkSender.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh receive}: files of peers; or, without peer files, messages in the clear out of a channel. */
@Command(
        name = "receive",
        sortOptions = false,
        description = {
            "Receive files that peers send to a node of the peer file. What has come of them is kept until they are whole;",
            "their digests are checked, and no file that is there is written over.",
            "With --token-file and --journal instead of --as: messages in the clear that 'botmesh send' put into a channel."
        })
final class ReceiveCommand implements Callable<Integer> {
    private static final class HowMany {
        @Option(names = "--once", description = "End after one file or message (default).")
        @SuppressWarnings("UnusedVariable") // what is not --follow
        private boolean once;

        @Option(names = "--follow", description = "Go on until stopped (Ctrl-C or SIGTERM).")
        private boolean follow;
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Option(names = "--as", paramLabel = "NODE", description = "Which node this is; its secrets are in the folder.")
    private @Nullable String as;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodePlace place;

    @Option(names = "--token-file", paramLabel = "FILE", description = "In the clear: file with the reader's token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "In the clear: SQLite file that keeps what has arrived; made if it is missing.")
    private @Nullable Path journalFile;

    @Option(
            names = "--channel",
            paramLabel = "ID",
            description = "In the clear: listen to this channel only, its id, such as -1001234567890, or @name"
                    + " (default: every channel the bot is in).")
    private @Nullable String channel;

    @ArgGroup
    private @Nullable HowMany howMany;

    @Option(
            names = "--output",
            paramLabel = "FILE|DIR",
            description = "Write to this file, or each one to a file of its own in this directory"
                    + " (default: the current directory; in the clear standard output).")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Write over files that are there; else another name is taken.")
    private boolean overwrite;

    @Option(
            names = "--most-bytes",
            paramLabel = "N",
            description = "Refuse files that are larger (default: as large as they are).")
    private @Nullable Long mostBytes;

    @Override
    public Integer call() throws Exception {
        boolean follow = howMany != null && howMany.follow;
        if (as != null) {
            if (tokenFile != null || journalFile != null || channel != null)
                throw CommandException.wrongUse(
                        "--token-file, --journal and --channel are for messages in the clear; leave them out with --as");
            if (mostBytes != null && mostBytes < 0)
                throw CommandException.wrongUse("--most-bytes takes a number of bytes, not " + mostBytes);
            return sealed(as, follow);
        }
        if (tokenFile == null || journalFile == null)
            throw CommandException.wrongUse("say which node this is by --as, or, for messages in the clear, name the"
                    + " reader's bot by --token-file and its --journal; see botmesh receive --help");
        if (overwrite || mostBytes != null)
            throw CommandException.wrongUse("--overwrite and --most-bytes are for files of peers; add --as");
        return new PlainReceiving(botmesh, place.server()).receive(tokenFile, journalFile, channel, output, follow);
    }

    private int sealed(String node, boolean follow) throws Exception {
        var terminal = botmesh.terminal();
        var files = ObjectOutput.to(output == null ? Path.of("") : output, overwrite, follow);
        var broken = new CompletableFuture<Integer>();
        var progress = new Progress(terminal, Boolean.getBoolean("botmesh.tty"), System::nanoTime);
        try (var serving = Serving.until(follow ? null : 1)) {
            return place.run(
                    terminal,
                    node,
                    Level.STORED,
                    UnaryOperator.identity(),
                    running -> prepare(running, node, progress, object -> {
                        try {
                            progress.clear();
                            take(object, files);
                        } catch (Exception failed) {
                            broken.completeExceptionally(failed);
                            serving.end();
                            throw failed;
                        }
                        serving.count();
                    }),
                    running -> {
                        terminal.say("botmesh: node " + node + " waits for files");
                        int code = serving.await(running);
                        progress.clear();
                        return broken.isDone() ? broken.get() : code;
                    });
        }
    }

    private void prepare(Node running, String node, Progress progress, ReceivedObject.Handler handler) {
        running.onObject(place.objects(node), mostBytes == null ? Long.MAX_VALUE : mostBytes, handler)
                .onEvent(event -> {
                    if (event instanceof NodeEvent.Arriving part) progress.show(line(part));
                })
                .handle(">", message -> {
                    throw new IllegalStateException(
                            "'botmesh receive' takes files alone; run 'botmesh quasi " + node + "'");
                });
    }

    private static String line(NodeEvent.Arriving part) {
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d bytes of %s",
                part.peer(),
                part.bytes(),
                part.size(),
                FileNames.safe(part.name()));
    }

    /** Puts a file into its place; one that comes again because the process died is found there. */
    private void take(ReceivedObject object, ObjectOutput files) throws Exception {
        Path file = files.put(object);
        var terminal = botmesh.terminal();
        if (!botmesh.json()) {
            terminal.print(String.format(Locale.ROOT, "%s from %s, %,d bytes", file, object.from(), object.size()));
            return;
        }
        terminal.print(files.json(object, file));
    }
}
