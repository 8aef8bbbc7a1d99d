package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Lease.Standing;
import io.botmesh.runner.LeaseException;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.MemoryLease;
import io.botmesh.runner.Retrying;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs of one bot that take turns. */
@NullUnmarked // fields that are set before each test
@Timeout(300)
class BotLeaseTest {
    @StartEmulator
    Telegram telegram;

    private final MemoryLease.Place place = new MemoryLease.Place();
    private final Journal<RawUpdate> journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
    private final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();
    private TestBot account;
    private TestPerson ann;

    @BeforeEach
    void people() {
        telegram.withPatience(Duration.ofMinutes(2));
        account = telegram.bot("echo_bot");
        ann = telegram.person("Ann");
    }

    private BotOptions options() {
        Retrying.Listener refusals = (failure, failures, pause) -> log.add("refused: " + failure);
        return BotOptions.of(account.token())
                .withServer(ApiOptions.defaults().withBase(account.api()))
                .withSource(LongPolling.defaults().withListener(refusals));
    }

    /** One that answers with its name. */
    private Bot bot(String name) {
        var bot = new Bot(options().withLease(new MemoryLease(place), fence -> {
            log.add(name + " opens the journal under " + fence);
            return journal;
        }));
        bot.on(message().text(), (ctx, text) -> ctx.reply(name + ": " + text));
        return bot;
    }

    private static CompletableFuture<Throwable> start(Bot bot) {
        var started = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                bot.start();
                started.complete(new Throwable("no failure"));
            } catch (Throwable failed) {
                started.complete(failed);
            }
        });
        return started;
    }

    private String answerTo(String text) throws InterruptedException {
        ann.says(account, text);
        return ann.awaitReply(account).text();
    }

    @Test
    void line27ANewVersionIsStartedAndTheOldOneEndsByItself() throws Exception {
        try (var old = bot("old");
                var next = bot("next")) {
            old.start();
            assertThat(answerTo("1")).isEqualTo("old: 1");
            next.start();
            assertThat(old.stopped().get().cancelled()).isZero();
            assertThat(answerTo("2")).isEqualTo("next: 2");
            assertThat(log).containsExactly("old opens the journal under 1", "next opens the journal under 2");
            old.start(); // and back
            assertThat(next.stopped().get()).isNotNull();
            assertThat(answerTo("3")).isEqualTo("old: 3");
        }
        assertThat(new MemoryLease(place).acquire()).isEqualTo(4);
        assertThat(log).hasSize(3).noneMatch(line -> line.startsWith("refused"));
    }

    private static void asks(Bot bot) {
        bot.command("ask", ctx -> ctx.reply("Hello " + ctx.ask("Who?", message().text())));
    }

    @Test
    void line7OnlyABotWithoutAJournalIsWarnedThatItsConversationsEndWithTheProcess() throws Exception {
        var leased = new Bot(options().withLease(new MemoryLease(place), fence -> journal));
        var bare = new Bot(options());
        try (var lines = new Lines(Conversation.class);
                leased;
                bare) {
            for (var bot : List.of(leased, bare)) {
                asks(bot);
                bot.start();
                assertThat(answerTo("/ask")).isEqualTo("Who?");
                assertThat(answerTo("Ann")).isEqualTo("Hello Ann");
                bot.stop();
                if (bot == leased) assertThat(lines.left()).isEmpty();
            }
            assertThat(lines.left()).singleElement().asString().contains("this bot has no journal");
        }
    }

    @Test
    void aStopGivesTheLeaseBackAndTheNextStartWaitsForItAnew() throws Exception {
        var other = new MemoryLease(place);
        try (var bot = bot("bot")) {
            bot.start();
            assertThat(answerTo("1")).isEqualTo("bot: 1");
            bot.stop();
            assertThat(bot.stopped()).isCompleted();
            assertThat(other.acquire()).isEqualTo(2);
            var started = start(bot);
            while (other.renew() != Standing.WANTED) Thread.onSpinWait();
            assertThat(started).isNotDone();
            other.release();
            assertThat(started.join()).hasMessage("no failure");
            assertThat(answerTo("2")).isEqualTo("bot: 2");
        }
    }

    @Test
    void aStopEndsTheWaitForTheLease() throws Exception {
        var other = new MemoryLease(place);
        other.acquire();
        try (var bot = bot("bot")) {
            var started = start(bot);
            while (other.renew() != Standing.WANTED) Thread.onSpinWait();
            bot.stop();
            assertThat(started.join()).isInstanceOf(InterruptedException.class);
            assertThat(other.renew()).isEqualTo(Standing.HELD);
            assertThat(log).isEmpty();
        }
    }

    @Test
    void line27ALostLeaseInterruptsHandlersAndEndsTheBotWithAWord() throws Exception {
        var bot = new Bot(options().withLease(new MemoryLease(place)).withStopDeadline(Duration.ofDays(1)));
        var busy = new CountDownLatch(1);
        try (bot) {
            bot.on(message().text(), (ctx, text) -> {
                busy.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException ended) {
                    log.add("interrupted");
                    throw ended;
                }
            });
            bot.start();
            ann.says(account, "1");
            busy.await();
            place.runOut();
            assertThatThrownBy(() -> bot.stopped().get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(LeaseException.class)
                    .hasMessageStartingWith("the lease was lost");
            assertThat(log).containsExactly("interrupted");
        }
    }

    @Test
    void aJournalThatCannotBeOpenedEndsTheStartAndGivesTheLeaseBack() throws Exception {
        try (var bot = new Bot(options().withLease(new MemoryLease(place), fence -> {
            throw new IllegalStateException("no disk");
        }))) {
            bot.on(message().text(), (ctx, text) -> {});
            assertThatThrownBy(bot::start).hasMessage("no disk");
        }
        assertThat(new MemoryLease(place).acquire()).isEqualTo(2);
    }

    @Test
    void aHandlerCannotWaitForItsOwnEnd() throws Exception {
        var said = new CompletableFuture<Throwable>();
        try (var bot = new Bot(options().withLease(new MemoryLease(place)))) {
            bot.on(message().text(), (ctx, text) -> {
                try {
                    bot.stop();
                } catch (IllegalStateException refused) {
                    said.complete(refused);
                }
            });
            bot.start();
            ann.says(account, "1");
            assertThat(said.join()).hasMessage("stop called by a handler");
        }
    }
}
