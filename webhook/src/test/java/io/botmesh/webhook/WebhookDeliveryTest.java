package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Keys;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.RunnerOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries of the emulator's webhooks through a runner, over real sockets. */
@Timeout(300)
class WebhookDeliveryTest {
    private final Hooked hooked = new Hooked();
    private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        gate.countDown();
        hooked.close();
    }

    private static RunnerOptions<RawUpdate> inOrder() {
        return RunnerOptions.<RawUpdate>defaults().withKeys(Keys.sequentialize(RawUpdate::chatId));
    }

    private String next() throws InterruptedException {
        return String.valueOf(seen.poll(120, TimeUnit.SECONDS));
    }

    @Test
    void line24OverAWebhookAnUpdateComesAndIsAnsweredOnceTheJournalHasItThoughTheHandlerTakesItsTime()
            throws Exception {
        var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
        hooked.run(
                hooked.source(hooked.options()),
                delivery -> {
                    seen.add(Hooked.text(delivery.update()));
                    gate.await();
                },
                inOrder().withJournal(journal));
        for (int i = 0; i < 20; i++) hooked.say(i % 2 == 0 ? hooked.ann : hooked.ben, "m" + i);
        // Two handlers run and hang, and 18 updates wait behind them: all are answered, so no answer needs a handler.
        hooked.awaitPending(0);
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("m0", "m1");
        assertThat(seen).isEmpty();
        assertThat(journal.size()).isEqualTo(20);
        assertThat(hooked.answers).hasSize(20).containsOnly(200);
        gate.countDown();
        Hooked.await(() -> journal.size() == 0, () -> journal.size() + " undone");
    }

    @Test
    void line24WithoutADiskEveryUpdateIsAnsweredWhenItHasEndedWhateverCameBeforeIt() throws Exception {
        hooked.run(
                hooked.source(hooked.options()),
                delivery -> {
                    seen.add(Hooked.text(delivery.update()));
                    if (Hooked.text(delivery.update()).equals("slow")) gate.await();
                },
                inOrder());
        // The server opens more than one connection only where something has arrived of late.
        hooked.say(hooked.ben, "warm");
        assertThat(next()).isEqualTo("warm");
        hooked.say(hooked.ann, "slow");
        assertThat(next()).isEqualTo("slow");
        for (int i = 0; i < 5; i++) {
            hooked.say(hooked.ben, "quick " + i);
            assertThat(next()).isEqualTo("quick " + i);
        }
        hooked.awaitPending(1);
        assertThat(hooked.answers).containsExactly(200, 200, 200, 200, 200, 200);
        gate.countDown();
        hooked.awaitPending(0);
        assertThat(hooked.answers).hasSize(7).containsOnly(200);
    }

    @Test
    void line24AtMostOnceIsAnsweredBeforeTheHandlerEnds() throws Exception {
        hooked.run(
                hooked.source(hooked.options()),
                delivery -> {
                    seen.add(Hooked.text(delivery.update()));
                    gate.await();
                },
                inOrder().withGuarantee(new Guarantee.AtMostOnce<>()));
        hooked.say(hooked.ann, "one");
        assertThat(next()).isEqualTo("one");
        hooked.awaitPending(0);
        assertThat(hooked.answers).containsExactly(200);
    }

    @Test
    void line24BeforeTheRunnerRunsAndAfterItHasStoppedTheServerIsToldToComeAgainAndNothingIsLost() throws Exception {
        var source = hooked.source(hooked.options()
                .withAdmission(AdmissionOptions.defaults()
                        .withAdmission(Duration.ofMillis(20))
                        .withRetryAfter(Duration.ZERO)));
        var handled = new CopyOnWriteArrayList<String>();
        var runner = hooked.run(source, delivery -> handled.add(Hooked.text(delivery.update())), inOrder());
        hooked.say(hooked.ann, "first");
        hooked.awaitPending(0);
        runner.stop(Duration.ofSeconds(5));
        hooked.say(hooked.ann, "while it is stopped");
        Hooked.await(() -> hooked.answers.contains(503), () -> "a 503 among " + hooked.answers);
        assertThat(handled).containsExactly("first");
        runner.start();
        hooked.awaitPending(0);
        assertThat(handled).containsExactly("first", "while it is stopped");
    }

    @Test
    void line24WhatIsNotTakenInTimeIsToldWhenToComeAgain() throws Exception {
        var source = hooked.source(hooked.options()
                .withAdmission(AdmissionOptions.defaults()
                        .withAdmission(Duration.ofMillis(20))
                        .withRetryAfter(Duration.ofSeconds(77))));
        var answer =
                RawRequest.post(hooked.server.uri(), "/hook", source.secret().value(), "{\"update_id\":1}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("77");
    }

    /** It comes again when the server has waited, and would be handled before others that were taken by then. */
    @Test
    void line24WhatIsToldToComeAgainIsNotHandledUntilItDoes() throws Exception {
        var source = hooked.source(
                hooked.options().withAdmission(AdmissionOptions.defaults().withAdmission(Duration.ofMillis(20))));
        assertThat(posted(source, 1)).isEqualTo(503);
        hooked.run(source, delivery -> seen.add("" + delivery.update().updateId()), inOrder());
        for (int status = 0; status != 200; ) status = posted(source, 2); // the runner may take its time, too
        assertThat(next()).isEqualTo("2");
        for (int status = 0; status != 200; ) status = posted(source, 1);
        assertThat(next()).isEqualTo("1");
        assertThat(seen).isEmpty();
    }

    private int posted(WebhookSource source, long id) throws IOException {
        var body = "{\"update_id\":" + id + ",\"message\":{\"chat\":{\"id\":5}}}";
        return RawRequest.post(hooked.server.uri(), "/hook", source.secret().value(), body)
                .status();
    }

    /** The same as over polls: what a handler throws is its own update's end, and the server is told so. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class, OutOfMemoryError.class})
    void line22WhateverAHandlerThrowsItsUpdateIsAnsweredAndOthersAreHandled(Class<? extends Throwable> harm)
            throws Exception {
        var runner = hooked.run(
                hooked.source(hooked.options()),
                delivery -> {
                    var text = Hooked.text(delivery.update());
                    seen.add(text);
                    if (!text.startsWith("bad")) return;
                    switch (harm.getDeclaredConstructor().newInstance()) {
                        case Exception plain -> throw plain;
                        case Error error -> throw error;
                        default -> {}
                    }
                },
                inOrder().withConcurrency(1).withFailures(FailureHandler.skip()));
        hooked.say(hooked.ann, "bad 1");
        assertThat(next()).isEqualTo("bad 1");
        hooked.say(hooked.ben, "good");
        hooked.say(hooked.ann, "bad 2");
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("good", "bad 2");
        hooked.awaitPending(0);
        assertThat(hooked.answers).hasSize(3).containsOnly(200);
        Hooked.await(() -> runner.size() == 0, () -> runner.size() + " left");
        assertThat(runner.stats().failed()).isEqualTo(2);
        assertThat(runner.stats().running()).isZero();
    }

    @Test
    void line17ARetryAndARedeliveryAfterARestartAreHandledOnce() throws Exception {
        var journal = new MemoryJournal<RawUpdate>(RawUpdate::updateId, InstantSource.system());
        var source = hooked.source(hooked.options());
        var id = new AtomicLong();
        Handler<RawUpdate> handler = delivery -> {
            id.set(delivery.update().updateId());
            seen.add(Hooked.text(delivery.update()));
        };
        var runner = hooked.run(source, handler, inOrder().withJournal(journal));
        hooked.say(hooked.ann, "once");
        assertThat(next()).isEqualTo("once");
        hooked.awaitPending(0);
        var again = "{\"update_id\":%d,\"message\":{\"text\":\"once\"}}".formatted(id.get());
        var secret = source.secret().value();
        var same = RawRequest.post(hooked.server.uri(), "/hook", secret, again);
        assertThat(same.status()).isEqualTo(200);
        // Another process with the same journal.
        runner.close();
        var after =
                hooked.run(hooked.source(hooked.options()), handler, inOrder().withJournal(journal.reopened()));
        same = RawRequest.post(hooked.server.uri(), "/hook", secret, again);
        assertThat(same.status()).isEqualTo(200);
        assertThat(after.stats().duplicates()).isEqualTo(1);
        hooked.say(hooked.ann, "twice");
        assertThat(next()).isEqualTo("twice");
    }
}
