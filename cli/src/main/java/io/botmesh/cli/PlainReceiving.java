package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetChat;
import io.botmesh.mesh.Inbox;
import io.botmesh.mesh.Incoming;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.QuasiOptions;
import io.botmesh.mesh.QuasiServer;
import io.botmesh.store.JdbcInbox;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages in the clear out of a channel, one or all. A message is done when its bytes have left this process; one whose output
 * fails stays in the journal for the next run.
 */
final class PlainReceiving {
    /** How long it may take until a message that is written is marked as done. */
    private static final Duration MARKED = Duration.ofSeconds(10);

    /** So long nothing is said about waiting. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    /** What the main thread is told. */
    private sealed interface Event {
        /** A message for output; its handler waits until {@code written}. */
        record Message(Incoming message, CompletableFuture<Boolean> written) implements Event {}

        /** Nothing more comes, for that reason or, if null, because it was asked to stop. */
        record End(@Nullable Throwable broken) implements Event {}
    }

    private final Botmesh botmesh;
    private final ServerMixin api;
    private final BlockingDeque<Event> events = new LinkedBlockingDeque<>();

    PlainReceiving(Botmesh botmesh, ServerMixin api) {
        this.botmesh = botmesh;
        this.api = api;
    }

    /** Takes one message, or all until a signal. */
    @SuppressWarnings("try") // the signal is open while all this runs
    int receive(Path tokenFile, Path journalFile, @Nullable String channel, @Nullable Path output, boolean follow)
            throws IOException, InterruptedException {
        Terminal terminal = botmesh.terminal();
        var out = MessageOutput.to(output, terminal, botmesh.json(), follow);
        var server = api.options();
        BotToken token = ApiMixin.token(tokenFile, terminal);
        // One after the other, so that messages of several senders come out as they came in.
        var anywhere = QuasiOptions.defaults().withConcurrency(1);
        ChatId chat = channel == null ? null : chat(channel);
        try (var signal = StopSignal.open(() -> events.add(new Event.End(null)));
                var database = SqliteDatabase.open(journalFile);
                var bot = new BotApi(server, token);
                var journal = JdbcJournal.ofUpdates(database, token);
                var inbox = new JdbcInbox(database)) {
            var options = chat == null ? anywhere : anywhere.withChannel(id(bot, chat));
            var quasi = QuasiServer.start(options, bot, journal, inbox, this::onMessage);
            try {
                var unused = quasi.stopped().whenComplete((ok, broken) -> events.add(new Event.End(broken)));
                if (chat == null && nothingComes())
                    terminal.say("botmesh: waiting for posts; if none come, make bot " + token.botId()
                            + " an administrator of the channel");
                write(out, inbox, follow);
            } finally {
                quasi.stop(Duration.ofSeconds(2)); // handlers that still wait keep their messages
            }
        } catch (MeshException.Unreachable nobody) {
            throw api.unreachable(nobody);
        }
        return ExitCodes.OK;
    }

    private static ChatId chat(String text) {
        try {
            return ChatId.of(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(wrong.getMessage() + "; see botmesh receive --help", wrong);
        }
    }

    /** A public channel may get another name at any time; its id stays. */
    private static long id(BotApi bot, ChatId chat) throws InterruptedException {
        if (chat instanceof ChatId.Id(long id)) return id;
        try {
            return bot.call(GetChat.of(chat)).id();
        } catch (ApiException.Rejected refused) {
            throw CommandException.failed(
                    refused.errorCode() == 400
                            ? "there is no channel " + chat + " for this bot (" + refused.description()
                                    + "): check the name, and make the bot an administrator there"
                            : "the server does not know the reader's bot (" + refused.description()
                                    + "): check the token",
                    refused);
        }
    }

    /** Whether the first moments bring nothing; a bot that is in no channel gets no error from Telegram, just no posts. */
    private boolean nothingComes() throws InterruptedException {
        Event first = events.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) events.addFirst(first);
        return first == null;
    }

    private void onMessage(Incoming message) throws InterruptedException { // on a handler's thread
        var written = new CompletableFuture<Boolean>();
        events.add(new Event.Message(message, written));
        try {
            written.get();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    /** Writes what comes, on this thread alone, so that messages do not mix. */
    private void write(MessageOutput out, Inbox inbox, boolean follow) throws IOException, InterruptedException {
        while (true) {
            switch (events.take()) {
                case Event.Message(Incoming message, CompletableFuture<Boolean> written) -> {
                    out.write(message);
                    written.complete(true);
                    awaitDone(inbox, message);
                    if (!follow) return;
                }
                case Event.End(@Nullable Throwable broken) -> {
                    if (broken instanceof MeshException.Unreachable nobody) throw nobody;
                    if (broken != null) throw Failures.explain(broken);
                    return;
                }
            }
        }
    }

    /** Its handler has returned, or is about to; the mark that it is done follows. Ended before that, the message would come again. */
    private static void awaitDone(Inbox inbox, Incoming message) throws InterruptedException {
        long deadline = System.nanoTime() + MARKED.toNanos();
        while (System.nanoTime() - deadline < 0) {
            boolean waits = inbox.known(message.stream()).ready().stream()
                    .anyMatch(other -> other.firstSequence() == message.firstSequence());
            if (!waits) return;
            Thread.sleep(2);
        }
    }
}
