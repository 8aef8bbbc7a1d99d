package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Conversations that are cancelled or run out of time. None of that is a failure, and nothing is tried again. */
@NullUnmarked
class ConversationEndTest extends WithEmulator {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Filter<String> TEXT = message().text();

    private final AtomicInteger failures = new AtomicInteger();

    private Bot bot() {
        return bot(options -> options).onError(error -> {
            failures.incrementAndGet();
            return LastResort.Outcome.ENDED;
        });
    }

    private static Conversations ending(Duration timeout, UpdateHandler cancelled, UpdateHandler timedOut) {
        return Conversations.defaults()
                .withCancel(message().command("cancel"), cancelled)
                .withTimeout(timeout, timedOut);
    }

    private static Conversations saying() {
        return ending(SHORT, ctx -> ctx.reply("Cancelled " + ctx.text()), ctx -> ctx.reply("Too late"));
    }

    /** Nothing else is said to Ann, and nothing has failed. */
    private void quietly(Bot bot) throws Exception {
        says("/ping", "pong");
        bot.stop();
        assertThat(ann.sees(account))
                .last()
                .satisfies(last -> assertThat(last.text()).isEqualTo("pong"));
        assertThat(failures).hasValue(0);
    }

    @Test
    void line7AConversationIsCancelledOrRunsOutOfTime() throws Exception {
        try (var bot = bot()) {
            bot.use(saying());
            bot.command("slow", ctx -> ctx.ask("Name?", TEXT));
            bot.command("form", ctx -> {
                ctx.reply("Name?");
                ctx.next(TEXT, LONG);
                ctx.reply("not reached");
            });
            bot.start();
            says("/form", "Name?");
            says("/cancel", "Cancelled /cancel");
            says("/slow", "Name?");
            hears("Too late");
            says("/slow", "Name?");
        }
        assertThat(failures).hasValue(0);
    }

    @Test
    void line7AConversationOfAMiddlewareOrABoundaryEndsAsThatOfAHandler() throws Exception {
        try (var bot = bot()) {
            bot.use(saying());
            bot.use((ctx, next) -> {
                if ("/who".equals(ctx.text())) {
                    ctx.reply("Who?");
                    ctx.next(TEXT, LONG);
                }
                next.proceed();
            });
            bot.errorBoundary((error, next) -> error.context().ask("Why?", TEXT))
                    .command("fail", ctx -> {
                        throw new IllegalStateException("out of order");
                    });
            bot.on(TEXT, (ctx, text) -> ctx.reply("echo " + text));
            bot.start();
            says("/who", "Who?");
            says("/cancel", "Cancelled /cancel");
            says("/fail", "Why?");
            hears("Too late");
            says("/who", "Who?");
            says("Ann", "echo Ann");
        }
        assertThat(failures).hasValue(0);
    }

    /** Each end is dealt with once, however many middlewares stand around the handler. */
    @Test
    void line7WhatDealsWithTheEndMayAskAndEndsQuietlyIfThatRunsOutOfTimeToo() throws Exception {
        for (int middlewares = 0; middlewares < 3; middlewares++) {
            var over = new CountDownLatch(1);
            try (var bot = bot()) {
                bot.command("ping", ctx -> ctx.reply("pong"));
                bot.use(ending(SHORT, ctx -> {}, ctx -> {
                    try {
                        ctx.ask("Still there?", TEXT);
                    } finally {
                        over.countDown();
                    }
                }));
                for (int i = 0; i < middlewares; i++) bot.use((ctx, next) -> next.proceed());
                bot.command("form", ctx -> ctx.ask("Name?", TEXT));
                bot.start();
                says("/form", "Name?");
                hears("Still there?");
                over.await();
                quietly(bot);
            }
        }
    }

    @Test
    void line7WhatDealsWithTheEndMayAskAndGoesOnWithTheAnswer() throws Exception {
        try (var bot = bot()) {
            bot.command("ping", ctx -> ctx.reply("pong"));
            bot.use(ending(
                    LONG,
                    ctx -> ctx.reply("yes".equals(ctx.ask("Really?", TEXT)) ? "Cancelled" : "Then not"),
                    ctx -> {}));
            bot.command("form", ctx -> ctx.ask("Name?", TEXT));
            bot.start();
            says("/form", "Name?");
            says("/cancel", "Really?");
            says("yes", "Cancelled");
            quietly(bot);
        }
    }

    @Test
    void line7WhoCancelsWhatDealsWithTheEndIsToldOnceAndSoIsWhoLetsItRunOutOfTime() throws Exception {
        try (var bot = bot()) {
            bot.command("ping", ctx -> ctx.reply("pong"));
            bot.filter(message().command("late"))
                    .use(ending(SHORT, ctx -> ctx.reply("Cancelled"), ctx -> {
                        ctx.reply("Still there?");
                        ctx.next(TEXT, LONG);
                    }))
                    .use(ctx -> ctx.ask("Name?", TEXT));
            bot.filter(message().command("form"))
                    .use(ending(
                            LONG,
                            ctx -> {
                                ctx.reply("Really?");
                                ctx.next(TEXT, ctx.text().endsWith("!") ? SHORT : LONG);
                            },
                            ctx -> ctx.reply("Too late")))
                    .use(ctx -> ctx.ask("Name?", TEXT));
            bot.start();
            says("/late", "Name?");
            hears("Still there?");
            says("/cancel", "Cancelled");
            says("/form", "Name?");
            says("/cancel now!", "Really?");
            hears("Too late");
            says("/form", "Name?");
            says("/cancel", "Really?");
            ann.says(account, "/cancel");
            quietly(bot);
        }
    }
}
