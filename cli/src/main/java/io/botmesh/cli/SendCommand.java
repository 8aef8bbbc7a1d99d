package io.botmesh.cli;

import io.botmesh.botapi.ChatId;
import io.botmesh.cli.LinkCommand.Until;
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
            "Send a file of any size to a peer of the peer file, sealed.",
            "Killed and started again the same way it goes on where it was. Ends when the peer has the file.",
            "With --channel and --token-file instead of --as and --to: a file in the clear, through a channel, to",
            "whoever runs 'botmesh receive' there. Ends when Telegram has all of it."
        })
final class SendCommand implements Callable<Integer> {
    private static final int PATIENCE = 300;
    private static final int PLAIN_PATIENCE = 60;

    /** The sender's name in the clear if none is given. */
    private static final String ANONYMOUS = "anonymous";

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
            description = "What the receiver is to call it (default: the file's own name).")
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
            description = "In the clear: name that the receiver sees (default: anonymous).")
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
        if (patience != null && patience < 1)
            throw CommandException.wrongUse("--patience takes seconds, at least 1, not " + patience);
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
        if (until != null) throw CommandException.wrongUse("--until is for sending to a peer; add --as and --to");
        return plain(channel, tokenFile);
    }

    private int plain(String into, Path tokens) throws Exception {
        var server = place.server();
        server.options(); // its mistakes first
        var writers = ApiMixin.tokens(tokens, botmesh.terminal());
        ChatId chat;
        try {
            chat = ChatId.of(into);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(wrong.getMessage() + "; see botmesh send --help", wrong);
        }
        var source = new PlainChannel(botmesh.terminal(), server)
                .sender(node == null ? ANONYMOUS : node, chat, writers, textOnly);
        var sending = new ObjectSending(
                botmesh,
                source,
                chat.toString(),
                Until.POSTED,
                Duration.ofSeconds(patience == null ? PLAIN_PATIENCE : patience));
        return send((file, called) -> sending.send(file, called, running -> {}, "start it again"));
    }

    private int sealed(String sender, String peer) throws Exception {
        Until level = until == null ? Until.DONE : until;
        var plan = NodePlace.Plan.toPeer(peer, level.level()).withTextOnly(textOnly);
        var sending = new ObjectSending(
                botmesh,
                (handlers, use) -> place.run(botmesh.terminal(), sender, plan, handlers, use),
                peer,
                level,
                Duration.ofSeconds(patience == null ? PATIENCE : patience));
        return send((file, called) -> sending.send(
                file,
                called,
                running -> NodeMixin.leaveMessages(
                        NodeMixin.leaveFiles(running, place.objects(sender)), botmesh.terminal()),
                "the same command goes on where this one ends"));
    }

    private interface Sends {
        int send(Path file, String called) throws Exception;
    }

    /** Sends the file, or a copy of what comes in. */
    private int send(Sends sends) throws Exception {
        String called = name;
        if (!file.equals("-")) {
            Path path = path();
            open().close(); // which says what is wrong with it
            Path last = path.toAbsolutePath().normalize().getFileName();
            if (called == null) called = String.valueOf(last);
            if (Files.isRegularFile(path)) return sends.send(path, called);
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
            return sends.send(copy, called == null ? "input" : called);
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
