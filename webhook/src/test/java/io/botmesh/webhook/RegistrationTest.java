package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ForwardingApi;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.Keys;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.webhook.Registration.Management;
import io.botmesh.world.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who sets the webhook, and what a switch between it and polling does. */
@Timeout(300)
class RegistrationTest {
    private final Hooked hooked = new Hooked();
    private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        hooked.close();
    }

    private RunnerOptions<RawUpdate> options() {
        return RunnerOptions.<RawUpdate>defaults().withKeys(Keys.sequentialize(RawUpdate::chatId));
    }

    private String next() throws InterruptedException {
        return String.valueOf(seen.poll(120, TimeUnit.SECONDS));
    }

    private WebhookOptions managed(Management management) {
        var options = hooked.options();
        return options.withRegistration(options.registration().withManagement(management));
    }

    private Runner<RawUpdate> run(WebhookSource source) {
        return hooked.run(source, delivery -> seen.add(Hooked.text(delivery.update())), options());
    }

    @Test
    void theStartOfTheRunnerSetsTheWebhookAndAStopLeavesIt() throws Exception {
        var options = hooked.options();
        var source = hooked.source(options.withRegistration(options.registration()
                .withMaxConnections(7)
                .withAllowedUpdates(List.of(UpdateKind.MESSAGE, UpdateKind.CALLBACK_QUERY))));
        assertThat(hooked.info().url()).isEmpty();
        var runner = run(source);
        hooked.say(hooked.ann, "hello");
        assertThat(next()).isEqualTo("hello");
        var info = hooked.info();
        assertThat(info.url()).isEqualTo(hooked.url("/hook").toString());
        assertThat(info.maxConnections()).isEqualTo(7);
        assertThat(info.allowedUpdates()).containsExactlyInAnyOrder(UpdateKind.MESSAGE, UpdateKind.CALLBACK_QUERY);
        runner.close();
        assertThat(hooked.info().url()).isEqualTo(hooked.url("/hook").toString());
    }

    @Test
    void aSourceThatIsClosedTwiceTakesNothingFromTheOneAfterIt() throws Exception {
        var before = hooked.source(managed(Management.SET_AND_DELETE));
        run(before).close();
        assertThat(hooked.info().url()).isEmpty();
        var runner = run(hooked.source(managed(Management.SET_AND_DELETE)));
        hooked.say(hooked.ann, "hello");
        assertThat(next()).isEqualTo("hello");
        before.close();
        assertThat(hooked.info().url()).isEqualTo(hooked.url("/hook").toString());
        hooked.say(hooked.ann, "again");
        assertThat(next()).isEqualTo("again");
        runner.close();
    }

    @Test
    void aWebhookThatIsSomebodyElsesAffairIsNotTouched() throws Exception {
        var runner = run(hooked.source(managed(Management.NONE)));
        var answer = RawRequest.post(
                hooked.server.uri(),
                "/hook",
                WebhookSecret.of(hooked.api.token()).value(),
                "{\"update_id\":5,\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":1,\"type\":\"private\"},\"text\":\"mine\"}}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(next()).isEqualTo("mine");
        runner.close();
        assertThat(hooked.info().url()).isEmpty();
    }

    @Test
    void aRefusedAddressEndsTheRunnerWithTheServersReason() {
        var options = hooked.options();
        var nowhere = hooked.source(
                options.withRegistration(options.registration().withUrl(URI.create("https://nowhere.invalid/hook"))));
        var runner = run(nowhere);
        assertThatThrownBy(() -> runner.stopped().join()).hasMessageContaining("Failed to resolve host");
    }

    @Test
    void aServerThatIsAwayIsAskedAgainAndEachTimeLater() throws Exception {
        var failures = new AtomicInteger();
        var away = new ForwardingApi(hooked.api) {
            @Override
            public <R> R call(ApiCall<R> call) throws InterruptedException {
                if (failures.incrementAndGet() <= 7)
                    throw new TransportException(TransportException.Happened.UNKNOWN, "nobody is there", null);
                return super.call(call);
            }
        };
        var pauses = new LinkedBlockingQueue<Long>();
        run(hooked.server.bot(away, hooked.options(), pause -> {
            if (pause.compareTo(Duration.ofMinutes(1)) < 0) pauses.add(pause.toSeconds());
            else new CountDownLatch(1).await(); // the minutes of this test do not pass
        }));
        hooked.say(hooked.ann, "hello");
        assertThat(next()).isEqualTo("hello");
        assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 32L);
    }

    @Test
    void aStopEndsTheWaitForAServerThatIsAwayAlsoIfTheClientReportsItInItsOwnWords() throws Exception {
        var asked = new CountDownLatch(1);
        var away = new ForwardingApi(hooked.api) {
            @Override
            public <R> R call(ApiCall<R> call) throws InterruptedException {
                asked.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException inOtherWords) {
                    Thread.currentThread().interrupt();
                }
                throw new TransportException(TransportException.Happened.UNKNOWN, "nobody is there", null);
            }
        };
        var runner = run(hooked.server.bot(away, hooked.options(), pause -> new CountDownLatch(1).await()));
        asked.await();
        runner.stop(Duration.ofSeconds(60));
        runner.start(); // waits for the run before
        assertThat(runner.isRunning()).isTrue();
        runner.stop(Duration.ofSeconds(60));
    }

    @Test
    void whatWaitsCanBeForgottenAtTheFirstStartOnly() throws Exception {
        hooked.say(hooked.ann, "old");
        var options = hooked.options();
        var source =
                hooked.source(options.withRegistration(options.registration().withDropPending(true)));
        var runner = run(source);
        Hooked.await(() -> !hooked.info().url().isEmpty(), () -> "a webhook");
        hooked.say(hooked.ann, "new");
        assertThat(next()).isEqualTo("new");
        hooked.awaitPending(0);
        runner.stop(Duration.ofSeconds(5));
        hooked.say(hooked.ann, "while it is stopped");
        runner.start();
        assertThat(next()).isEqualTo("while it is stopped");
    }

    @Test
    void line17FromPollingToAWebhookAndBackNothingIsLostAndNothingHandledTwice() throws Exception {
        var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
        var both = options().withJournal(journal);
        hooked.say(hooked.ann, "polled");
        // Read and journaled, but never confirmed: as if the process had died before the next poll.
        var unconfirmed = hooked.api.getUpdates(GetUpdates.of());
        assertThat(unconfirmed).hasSize(1);
        journal.append(unconfirmed);
        var runner = hooked.run(
                hooked.source(managed(Management.SET_AND_DELETE)),
                delivery -> seen.add(Hooked.text(delivery.update())),
                both);
        assertThat(next()).isEqualTo("polled");
        hooked.say(hooked.ann, "hooked");
        assertThat(next()).isEqualTo("hooked");
        hooked.awaitPending(0);
        assertThat(runner.stats().duplicates()).isEqualTo(1);
        runner.close();
        assertThat(hooked.info().url()).isEmpty();
        hooked.say(hooked.ann, "between");
        var polling = new Runner<RawUpdate>(
                new LongPoll<>(
                        (offset, limit, timeout) -> hooked.api.getUpdates(GetUpdates.of()
                                .withOffset(offset)
                                .withLimit(limit)
                                .withTimeout(timeout.toSeconds())),
                        RawUpdate::updateId),
                delivery -> seen.add(Hooked.text(delivery.update())),
                both);
        try (polling) {
            polling.start();
            assertThat(next()).isEqualTo("between");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void severalBotsShareAPortAndMixNothing() throws Exception {
        var other = hooked.emulator.world().addBot("other_bot");
        try (var api = hooked.api(other)) {
            var mine = hooked.source(hooked.options());
            var theirs = hooked.server.bot(api, WebhookOptions.at(hooked.url("/other")));
            run(mine);
            hooked.run(theirs, delivery -> seen.add("other " + Hooked.text(delivery.update())), options());
            hooked.say(hooked.ann, "one");
            assertThat(next()).isEqualTo("one");
            hooked.emulator.world().people().say(hooked.ann.id(), other.id(), Outgoing.text("two"));
            assertThat(next()).isEqualTo("other two");
            var wrong =
                    RawRequest.post(hooked.server.uri(), "/other", mine.secret().value(), "{\"update_id\":1}");
            assertThat(wrong.status()).isEqualTo(403);
            assertThatThrownBy(() -> hooked.server.bot(api, WebhookOptions.at(hooked.url("/other"))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aCallMayGoInTheAnswerWhereTheAnswerWaitsForTheHandler() throws Exception {
        var source = hooked.source(hooked.options());
        var replied = new LinkedBlockingQueue<Boolean>();
        hooked.run(
                source,
                delivery -> {
                    var chat = delivery.update().chatId();
                    if (chat == null) return;
                    replied.add(source.tryReply(delivery, SendMessage.of(chat, "in the answer")));
                    replied.add(source.tryReply(delivery, SendMessage.of(chat, "a second one")));
                },
                options());
        hooked.say(hooked.ann, "hi");
        assertThat(replied.poll(120, TimeUnit.SECONDS)).isTrue();
        assertThat(replied.poll(120, TimeUnit.SECONDS)).isFalse();
        Hooked.await(() -> transcript().contains("in the answer"), this::transcript);
        assertThat(transcript()).doesNotContain("a second one");
    }

    private String transcript() {
        return hooked.emulator.world().people().transcriptJson(hooked.ann.id(), hooked.bot.id());
    }

    @Test
    void withAJournalTheAnswerHasGoneBeforeTheHandlerSoACallIsTheHandlersOwn() throws Exception {
        var source = hooked.source(hooked.options());
        var replied = new LinkedBlockingQueue<Boolean>();
        hooked.run(
                source,
                delivery -> replied.add(source.tryReply(delivery, SendMessage.of(1, "late"))),
                options().withJournal(new MemoryJournal<>(RawUpdate::updateId, InstantSource.system())));
        hooked.say(hooked.ann, "hi");
        assertThat(replied.poll(120, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void whereAnswersAreDroppedOnTheirWayNoCallGoesInThem() throws Exception {
        var source = hooked.source(hooked.options().withReplies(false));
        var replied = new LinkedBlockingQueue<Boolean>();
        hooked.run(
                source,
                delivery -> replied.add(source.tryReply(delivery, SendMessage.of(1, "in the answer"))),
                options());
        hooked.say(hooked.ann, "hi");
        assertThat(replied.poll(120, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void theSecretFollowsFromTheTokenAndIsTheSameEverywhere() {
        var token = new BotToken(1, "not-a-secret-not-a-secret-not-a-secret");
        var secret = WebhookSecret.of(token).value();
        assertThat(secret)
                .matches("[A-Za-z0-9_-]{43}")
                .isEqualTo(WebhookSecret.of(token).value());
        assertThat(secret)
                .isNotEqualTo(WebhookSecret.of(new BotToken(2, token.secret())).value());
        assertThat(WebhookSecret.of(token)).hasToString("***");
        assertThatThrownBy(() -> Registration.at(URI.create("https://x/")).withSecret("no space"))
                .isNotNull();
    }

    @Test
    void healthAndMetricsAreServedBesideTheBotsOrOnAPortOfTheirOwn() throws Exception {
        hooked.server.endpoint("/health", () -> Endpoint.Page.json(503, "{\"status\":\"red\"}"));
        hooked.server.endpoint("/broken", () -> {
            throw new IllegalStateException("secret of the house");
        });
        var health = RawRequest.get(hooked.server.uri(), "/health");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.body()).isEqualTo("{\"status\":\"red\"}");
        var broken = RawRequest.get(hooked.server.uri(), "/broken");
        assertThat(broken.status()).isEqualTo(500);
        assertThat(broken.body()).isEmpty();
        try (var apart = WebhookServer.start(WebhookServerOptions.defaults().withEndpointPort(0))) {
            apart.endpoint("/metrics", () -> Endpoint.Page.text("botmesh_up 1\n"));
            assertThat(RawRequest.get(apart.uri(), "/metrics").status()).isEqualTo(404);
            assertThat(RawRequest.get(apart.endpointUri(), "/metrics").body()).isEqualTo("botmesh_up 1\n");
        }
    }
}
