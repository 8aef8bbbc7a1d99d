package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.GetMe;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.runner.FailureHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sessions under the runner: who may be at one at the same time. */
class SessionOrderTest {
    record Count(int value) {
        Count plus(int more) {
            return new Count(value + more);
        }
    }

    private static final SessionPart<Count> CHAT = SessionPart.of("count", Count.class, () -> new Count(0));
    private static final SessionPart<Count> USER = CHAT.withKey(SessionPart::byUser);

    private static BotOptions options(TestBot account) {
        return BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api()));
    }

    @Test
    void line26UnderTheDefaultKeyTwoWritersNeverOverlap(@StartEmulator Telegram telegram) throws Exception {
        var account = telegram.bot("count_bot");
        var sessions = new Sessions(new MemorySessionStore());
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var ann = telegram.person("Ann");
        ann.opens(account);
        for (int i = 0; i < 60; i++) ann.says(account, "more");
        ann.says(account, "end");
        try (var bot = new Bot(options(account))) {
            bot.use(sessions);
            bot.on(message().text(), (ctx, text) -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                int before = ctx.session(CHAT).value().value();
                ctx.call(GetMe.of()); // time for another one to come between
                ctx.session(CHAT).set(new Count(before + 1));
                if (text.equals("end")) ctx.reply("" + before);
                inside.decrementAndGet();
            });
            bot.start();
            assertThat(ann.awaitReply(account).text()).isEqualTo("61");
        }
        assertThat(most).hasValue(1);
        assertThat(sessions.stats().conflicts()).isZero();
    }

    /** One user in two chats at once, and a session by user. Returns how often the handler ran. */
    private static int overlap(Telegram telegram, Sessions sessions, boolean step) throws Exception {
        var account = telegram.bot("count_bot").privacy(false);
        var ann = telegram.person("Ann");
        var group = telegram.group("G").withMember(ann).withMember(account);
        ann.says(account, "one");
        ann.says(group, "two");
        var both = new CyclicBarrier(2);
        var stored = new CountDownLatch(2);
        var runs = new AtomicInteger();
        try (var bot = new Bot(options(account).withRunner(runner -> runner.withFailures(FailureHandler.retry())))) {
            bot.use((ctx, next) -> {
                next.proceed();
                if (message().text().matches(ctx)) stored.countDown();
            });
            bot.use(sessions);
            bot.on(message().text(), (ctx, text) -> {
                var session = ctx.session(USER);
                int before = session.value().value();
                if (runs.incrementAndGet() <= 2) both.await(120, TimeUnit.SECONDS);
                if (step) session.update(count -> count.plus(1));
                else session.set(new Count(before + 1));
            });
            bot.start();
            assertThat(stored.await(120, TimeUnit.SECONDS)).isTrue();
            assertThat(bot.sessionStats()).isEqualTo(sessions.stats());
        }
        return runs.get();
    }

    @Test
    void line26AnOverlapUnderAKeyOfOnesOwnFailsAndTheRetryStartsFromWhatIsStored(@StartEmulator Telegram telegram)
            throws Exception {
        var store = new MemorySessionStore();
        var sessions = new Sessions(store);
        assertThat(overlap(telegram, sessions, false)).isEqualTo(3);
        assertThat(sessions.stats()).isEqualTo(new Sessions.Stats(3, 2, 0, 1));
        assertThat(store.dump()).containsExactly("1\n{\"value\":2}");
    }

    @Test
    void line26AnOverlapUnderAKeyOfOnesOwnIsMendedWhereFunctionsChangeTheSession(@StartEmulator Telegram telegram)
            throws Exception {
        var store = new MemorySessionStore();
        var sessions = new Sessions(store).reapplying();
        assertThat(overlap(telegram, sessions, true)).isEqualTo(2);
        assertThat(sessions.stats()).isEqualTo(new Sessions.Stats(2, 2, 1, 0));
        assertThat(store.dump()).containsExactly("1\n{\"value\":2}");
    }
}
