package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.LimitOptions;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.SendLimits;
import io.botmesh.botapi.SendMessage;
import io.botmesh.emulatorjunit.LimitProfile;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.Fault;
import io.botmesh.world.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Section 6, line 28, against a server that means it. */
@Timeout(300)
class SendingTest {
    private static LimitedApi api(TestBot bot, SendLimits limits) {
        return new LimitedApi(
                new BotApi(ApiOptions.defaults().withBase(bot.api()), BotToken.parse(bot.token())),
                LimitOptions.defaults().withLimits(limits));
    }

    private static List<String> texts(TestPerson person, TestBot bot) {
        return person.sees(bot).stream()
                .map(MessageView::text)
                .filter(text -> !text.startsWith("/"))
                .toList();
    }

    @Test
    void line28EverybodyGetsHisMessageOnceThoughTheBotHasSentTooMuch(@StartEmulator Telegram telegram)
            throws Exception {
        var bot = telegram.bot("busy_bot");
        List<TestPerson> people = new ArrayList<>();
        for (int i = 0; i < 12; i++) people.add(telegram.person("Person" + i));
        for (TestPerson person : people) person.opens(bot);
        telegram.emulator().world().limits(Limits.OFF.withBot(new Limits.Rate(1, Duration.ofSeconds(1), 5)));
        var api = api(bot, SendLimits.OFF);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (TestPerson person : people)
                calls.add(threads.submit(() -> api.call(SendMessage.of(person.id(), "hello"))));
            for (Future<?> call : calls) call.get();
        }
        for (TestPerson person : people) assertThat(texts(person, bot)).containsExactly("hello");
        assertThat(api.stats().floodWaits()).as("the server did refuse").isPositive();
    }

    @Test
    void line28AChatsMessagesArriveInTheOrderMadeThroughRefusals(
            @StartEmulator(limits = LimitProfile.PAPER) Telegram telegram) throws Exception {
        var bot = telegram.bot("quick_bot");
        var ann = telegram.person("Ann");
        ann.opens(bot);
        var api = api(bot, SendLimits.OFF);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String text = Integer.toString(i);
                calls.add(threads.submit(() -> api.call(SendMessage.of(ann.id(), text))));
                int made = i + 1; // the next is made when this one has its place
                while (placed(api, calls) < made) Thread.onSpinWait();
            }
            for (Future<?> call : calls) call.get();
        }
        assertThat(texts(ann, bot)).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(api.stats().floodWaits()).isPositive();
    }

    /** Those that are done come first: one that ends meanwhile is then missed once, and never counted twice. */
    private static long placed(LimitedApi api, List<Future<?>> calls) {
        long done = calls.stream().filter(Future::isDone).count();
        var stats = api.stats();
        return done + stats.waiting() + stats.onTheWay();
    }

    @Test
    void line28PacedByTheSameRulesNothingIsRefused(@StartEmulator(limits = LimitProfile.DOCUMENTED) Telegram telegram)
            throws Exception {
        var bot = telegram.bot("polite_bot");
        List<TestPerson> people = IntStream.range(0, 40)
                .mapToObj(i -> telegram.person("Person" + i))
                .toList();
        for (TestPerson person : people) person.opens(bot);
        var api = api(bot, SendLimits.DOCUMENTED);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int round = 0; round < 3; round++)
                for (TestPerson person : people)
                    calls.add(threads.submit(() -> api.call(SendMessage.of(person.id(), "hello"))));
            for (Future<?> call : calls) call.get();
        }
        assertThat(api.stats().floodWaits()).isZero();
    }

    @Test
    void line28AHandlerThatWaitsToSendHoldsNoSlot(@StartEmulator Telegram telegram) throws Exception {
        var echo = telegram.bot("echo_bot");
        var ann = telegram.person("Ann");
        var bob = telegram.person("Bob");
        telegram.emulator()
                .world()
                .faults()
                .add(Fault.tooManyRequests(100).onMethods("sendMessage").inChat(ann.id()));
        var options = BotOptions.of(echo.token())
                .withServer(ApiOptions.defaults().withBase(echo.api()))
                .withStopDeadline(Duration.ZERO)
                .withRunner(runner -> runner.withConcurrency(1));
        try (var bot = new Bot(options)) {
            new Echo().setUp(bot);
            bot.start();
            ann.opens(echo);
            var api = (LimitedApi) bot.api();
            while (api.stats().restingChats() == 0) Thread.onSpinWait();
            bob.opens(echo);
            assertThat(bob.awaitReply(echo).text()).isEqualTo("Hello, Bob");
            assertThat(texts(ann, echo)).isEmpty();
        }
    }

    @Test
    void line28TheBroadcastLaneIsThereInHandlersToo(@StartEmulator Telegram telegram) throws Exception {
        var news = telegram.bot("news_bot");
        var ann = telegram.person("Ann");
        var options = BotOptions.of(news.token())
                .withServer(ApiOptions.defaults().withBase(news.api()))
                .withLimits(LimitOptions.defaults().withBroadcast(new SendLimits.Rate(1, Duration.ofDays(1), 1)));
        try (var bot = new Bot(options)) {
            bot.on(message().text(), (ctx, text) -> {
                ctx.api().broadcast().call(SendMessage.of(ann.id(), "news"));
                try {
                    ctx.api().broadcast().call(SendMessage.of(ann.id(), "more"), Duration.ofMillis(1));
                } catch (ApiException notNow) {
                    ctx.reply("no more today");
                }
            });
            bot.start();
            ann.says(news, "news?");
            assertThat(ann.awaitReply(news).text()).isEqualTo("news");
            assertThat(ann.awaitReply(news).text()).isEqualTo("no more today");
        }
        assertThat(new BotApi(ApiOptions.defaults(), BotToken.parse(news.token())).broadcast())
                .as("without a limiter")
                .isInstanceOf(BotApi.class);
    }
}
