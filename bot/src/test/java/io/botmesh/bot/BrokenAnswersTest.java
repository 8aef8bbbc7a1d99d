package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.Transport;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.PollRetryOptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullUnmarked // fields that are set before each test
@Timeout(300)
class BrokenAnswersTest {
    private static final Duration INSTANT = Duration.ofNanos(1);

    @StartEmulator
    Telegram telegram;

    /** The way to the server: each answer to a poll goes through its hands. */
    private record Meddling(Transport way, UnaryOperator<String> hands) implements Transport {
        @Override
        public Answer execute(Request request, Duration deadline) throws InterruptedException {
            Answer answer = way.execute(request, deadline);
            if (request.lane() != Lane.POLL) return answer;
            try (answer) {
                byte[] touched =
                        hands.apply(new String(answer.readAll(1 << 20), UTF_8)).getBytes(UTF_8);
                return new Answer(answer.status(), Map.of()) {
                    @Override
                    public InputStream body() {
                        return new ByteArrayInputStream(touched);
                    }

                    @Override
                    public void close() {}
                };
            }
        }

        @Override
        public void close() {
            way.close();
        }
    }

    private BotOptions options(TestBot account) {
        return BotOptions.of(account.token())
                .withSource(LongPolling.defaults()
                        .silent()
                        .withRetry(PollRetryOptions.defaults().withPauses(INSTANT, INSTANT)));
    }

    private BotApi api(TestBot account, Transport transport) {
        return new BotApi(ApiOptions.defaults().withBase(account.api()), BotToken.parse(account.token()), transport);
    }

    private static void say(TestPerson who, TestBot account, int texts, int culprit) {
        for (int n = 1; n <= texts; n++) who.says(account, n == culprit ? "the culprit" : "text " + n);
    }

    /** Whatever the bot asks for, the answer ends within that update, or its brackets do not match there. */
    private static String broken(String answer) {
        int culprit = answer.indexOf("culprit");
        if (culprit < 0) return answer;
        return culprit % 2 == 0 ? answer.substring(0, culprit) : answer.replace("culprit", "culprit\"}]}]]");
    }

    @Test
    void line14AnUpdateThatBreaksEveryAnswerItIsInIsADeadLetterAndAllOthersAreHandled() throws Exception {
        for (int culprit : new int[] {1, 7, 12}) {
            var account = telegram.bot("echo" + culprit + "_bot");
            var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
            var handled = new LinkedBlockingQueue<String>();
            say(telegram.person("Ann"), account, 12, culprit);
            try (var transport = new Meddling(new JettyTransport(), BrokenAnswersTest::broken);
                    var api = api(account, transport);
                    var bot = new Bot(options(account).withJournal(journal), api)) {
                bot.on(message().text(), (ctx, text) -> handled.add(text));
                bot.onError(error -> LastResort.Outcome.FAILED);
                bot.start();
                var texts = new ArrayList<String>();
                while (texts.size() < 11) texts.add(handled.take());
                assertThat(texts)
                        .isEqualTo(IntStream.rangeClosed(1, 12)
                                .filter(n -> n != culprit)
                                .mapToObj(n -> "text " + n)
                                .toList());
                while (journal.deadLetters().count() == 0) Thread.onSpinWait();
            }
            var letters = journal.deadLetters().list(0, 10);
            assertThat(letters).hasSize(1);
            assertThat(new String(
                            Objects.requireNonNull(letters.getFirst().update()).bytes(), UTF_8))
                    .startsWith("{\"update_id\":")
                    .contains("Ann");
        }
    }

    @Test
    void line14WithoutAJournalItIsPassedOverToo() throws Exception {
        var account = telegram.bot("echo_bot");
        var handled = new LinkedBlockingQueue<String>();
        say(telegram.person("Ann"), account, 5, 3);
        try (var transport = new Meddling(new JettyTransport(), BrokenAnswersTest::broken);
                var api = api(account, transport);
                var bot = new Bot(options(account), api);
                var lines = new Lines(ApiUpdates.class)) {
            bot.on(message().text(), (ctx, text) -> handled.add(text));
            bot.onError(error -> LastResort.Outcome.FAILED);
            bot.start();
            assertThat(List.of(handled.take(), handled.take(), handled.take(), handled.take()))
                    .containsExactly("text 1", "text 2", "text 4", "text 5");
            assertThat(lines.await("breaks every answer").getMDCPropertyMap()).containsKeys("bot", "update", "key");
        }
    }

    /** Such as a proxy that passes on so many bytes and no more. */
    @Test
    void line14AnswersThatAreTooLongForTheirWayAreAskedForInParts() throws Exception {
        var account = telegram.bot("echo_bot");
        var handled = new LinkedBlockingQueue<String>();
        say(telegram.person("Ann"), account, 40, 0);
        try (var transport = new Meddling(new JettyTransport(), all -> all.substring(0, Math.min(all.length(), 2000)));
                var api = api(account, transport);
                var bot = new Bot(options(account), api)) {
            bot.on(message().text(), (ctx, text) -> handled.add(text));
            bot.start();
            for (int n = 1; n <= 40; n++) assertThat(handled.take()).isEqualTo("text " + n);
        }
    }

    @Test
    void aPassingTroubleChangesNothing() {
        var answers = new BrokenAnswers();
        for (int time = 0; time < 10; time++) {
            assertThat(answers.isSetAside(100)).isFalse();
            assertThat(answers.isSetAside(100)).isFalse();
            assertThat(answers.limit(100)).isEqualTo(100);
            answers.onWhole();
        }
    }

    @Test
    void goesOneByOneAfterAFewAndBackByDoubling() {
        var answers = new BrokenAnswers();
        for (int time = 0; time < BrokenAnswers.ENOUGH; time++)
            assertThat(answers.isSetAside(100)).isFalse();
        for (int limit : new int[] {1, 2, 4, 8}) {
            assertThat(answers.limit(100)).isEqualTo(limit);
            answers.onWhole();
        }
        assertThat(answers.isSetAside(16)).isFalse();
        assertThat(answers.limit(100)).isOne();
        assertThat(answers.isSetAside(1)).isFalse();
        assertThat(answers.isSetAside(1)).isFalse();
        assertThat(answers.isSetAside(1)).isTrue();
        for (int time = 0; time < 40; time++) answers.onWhole();
        assertThat(answers.limit(100)).isEqualTo(100);
    }
}
