package io.botmesh.cli;

import io.botmesh.botapi.ChatId;
import io.botmesh.cli.LinkCommand.Until;
import io.botmesh.mesh.InitiatorOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh send}: a file of any size to a peer; or, without peer files, in the clear into a channel. */
@Command(
        name = "send",
        sortOptions = false,
        description = {
            "Send a file of any size to a peer of the peer file, sealed. Killed and started again the same way it",
            "goes on where it was. Ends when the peer has the file.",
            "With --channel and --token-file instead of --as and --to: one message in the clear, through a channel, to",
            "whoever runs 'botmesh receive' there. Ends when Telegram has all of it."
        })
final class SendCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    @Option(names = "--as", paramLabel = "NODE", description = "Which node this is; its secrets are in the folder.")
    private @Nullable String as;

    @Option(names = "--to", paramLabel = "PEER", description = "Whom the file is for.")
    private @Nullable String to;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private NodePlace place;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the peer is to call it (default: the file's own name).")
    private @Nullable String name;

    @Option(
            names = "--until",
            description = "How far it has to come: ${COMPLETION-CANDIDATES} (default: done, the peer has it in place).")
    private @Nullable Until until;

    @Option(names = "--token-file", paramLabel = "FILE", description = "In the clear: file with the writers' tokens.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--channel",
            paramLabel = "ID",
            description = "In the clear: id of the channel, such as -1001234567890, or @name.")
    private @Nullable String channel;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "In the clear: name that the receiver sees (default: none).")
    private @Nullable String node;

    @Option(names = "--text-only", description = "Send text posts only, no documents.")
    private boolean textOnly;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "Give up when nothing comes of it for so long (default: 300 to a peer, 60 in the clear).")
    private @Nullable Integer patience;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "What to send; - is standard input (default: ${DEFAULT-VALUE}).")
    private String file = "-";

    @Override
    public Integer call() throws Exception {
        if (patience != null && patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1");
        if (as != null && to != null) {
            if (channel != null || tokenFile != null || node != null)
                throw CommandException.wrongUse(
                        "--channel, --token-file and --node are for sending in the clear; leave them out with --as");
            return sealed(as, to);
        }
        if (as != null || to != null) throw CommandException.wrongUse("--as and --to go together; give both");
        if (channel == null || tokenFile == null)
            throw CommandException.wrongUse(
                    "say who sends to whom by --as and --to, or, to send in the clear, where by --channel and"
                            + " --token-file; see botmesh send --help");
        if (name != null || until != null)
            throw CommandException.wrongUse("--name and --until are for sending to a peer; add --as and --to");
        return plain(channel, tokenFile);
    }

    private int plain(String into, Path tokens) throws IOException, InterruptedException {
        var server = place.server();
        server.options(); // its mistakes first
        var writers = ApiMixin.tokens(tokens, botmesh.terminal());
        InitiatorOptions options;
        try {
            options = InitiatorOptions.of(ChatId.of(into), writers)
                    .withNode(node == null ? "" : node)
                    .withTextOnly(textOnly)
                    .withPatience(Duration.ofSeconds(patience == null ? 60 : patience))
                    .withOutboxBytes(Long.MAX_VALUE);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(wrong.getMessage() + "; see botmesh send --help", wrong);
        }
        return new PlainSending(botmesh, server).send(options, open());
    }

    private int sealed(String sender, String peer) throws Exception {
        Until level = until == null ? Until.DONE : until;
        var sending = new ObjectSending(
                botmesh, place, sender, peer, level, Duration.ofSeconds(patience == null ? 300 : patience), textOnly);
        if (!file.equals("-")) {
            Path path = path();
            open().close(); // which says what is wrong with it
            Path last = path.toAbsolutePath().normalize().getFileName();
            return sending.send(path, name != null || last == null ? String.valueOf(name) : last.toString());
        }
        try (var leftovers = Leftovers.watch(botmesh.terminal());
                var input = open()) {
            // It is read twice: a digest goes before it.
            Path copy = leftovers.directory("botmesh-send-").resolve("input");
            try {
                Files.copy(input, copy);
            } catch (IOException broken) {
                throw CommandException.failed(
                        "cannot keep the input in " + System.getProperty("java.io.tmpdir") + " (" + IoReason.of(broken)
                                + "); free space there, or set TMPDIR to another folder",
                        broken);
            }
            return sending.send(copy, name == null ? "input" : name);
        }
    }

    private Path path() {
        try {
            return FileNames.parse(file);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse("cannot send '" + file + "': " + wrong.getMessage(), wrong);
        }
    }

    private InputStream open() throws IOException {
        if (file.equals("-"))
            return new NamedInput("standard input", botmesh.terminal().in());
        Path path = path();
        if (Files.isDirectory(path)) throw CommandException.wrongUse(file + " is a directory; send one file");
        try {
            return new NamedInput(file, Files.newInputStream(path));
        } catch (NoSuchFileException missing) {
            throw CommandException.wrongUse(file + " does not exist; name a file, or - for standard input", missing);
        } catch (IOException broken) {
            throw CommandException.wrongUse("cannot read " + file + " (" + IoReason.of(broken) + ")", broken);
        }
    }
}
