package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.LimitOptions;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.runner.MemoryLease;
import io.botmesh.runner.Source;
import io.botmesh.world.Fault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class HooksTest extends WithEmulator {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Test
    void eachStartAndEachStopIsFollowedBeforeAnyoneGoesOn() throws Exception {
        ann.says(account, "early");
        try (var bot = bot(options -> options)) {
            bot.on(message().text(), (ctx, text) -> {
                seen.add(text);
                ctx.reply(text);
            });
            bot.onStart(me -> seen.add("start of " + me.username()));
            bot.onStart(me -> seen.add("again"));
            bot.onStop((report, failure) -> {
                bot.api().call(SendMessage.of(ann.id(), "bye"));
                seen.add("stop " + failure + " " + bot.stop().leftInJournal());
                assertThatIllegalStateException().isThrownBy(bot::start);
                throw new IOException("told, and no more");
            });
            bot.onStop((report, failure) -> seen.add("stopped"));
            bot.start();
            assertThat(ann.awaitReply(account).text()).isEqualTo("early");
            bot.stop();
            seen.add("returned");
            assertThat(ann.awaitReply(account).text()).isEqualTo("bye");
            bot.start();
            bot.start();
            ann.says(account, "late");
            assertThat(ann.awaitReply(account).text()).isEqualTo("late");
        }
        assertThat(seen)
                .containsExactly(
                        "start of test_bot",
                        "again",
                        "early",
                        "stop null 0",
                        "stopped",
                        "returned",
                        "start of test_bot",
                        "again",
                        "late",
                        "stop null 0",
                        "stopped");
    }

    /** Long polls that say what is done with them. */
    private BotSource told() {
        return (api, kinds) -> {
            seen.add("opened");
            var source = LongPolling.defaults().open(api, kinds);
            return new Source<>() {
                @Override
                public List<RawUpdate> next(int limit) throws InterruptedException {
                    return source.next(limit);
                }

                @Override
                public void confirm(RawUpdate through) {
                    source.confirm(through);
                }

                @Override
                public void flush() throws InterruptedException {
                    seen.add("flushed");
                    source.flush();
                }

                @Override
                public void close() {
                    seen.add("closed");
                }
            };
        };
    }

    @Test
    void aSourceIsClosedWithItsBotAndNotByAStop() throws Exception {
        var bot = bot(options -> options.withSource(told()));
        bot.onStop((report, failure) -> seen.add("stopped"));
        bot.start();
        bot.stop();
        bot.start();
        bot.close();
        bot.close();
        assertThat(seen).containsExactly("opened", "flushed", "stopped", "flushed", "stopped", "closed");
    }

    @Test
    void aSourceIsClosedIfTheStartFailsAfterAll() throws Exception {
        try (var bot = bot(options -> options.withSource(told()))) {
            var failures = new CopyOnWriteArrayList<>(List.of("first", "second"));
            bot.onStart(me -> {
                if (!failures.isEmpty()) throw new IOException(failures.removeFirst());
            });
            for (int starts = failures.size(); starts > 0; starts--)
                assertThatIllegalStateException().isThrownBy(bot::start).withRootCauseInstanceOf(IOException.class);
            assertThat(seen).containsExactly("opened", "closed", "opened", "closed");
            bot.start();
            assertThat(seen).hasSize(5);
        }
        assertThat(seen.subList(4, 7)).containsExactly("opened", "flushed", "closed");
    }

    @Test
    void aSourceOfALeaseIsClosedOnce() throws Exception {
        var lease = new MemoryLease(new MemoryLease.Place());
        try (var bot = bot(options -> options.withSource(told()).withLease(lease))) {
            bot.start();
            bot.stop();
            bot.start();
        }
        assertThat(seen).containsExactly("opened", "flushed", "closed", "opened", "flushed", "closed");
    }

    @Test
    void aClosedBotDoesNotStartAndSaysSo() throws Exception {
        var fresh = bot(options -> options);
        fresh.close();
        assertThatIllegalStateException().isThrownBy(fresh::start).withMessage("the bot is closed");
        var ran = bot(options -> options);
        ran.start();
        ran.close();
        assertThatIllegalStateException().isThrownBy(ran::start).withMessage("the bot is closed");
        assertThat(ran.runner().orElseThrow().isRunning()).isFalse();
    }

    @Test
    void aBotOverAClosedClientDoesNotWaitForIt() throws Exception {
        var client = new BotApi(options().server(), options().token());
        var limited = new LimitedApi(client, LimitOptions.defaults());
        try (var bot = new Bot(options(), limited)) {
            new Echo().setUp(bot);
            client.close();
            assertThatThrownBy(bot::start).hasMessageContaining("the client is closed");
        }
    }

    @Test
    void aStartHookThatFailsFailsTheStartAndTheNextOneIsAnother() throws Exception {
        try (var bot = bot(options -> options)) {
            new Echo().setUp(bot);
            bot.onStart(me -> {
                if (seen.isEmpty()) {
                    seen.add("failed");
                    throw new IOException("no database");
                }
            });
            bot.onStop((report, failure) -> seen.add("stop"));
            assertThatThrownBy(bot::start).hasRootCauseMessage("no database");
            assertThat(bot.stopped()).isDone(); // for it has not been started
            bot.start();
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
        }
        assertThat(seen).containsExactly("failed", "stop");
        assertThat(account.calls("getMe")).hasSize(2);
    }

    @Test
    void aStopEndsAStartHookThatWaits() throws Exception {
        try (var bot = bot(options -> options)) {
            var waits = new CountDownLatch(1);
            bot.onStart(me -> {
                waits.countDown();
                new CountDownLatch(1).await();
            });
            bot.onStop((report, failure) -> seen.add("stop"));
            var start = new CompletableFuture<Throwable>();
            Thread.ofVirtual().start(() -> {
                try {
                    bot.start();
                } catch (Throwable thrown) {
                    start.complete(thrown);
                }
            });
            waits.await();
            bot.stop();
            assertThat(start.get()).isInstanceOf(InterruptedException.class);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void aBotThatCannotGoOnTellsWhy() throws Exception {
        try (var bot = bot(options -> options)) {
            bot.onStop((report, failure) -> seen.add(report + " " + failure.getMessage()));
            telegram.emulator()
                    .world()
                    .faults()
                    .add(Fault.refuse(400, "Bad Request: no")
                            .onMethods("getUpdates")
                            .times(1));
            bot.start();
            assertThatThrownBy(() -> bot.stopped().get()).isInstanceOf(ExecutionException.class);
            assertThat(seen).containsExactly("null getUpdates: 400 Bad Request: no");
        }
        assertThat(seen).hasSize(1);
    }
}
