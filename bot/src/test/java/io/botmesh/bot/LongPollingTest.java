package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.SetWebhook;
import io.botmesh.botapi.TransportException;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.PollRetryOptions;
import io.botmesh.runner.PollTimeoutException;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.StopReport;
import io.botmesh.world.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines are those of docs/runner.md. */
@Timeout(300)
@SuppressWarnings("NullAway") // fields are set before each test
class LongPollingTest {
    private static final String OTHER =
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

    private static final Duration INSTANT = Duration.ofNanos(1);

    @StartEmulator
    Telegram telegram;

    private TestBot account;
    private TestPerson ann;

    /** What was retried, and after which pause. */
    private final LinkedBlockingQueue<Retry> retries = new LinkedBlockingQueue<>();

    private record Retry(Throwable failure, int failures, Duration pause) {}

    @BeforeEach
    void people() {
        account = telegram.bot("poll_bot");
        ann = telegram.person("Ann");
    }

    private ApiOptions server() {
        return ApiOptions.defaults().withBase(account.api());
    }

    /** A bot that echoes and retries at once. */
    private Bot bot(UnaryOperator<LongPolling> change) {
        var polling = LongPolling.defaults()
                .withRetry(PollRetryOptions.defaults().withPauses(INSTANT, INSTANT))
                .withListener((failure, failures, pause) -> retries.add(new Retry(failure, failures, pause)));
        var bot = new Bot(BotOptions.of(account.token()).withServer(server()).withSource(change.apply(polling)));
        new Echo().setUp(bot);
        return bot;
    }

    private void break_(Fault fault) {
        telegram.emulator().world().faults().add(fault.onMethods("getUpdates"));
    }

    private void answers() {
        ann.says(account, "ping");
        assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
    }

    private static Throwable end(CompletableFuture<StopReport> stopped) throws InterruptedException {
        try {
            throw new AssertionError("it has stopped well: " + stopped.get());
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void whatHasComeBeforeTheStartCanBeForgotten() throws Exception {
        ann.says(account, "too early");
        try (var bot = bot(polling -> polling.withDropPending(true))) {
            bot.start();
            ann.says(account, "in time");
            assertThat(ann.awaitReply(account).text()).isEqualTo("in time");
        }
        assertThat(ann.sees(account)).extracting(MessageView::text).containsOnlyOnce("too early"); // her own
    }

    @ParameterizedTest
    @CsvSource({"401,Unauthorized", "404,Not Found", "400,Bad Request: the limit is out of bounds"})
    void line12WhatCannotGetBetterEndsTheBotWithTheServersWordsAndItCanStartAgain(int code, String words)
            throws Exception {
        try (var bot = bot(polling -> polling)) {
            break_(Fault.refuse(code, words).times(1));
            bot.start();
            assertThat(end(bot.stopped()))
                    .isInstanceOf(ApiException.Rejected.class)
                    .hasMessage("getUpdates: " + code + " " + words);
            assertThat(retries).isEmpty();
            bot.start();
            answers();
        }
    }

    @Test
    void line12ATokenThatIsRevokedWhileTheBotRunsEndsRunWithAClearWord() throws Exception {
        try (var bot = bot(polling -> polling)) {
            var ended = new CompletableFuture<Throwable>();
            Thread.ofVirtual().start(() -> {
                try {
                    bot.run();
                } catch (Throwable thrown) {
                    ended.complete(thrown);
                }
            });
            awaitPoll();
            telegram.emulator().world().revoke(account.token());
            assertThat(ended.join())
                    .isInstanceOf(BotException.Refused.class)
                    .hasMessageContaining("the server does not know this token")
                    .hasMessageNotContaining(account.token());
            assertThat(bot.stop()).isEqualTo(StopReport.NOTHING);
        }
    }

    static Stream<Fault> passing() {
        return Stream.of(
                Fault.badGateway(),
                Fault.page(401, "Unauthorized"), // a proxy's, which knows nothing of tokens
                Fault.page(404, "Not Found"),
                Fault.refuse(500, "Internal Server Error: restart"),
                Fault.refuse(403, "Forbidden: for now"),
                Fault.refuse(409, OTHER),
                Fault.reset(),
                Fault.loseReply());
    }

    @ParameterizedTest
    @MethodSource("passing")
    void line12AllElseIsTriedAgain(Fault fault) throws Exception {
        try (var bot = bot(polling -> polling)) {
            break_(fault.times(3));
            bot.start();
            answers();
            assertThat(retries).extracting(Retry::failures).startsWith(1, 2, 3);
            assertThat(bot.stopped()).isNotDone();
        }
    }

    @Test
    void line10A429WaitsExactlyAsLongAsTheServerSaid() throws Exception {
        try (var bot = bot(polling -> polling)) {
            break_(Fault.tooManyRequests(77));
            bot.start();
            assertThat(retries.take().pause()).isEqualTo(Duration.ofSeconds(77));
        } // line 13: and a stop does not wait for that
    }

    @Test
    void line11ABlackHoleIsLeftAtTheDeadline() throws Exception {
        try (var bot = bot(polling ->
                polling.withPoll(polling.poll().withTimeout(Duration.ZERO).withMargin(Duration.ofSeconds(1))))) {
            break_(Fault.swallow().times(1));
            bot.start();
            answers();
            assertThat(retries.take().failure()).isInstanceOfAny(PollTimeoutException.class, TransportException.class);
        }
    }

    @Test
    void line12PatienceEndsAnOutageThatLastsTooLong() throws Exception {
        try (var bot = bot(polling -> polling.withRetry(polling.retry().withPatience(Duration.ofMillis(5))))) {
            break_(Fault.badGateway());
            bot.start();
            assertThat(end(bot.stopped())).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void line12AnotherPollerAndAWebhookAreToldApart() throws Exception {
        try (var bot = bot(polling -> polling.withOnConflict(OnConflict.FAIL))) {
            break_(Fault.refuse(409, OTHER).times(1));
            assertThatThrownBy(bot::run).hasMessageContaining("another program reads this bot's updates");
        }
        try (var bot = bot(polling -> polling)) {
            Thread.ofVirtual().start(this::setWebhookOnceItPolls);
            assertThatThrownBy(bot::run).hasMessageContaining("a webhook is set for this bot");
        }
        try (var bot = bot(polling -> polling.withDeleteWebhook(false))) {
            assertThatThrownBy(bot::run).hasMessageContaining("a webhook is set for this bot");
        }
        try (var bot = bot(polling -> polling)) {
            bot.start(); // deletes it
            answers();
        }
    }

    private void setWebhookOnceItPolls() {
        try (var api = new BotApi(server(), BotToken.parse(account.token()))) {
            awaitPoll();
            api.call(SetWebhook.of("https://127.0.0.1:8443/hook"));
        } catch (InterruptedException never) {
            throw new AssertionError(never);
        }
    }

    /** A poll is at the server and waits there. */
    private void awaitPoll() {
        while (account.calls("getUpdates").stream().noneMatch(call -> call.reply() == null)) Thread.onSpinWait();
    }

    @Test
    void line12TakingOverDeletesAWebhookThatIsSetMeanwhileAndLosesNothing() throws Exception {
        try (var bot = bot(polling -> polling.withOnConflict(OnConflict.TAKE_OVER));
                var api = new BotApi(server(), BotToken.parse(account.token()))) {
            bot.start();
            answers();
            api.call(SetWebhook.of("https://127.0.0.1:8443/hook"));
            ann.says(account, "while it was set");
            assertThat(ann.awaitReply(account).text()).isEqualTo("while it was set");
            assertThat(api.call(GetWebhookInfo.of()).url()).isEmpty();
            assertThat(bot.stopped()).isNotDone();
        }
    }

    @Test
    void line12TakingOverPushesAnotherPollerAside() throws Exception {
        try (var bot = bot(polling -> polling.withOnConflict(OnConflict.TAKE_OVER));
                var api = new BotApi(server(), BotToken.parse(account.token()))) {
            var other = new CompletableFuture<Throwable>();
            bot.start();
            answers();
            Thread.ofVirtual().start(() -> {
                try {
                    // What is not confirmed yet answers it at once; only a poll that waits can be pushed aside.
                    while (!other.isDone())
                        api.getUpdates(GetUpdates.of().withOffset(-1L).withTimeout(50L));
                } catch (Throwable refused) {
                    other.complete(refused);
                }
            });
            assertThat(other.join()).hasMessage("getUpdates: 409 " + OTHER);
            answers();
        }
    }

    @Test
    void line12TwoThatBothTakeOverDoNotGoOnForEver() throws Exception {
        try (var bot = bot(polling -> polling.withOnConflict(OnConflict.TAKE_OVER))) {
            break_(Fault.refuse(409, OTHER));
            bot.start();
            assertThat(end(bot.stopped())).isInstanceOf(ApiException.Rejected.class);
            assertThat(retries).hasSize(ApiUpdates.ENOUGH - 1);
        }
    }

    @Test
    void silenceIsAnOption() throws Exception {
        try (var bot = bot(LongPolling::silent)) {
            break_(Fault.badGateway().times(2));
            bot.start();
            answers();
            assertThat(retries).isEmpty();
        }
        assertThatCode(() -> Retrying.Listener.silent().onRetry(new Error(), 1, INSTANT))
                .doesNotThrowAnyException();
    }
}
