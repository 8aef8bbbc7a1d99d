package io.botmesh.e2e;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.Journals;
import io.botmesh.bot.LongPolling;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Codec;
import io.botmesh.runner.Journal;
import io.botmesh.runner.LongPollOptions;
import io.botmesh.runner.PollRetryOptions;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bot of {@link SoakTest}: {@code API TOKEN JOURNAL}, a folder or a SQLite file {@code *.db}. Says each effect as a line, {@code heap BYTES} for each byte that
 * it reads, and at the end of its input how many updates are left.
 */
final class SoakBot {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out); // unbuffered: said is done
    private static final ReentrantLock SAYING = new ReentrantLock();

    private SoakBot() {}

    public static void main(String[] args) throws Exception {
        var token = BotToken.parse(args[1]);
        var place = Path.of(args[2]);
        if (!place.toString().endsWith(".db")) {
            try (var journal = Journals.open(place, token)) {
                run(URI.create(args[0]), token, journal);
            }
            return;
        }
        try (var database = SqliteDatabase.open(place);
                var journal = new JdbcJournal<>(
                        database,
                        token.botId(),
                        RawUpdate::updateId,
                        new Codec<RawUpdate>(RawUpdate::bytes, RawUpdate::parse))) {
            run(URI.create(args[0]), token, journal);
        }
    }

    private static void run(URI api, BotToken token, Journal<RawUpdate> journal) throws Exception {
        var bot = new Bot(BotOptions.of(token)
                .withServer(ApiOptions.defaults().withBase(api))
                .withSource(LongPolling.defaults()
                        .withPoll(LongPollOptions.defaults()
                                .withTimeout(Duration.ofSeconds(2))
                                .withMargin(Duration.ofSeconds(1)))
                        .withRetry(
                                PollRetryOptions.defaults().withPauses(Duration.ofMillis(50), Duration.ofSeconds(1))))
                .withJournal(journal));
        bot.on(message().text(), (ctx, text) -> {
            Thread.sleep(Math.floorMod(text.hashCode() * 31 + ctx.attempt(), 20));
            say("did " + ctx.chatId() + " " + text + " " + ctx.attempt());
        });
        bot.start();
        while (System.in.read() >= 0) say("heap " + heapBytes());
        bot.stop();
        say("left " + journal.size());
    }

    private static long heapBytes() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static void say(String words) throws IOException {
        SAYING.lock();
        try {
            OUT.write((words + " .\n").getBytes(StandardCharsets.US_ASCII));
        } finally {
            SAYING.unlock();
        }
    }
}
