package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.ChatMember;
import io.botmesh.botapi.ChatMemberAdministrator;
import io.botmesh.botapi.ChatMemberBanned;
import io.botmesh.botapi.ChatMemberLeft;
import io.botmesh.botapi.GetChatMember;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.User;
import io.botmesh.mesh.Initiator;
import io.botmesh.mesh.InitiatorOptions;
import io.botmesh.mesh.InitiatorStatistics;
import io.botmesh.mesh.MemoryOutbox;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Outbox;
import io.botmesh.runner.JournalException;
import io.botmesh.store.JdbcOutbox;
import io.botmesh.store.SqliteDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One message into a channel without peer files: in the clear, one way. */
final class PlainSending {
    /** A message up to this size waits in memory, a larger one on disk. */
    private static final int IN_MEMORY = 16 << 20;

    private final Botmesh botmesh;
    private final ServerMixin api;

    PlainSending(Botmesh botmesh, ServerMixin api) {
        this.botmesh = botmesh;
        this.api = api;
    }

    /** Sends all of the input, and closes it. */
    int send(InitiatorOptions options, InputStream from) throws IOException, InterruptedException {
        Terminal terminal = botmesh.terminal();
        ApiOptions server = api.options();
        try (var input = from;
                var leftovers = Leftovers.watch(terminal);
                var transport = new JettyTransport()) {
            checkWriters(server.withDeadline(options.patience()), options.writers(), options.channel(), transport);
            byte[] head = input.readNBytes(IN_MEMORY);
            var body = new DigestInputStream(
                    new SequenceInputStream(new ByteArrayInputStream(head), input), Digests.sha256());
            try (var outbox = outbox(head.length < IN_MEMORY, leftovers);
                    var initiator = Initiator.open(options, token -> new BotApi(server, token, transport), outbox)) {
                var progress = new Progress(terminal, Boolean.getBoolean("botmesh.tty"), System::nanoTime);
                var showing = show(progress, initiator);
                try {
                    initiator.send("", body);
                    initiator.drain();
                } catch (MeshException.Unreachable nobody) {
                    throw api.unreachable(nobody);
                } catch (JournalException full) {
                    throw notKept("the disk is full or fails", full);
                } finally {
                    showing.close();
                    progress.clear();
                }
                report(terminal, initiator.statistics(), Digests.hex(body.getMessageDigest()));
            }
        }
        return ExitCodes.OK;
    }

    /**
     * Finds out at once whether anything can be sent; a sender by itself would try for long. Writers that turn out bad later
     * are its business.
     */
    private void checkWriters(ApiOptions server, List<BotToken> writers, ChatId chat, Transport transport)
            throws InterruptedException {
        var reasons = new ArrayList<String>();
        for (BotToken writer : writers) {
            String why = unfit(new BotApi(server, writer, transport), chat);
            if (why == null) return;
            reasons.add(why);
        }
        String others = writers.size() == 1 ? "" : "none of " + writers.size() + " writers can post: ";
        throw CommandException.failed(others + reasons.getFirst());
    }

    /** Why this writer cannot post there, or null if it seems that it can. */
    private @Nullable String unfit(BotApi bot, ChatId chat) throws InterruptedException {
        try {
            User me = bot.call(GetMe.of());
            String name = "bot @" + me.username();
            try {
                String mayNot = name + " may not post in " + chat + ": make it an administrator with the right to post";
                return switch (bot.call(GetChatMember.of(chat, me.id()))) {
                    case ChatMemberAdministrator admin when !Boolean.TRUE.equals(admin.canPostMessages()) -> mayNot;
                    // As a server writes it that knows other rights than we do.
                    case ChatMember.Unknown other
                    when other.json().text().contains("\"can_post_messages\":false") -> mayNot;
                    case ChatMemberLeft left -> name + " is not in " + chat + ": make it an administrator there";
                    case ChatMemberBanned banned ->
                        name + " is banned from " + chat + ": make it an administrator there";
                    default -> null;
                };
            } catch (ApiException refused) {
                return name + " does not get into " + chat + " (" + refused.description()
                        + "): check the id, and make the bot an administrator there";
            }
        } catch (ApiException refused) {
            return "the server does not know bot " + bot.token().botId() + " (" + refused.description()
                    + "): check its token";
        } catch (TransportException trouble) {
            throw CommandException.failed(
                    "cannot reach the Bot API at " + api.name() + " (" + trouble.getMessage()
                            + "); check --api and the network",
                    trouble);
        }
    }

    private static Outbox outbox(boolean small, Leftovers leftovers) {
        if (small) return new MemoryOutbox();
        try {
            Path work = leftovers.directory("botmesh-send-");
            System.setProperty("org.sqlite.tmpdir", work.toString()); // what it unpacks goes with the rest
            var database = leftovers.add(SqliteDatabase.open(work.resolve("outbox.db")));
            return new JdbcOutbox(database);
        } catch (IOException broken) {
            throw notKept(IoReason.of(broken), broken);
        } catch (JournalException broken) {
            throw notKept("the disk is full or fails", broken);
        }
    }

    private static CommandException notKept(String why, Exception broken) {
        return CommandException.failed(
                "cannot keep the message in " + System.getProperty("java.io.tmpdir") + " until it is sent (" + why
                        + "); free space there, or set TMPDIR to another folder",
                broken);
    }

    private static Repeating show(Progress progress, Initiator initiator) {
        return Repeating.start("progress", Duration.ofMillis(200), () -> {
            InitiatorStatistics done = initiator.statistics();
            if (done.posts() + done.documents() > 0)
                progress.show(
                        String.format(Locale.ROOT, "%,d posts and %,d documents sent", done.posts(), done.documents()));
        });
    }

    private void report(Terminal terminal, InitiatorStatistics done, String sha256) {
        try {
            print(terminal, done, sha256);
        } catch (CommandException unheard) {
            throw CommandException.failed("the message is sent, but " + unheard.message(), unheard);
        }
    }

    private void print(Terminal terminal, InitiatorStatistics done, String sha256) {
        if (!botmesh.json()) {
            terminal.print(String.format(
                    Locale.ROOT,
                    "sent %,d bytes in %,d posts and %,d documents",
                    done.payloadBytes(),
                    done.posts(),
                    done.documents()));
            return;
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("length", done.payloadBytes());
        json.put("sha256", sha256);
        json.put("posts", done.posts());
        json.put("documents", done.documents());
        json.put("retried_429", done.retried429());
        terminal.print(Json.write(json));
    }
}
