package io.botmesh.cli;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh receive}: files of peers; or, without peer files, in the clear out of a channel. */
@Command(
        name = "receive",
        sortOptions = false,
        description = {
            "Receive files that peers send to a node of the peer file.",
            "What has come of them is kept until they are whole; their digests are checked, and no file that is there is written over.",
            "With --token-file and --journal instead of --as: files in the clear that 'botmesh send' put into a channel."
        })
final class ReceiveCommand implements Callable<Integer> {
    private static final class HowMany {
        @Option(names = "--once", description = "End after one file (default).")
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
            description =
                    "In the clear: take files of this channel only, its id, such as -1001234567890, or @name; those of"
                            + " others are kept in the journal (default: every channel the bot is in).")
    private @Nullable String channel;

    @ArgGroup
    private @Nullable HowMany howMany;

    @Option(
            names = "--output",
            paramLabel = "FILE|DIR",
            description = "Write to this file, or each one to a file of its own in this directory"
                    + " (default: the current directory; in the clear standard output).")
    private @Nullable Path output;

    @Option(
            names = "--raw",
            description =
                    "In the clear: print a file as it is to a terminal, too, where characters that would command it are"
                            + " written as \\u001b and the like else.")
    private boolean raw;

    @Option(names = "--overwrite", description = "Write over files that are there; else another name is taken.")
    private boolean overwrite;

    @Mixin
    private MostBytesMixin most = new MostBytesMixin();

    /** So long nothing is said about waiting where it may be in vain. */
    private static final long QUIET_SECONDS = 3;

    @Override
    public Integer call() throws Exception {
        boolean follow = howMany != null && howMany.follow;
        most.bytes(); // its mistakes first
        if (as != null) {
            if (tokenFile != null || journalFile != null || channel != null)
                throw CommandException.wrongUse(
                        "--token-file, --journal and --channel are for files in the clear; leave them out with --as");
            String node = as;
            return receive(
                    (handlers, use) -> place.run(botmesh.terminal(), node, NodePlace.Plan.toRead(), handlers, use),
                    running -> NodeMixin.leaveMessages(running, botmesh.terminal()),
                    place.objects(node),
                    "node " + node + " waits for files",
                    output == null ? Path.of("") : output,
                    follow);
        }
        if (tokenFile == null || journalFile == null)
            throw CommandException.wrongUse("say which node this is by --as, or, for files in the clear, name the"
                    + " reader's bot by --token-file and its --journal; see botmesh receive --help");
        return plain(tokenFile, journalFile, follow);
    }

    private int plain(Path tokens, Path journal, boolean follow) throws Exception {
        var terminal = botmesh.terminal();
        if (output == null && botmesh.json())
            throw CommandException.wrongUse(
                    "--json describes files on standard output; say with --output where their bytes go");
        place.server().options(); // its mistakes first
        BotToken token = ApiMixin.token(tokens, terminal);
        ChatId chat;
        try {
            chat = channel == null ? null : ChatId.of(channel);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(wrong.getMessage() + "; see botmesh receive --help", wrong);
        }
        return receive(
                new PlainChannel(terminal, place.server()).receiver(token, chat, journal),
                running -> {}, // nobody else has a use for messages of strangers
                journal.resolveSibling(journal.getFileName() + ".objects"),
                // A bot that is in no channel gets no error from Telegram, just no posts.
                chat == null
                        ? "waiting for posts; if none come, make bot " + token.botId()
                                + " an administrator of the channel"
                        : "",
                output,
                follow);
    }

    /**
     * Takes files.
     *
     * @param messages says what becomes of messages
     * @param parts    where files are put together
     * @param waits    what is said if none is there, empty for nothing
     * @param into     where they go, null for standard output
     */
    private int receive(
            NodePlace.Source node,
            Consumer<Node> messages,
            Path parts,
            String waits,
            @Nullable Path into,
            boolean follow)
            throws Exception {
        var terminal = botmesh.terminal();
        var files = into == null ? null : ObjectOutput.to(into, overwrite, follow, terminal::say);
        var printer = new MessagePrinter(terminal, botmesh.json(), false);
        var progress = new Progress(terminal, Boolean.getBoolean("botmesh.tty"), System::nanoTime);
        var news = new CountDownLatch(1);
        Integer wanted = follow ? null : (Integer) 1;
        try (var serving = Serving.until(wanted)) {
            var taking = new ObjectTaking(wanted, serving, object -> {
                news.countDown();
                progress.clear();
                if (files != null) printer.print(object, files.put(object));
                else if (raw || !Boolean.getBoolean("botmesh.tty.out")) ObjectOutput.print(object, terminal);
                else ObjectOutput.show(object, terminal);
            });
            return serving.guard(
                    terminal,
                    () -> node.run(
                            running -> messages.accept(running.onObject(parts, most.bytes(), taking::take)
                                    .onEvent(event -> {
                                        if (!(event instanceof NodeEvent.Arriving part)) return;
                                        news.countDown();
                                        if (part.bytes() < part.size()) progress.show(line(part));
                                    })),
                            running -> {
                                if (!waits.isEmpty() && !news.await(QUIET_SECONDS, TimeUnit.SECONDS))
                                    terminal.say("botmesh: " + waits);
                                int code = serving.await(running);
                                progress.clear();
                                return taking.end(code);
                            }));
        }
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
}
