package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.TimeLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Two ways of one update: its time, its slot and its conversation are those of both. */
@NullUnmarked // what the base class fills
class ForkTest extends WithEmulator {
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(2);
    private final CountDownLatch sideEnded = new CountDownLatch(1);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private void hang() throws InterruptedException {
        begun.countDown();
        never.await();
    }

    private void hangAside(Context ctx) throws InterruptedException {
        try {
            hang();
        } finally {
            sideEnded.countDown();
        }
    }

    private static void handle(Composer bot, Updates.Recorded api) throws Exception {
        bot.handle(Updates.context(Updates.text("a"), api), Next.END);
    }

    @Test
    void aStopInterruptsBothWays() throws Exception {
        try (var bot = bot(options -> options.withStopDeadline(Duration.ofMillis(1)))) {
            bot.fork().use(this::hangAside);
            bot.on(message().text(), (ctx, text) -> hang());
            bot.start();
            ann.says(account, "one");
            begun.await();
            assertThat(bot.stop().cancelled()).isEqualTo(1);
            assertThat(bot.runner().orElseThrow().stats().running()).isZero();
        }
    }

    @Test
    void theEndOfItsTimeInterruptsBothWaysWhateverTheOneThrows() throws Exception {
        var limits = TimeLimits.<RawUpdate>defaults()
                .withExecution(Duration.ofSeconds(1))
                .withGrace(Duration.ofMinutes(10));
        try (var bot = bot(options -> options.withRunner(runner -> runner.withTimes(limits)))) {
            bot.fork().use(this::hangAside);
            bot.on(message().text(), (ctx, text) -> {
                try {
                    hang();
                } catch (InterruptedException asked) {
                    throw new IOException("in its own words", asked);
                }
            });
            bot.start();
            ann.says(account, "one");
            sideEnded.await();
        }
    }

    @Test
    void aQuestionWaitsForWhatRunsBesideIt() {
        var api = new Updates.Recorded();
        var main = Thread.currentThread();
        var bot = new Composer();
        bot.fork().use(ctx -> {
            while (main.getState() != Thread.State.WAITING) Thread.onSpinWait();
            seen.add("side ends with " + api.calls.size() + " calls made");
        });
        bot.use(ctx -> {
            ctx.ask("What?", message().text());
        });
        assertThatIllegalStateException().isThrownBy(() -> handle(bot, api)).withMessageStartingWith("no runner");
        assertThat(seen).containsExactly("side ends with 0 calls made");
        assertThat(api.calls).hasSize(1);
    }

    @Test
    void whatRunsBesideOrInAWorkerCannotAsk() {
        var api = new Updates.Recorded();
        var aside = new Composer();
        aside.fork().use(ctx -> {
            ctx.ask("What?", message().text());
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(aside, api))
                .withMessageStartingWith("only a handler");
        var working = new Composer();
        working.workers(1, message()).use(ctx -> {
            ctx.ask("What?", message().text());
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(working, api))
                .withMessageStartingWith("only a handler");
        assertThat(api.calls).isEmpty();
    }

    record Count(int n) {
        Count next() {
            return new Count(n + 1);
        }
    }

    private static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));

    @Test
    void ofASessionThatBothWaysChangeNoChangeIsLost() throws Exception {
        var store = new MemorySessionStore();
        var bot = new Composer();
        bot.use(new Sessions(store));
        bot.fork().use(ctx -> {
            for (int i = 0; i < 100; i++) ctx.session(COUNT).update(Count::next);
        });
        bot.use(ctx -> {
            for (int i = 0; i < 100; i++) ctx.session(COUNT).update(Count::next);
        });
        for (int i = 0; i < 500; i++) handle(bot, new Updates.Recorded());
        assertThat(store.dump()).containsExactly("1\n{\"n\":100000}");
    }

    @Test
    void aConversationGoesOnAfterAForkInOneSlot() throws Exception {
        try (var bot = bot(options -> options.withRunner(runner -> runner.withConcurrency(1)))) {
            bot.fork().use(ctx -> seen.add("beside " + ctx.text()));
            bot.command(
                    "ask", ctx -> ctx.reply("So " + ctx.ask("What?", message().text())));
            bot.start();
            ann.says(account, "/ask");
            assertThat(ann.awaitReply(account).text()).isEqualTo("What?");
            assertThat(seen).containsExactly("beside /ask");
            ann.says(account, "that");
            assertThat(ann.awaitReply(account).text()).isEqualTo("So that");
        }
    }

    @Test
    void eachWayHasTheMatchThatLedThere() throws Exception {
        var bot = new Composer();
        bot.fork().hears(Pattern.compile("a*"), this::tellOf);
        bot.hears(Pattern.compile("(a)"), this::tellOf);
        handle(bot, new Updates.Recorded());
        assertThat(seen).containsExactlyInAnyOrder("0", "1");
    }

    private void tellOf(Context ctx) throws InterruptedException {
        begun.countDown();
        begun.await();
        seen.add(Integer.toString(ctx.match().groupCount()));
    }
}
