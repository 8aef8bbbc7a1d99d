package io.botmesh.metrics;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.Sessions;
import io.botmesh.botapi.LimitStats;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.micrometer.core.instrument.Tag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RunnerMetersTest {
    private static final long BOT = 4242;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Prometheus prometheus = new Prometheus();
    private final RunnerMeters<RawUpdate> meters = new RunnerMeters<>(prometheus.registry(), BOT, now::get);
    private final CountDownLatch asked = new CountDownLatch(4);
    private final PendingCount pending = new PendingCount(this::ask, Duration.ofMinutes(1), pause -> {
        asked.countDown();
        if (asked.getCount() == 0) Thread.sleep(Duration.ofDays(1));
    });
    private final Updates updates = new Updates();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(2);
    private final Runner<RawUpdate> runner = new Runner<>(
            updates,
            delivery -> {
                begun.countDown();
                if (delivery.update().updateId() == 9) throw new IllegalStateException("boom");
                gate.await();
            },
            RunnerOptions.<RawUpdate>defaults()
                    .withKeys(Keys.sequentialize(RawUpdate::chatId))
                    .withListener(meters));

    @AfterEach
    void close() {
        gate.countDown();
        pending.close();
        runner.close();
        prometheus.close();
    }

    /** The server does not answer the second time, and the third time there is no memory to ask. */
    private long ask() {
        if (asked.getCount() == 2) throw new OutOfMemoryError("for a moment");
        if (asked.getCount() == 3) throw new TransportException(TransportException.Happened.UNKNOWN, "silence", null);
        return 12;
    }

    private double value(String name, String... tags) {
        var found = prometheus.registry().find(name).tags(tags);
        var gauge = found.gauge();
        if (gauge != null) return gauge.value();
        return Objects.requireNonNull(found.functionCounter(), name).count();
    }

    @Test
    void line31MetersTellWhatWaitsRunsAndWasPolled() throws Exception {
        meters.watch(runner);
        for (int i = 1; i <= 5; i++) updates.add(i, 1, "hot");
        updates.add(6, 2, "cold");
        runner.start();
        begun.await();
        assertThat(value("botmesh.running")).isEqualTo(2);
        assertThat(value("botmesh.waiting")).isEqualTo(4);
        assertThat(value("botmesh.queue.depth", "rank", "1")).isEqualTo(4);
        assertThat(value("botmesh.queue.depth", "rank", "2")).isZero();
        assertThat(value("botmesh.updates")).isEqualTo(6);
        var batch = prometheus.registry().get("botmesh.poll.batch").summary();
        assertThat(batch.totalAmount()).isEqualTo(6);
    }

    /** As a bot with a lease makes when it is started again. */
    @Test
    void countsGoOnWithAFurtherRunnerAndWhatIsNowIsTheLastOnes() throws Exception {
        meters.watch(runner);
        for (int i = 1; i <= 3; i++) updates.add(i, i, "first");
        runner.start();
        begun.await();
        gate.countDown();
        runner.stop(Duration.ofSeconds(20));
        var more = new Updates();
        var second = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var next = new Runner<>(
                more,
                delivery -> {
                    second.countDown();
                    leave.await();
                },
                RunnerOptions.<RawUpdate>defaults()
                        .withKeys(Keys.sequentialize(RawUpdate::chatId))
                        .withListener(meters));
        try (next) {
            meters.watch(next);
            more.add(4, 1, "second");
            next.start();
            second.await();
            assertThat(value("botmesh.running")).isOne();
            assertThat(value("botmesh.updates")).isEqualTo(4);
            leave.countDown();
        }
    }

    @Test
    void line31ThePollsAgeGrowsUntilAPollIsComplete() {
        now.addAndGet(Duration.ofSeconds(81).toNanos());
        assertThat(value("botmesh.poll.age")).isEqualTo(81);
        meters.onPolled(0);
        assertThat(value("botmesh.poll.age")).isZero();
        meters.onPaused(100);
        assertThat(value("botmesh.poll.paused")).isOne();
        meters.onResumed(50);
        assertThat(value("botmesh.poll.paused")).isZero();
        meters.onPaused(100);
        meters.onPolled(0); // after a stop and a start
        assertThat(value("botmesh.poll.paused")).isZero();
        now.addAndGet(Duration.ofHours(8).toNanos());
        meters.onStarted();
        assertThat(value("botmesh.poll.age")).isZero();
    }

    @Test
    void aHandlersTimesAreToldApartByOutcome() throws Exception {
        updates.add(9, 1, "fails");
        updates.add(10, 2, "waits");
        runner.start();
        begun.await();
        gate.countDown();
        runner.stop(Duration.ofSeconds(20));
        for (var outcome : new String[] {"succeeded", "failed"}) {
            var timer = prometheus
                    .registry()
                    .get("botmesh.handle")
                    .tag("outcome", outcome)
                    .timer();
            assertThat(timer.count()).as(outcome).isOne();
            assertThat(timer.takeSnapshot().percentileValues()).hasSize(3);
        }
    }

    private void everything() {
        meters.watch(runner);
        meters.watch(() -> new LimitStats(1, 2, 3, Duration.ofSeconds(4), 5, 6, 7));
        meters.watchSessions(() -> new Sessions.Stats(8, 9, 10, 11));
        meters.onWebhookAnswer(200, Duration.ofMillis(3));
        meters.onWebhookAnswer(503, Duration.ofMillis(4));
        meters.watch(pending);
    }

    @Test
    void whatTheLimiterHoldsBackIsSeen() {
        everything();
        System.gc(); // who asks is not held by the meters
        assertThat(value("botmesh.send.waiting")).isOne();
        assertThat(value("botmesh.send.rest")).isEqualTo(4);
        assertThat(value("botmesh.send.floods")).isEqualTo(6);
    }

    @Test
    void line31WhatWaitsAtTheServerIsAskedForNowAndThenAndUnknownWhileItDoesNotAnswer() throws Exception {
        meters.watch(pending);
        assertThat(value("botmesh.pending")).isNaN();
        pending.start();
        asked.await();
        assertThat(value("botmesh.pending")).isEqualTo(12);
    }

    @Test
    void line26ConflictsOfSessionsAreCountedByWhatBecameOfThem() {
        everything();
        System.gc(); // who asks is not held by the meters
        assertThat(value("botmesh.session.loads")).isEqualTo(8);
        assertThat(value("botmesh.session.writes")).isEqualTo(9);
        assertThat(value("botmesh.session.conflicts", "outcome", "reapplied")).isEqualTo(10);
        assertThat(value("botmesh.session.conflicts", "outcome", "refused")).isEqualTo(11);
    }

    @Test
    void line31PollsThatWereRefusedForAnotherPollerAreCountedApart(@StartEmulator Telegram telegram) throws Exception {
        var conflict = Refusals.conflict(telegram);
        var other = Refusals.unauthorized(telegram);
        meters.onRetry(conflict, 1, Duration.ZERO);
        meters.onRetry(other, 2, Duration.ZERO);
        meters.onFatal(other);
        meters.onFatal(conflict);
        assertThat(prometheus.registry().get("botmesh.poll.conflicts").counter().count())
                .isEqualTo(2);
        assertThat(prometheus.registry().get("botmesh.poll.retries").counter().count())
                .isEqualTo(2);
    }

    @Test
    void webhookAnswersAreCountedByStatus() {
        everything();
        var answers = prometheus.registry().get("botmesh.webhook.answers");
        assertThat(answers.tag("status", "503").timer().totalTime(SECONDS)).isEqualTo(0.004);
    }

    @Test
    void noTagGrowsWithUsersOrHoldsASecret() {
        everything();
        assertThat(prometheus.registry().getMeters())
                .flatMap(meter -> meter.getId().getTags())
                .extracting(Tag::getKey)
                .isSubsetOf("bot", "outcome", "status", "rank", "phi");
    }

    @Test
    void prometheusReadsThem() {
        everything();
        assertThat(prometheus.text())
                .contains("botmesh_poll_age_seconds{bot=\"4242\"}")
                .contains("botmesh_webhook_answers_seconds_count{bot=\"4242\",status=\"200\"} 1")
                .contains("# TYPE botmesh_updates_total counter");
    }

    @Test
    void everyMeterHasItsRowInTheDocumentation() throws Exception {
        everything();
        var page = Files.readString(Path.of("../docs/operations.md"));
        assertThat(prometheus.registry().getMeters())
                .isNotEmpty()
                .allSatisfy(
                        meter -> assertThat(page).contains("| `" + meter.getId().getName() + "` |"));
    }
}
