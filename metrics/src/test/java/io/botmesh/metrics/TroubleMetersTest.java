package io.botmesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.Keys;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.RetryOptions;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerLimits;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.TimeLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the meters say of a runner in trouble. */
@Timeout(300)
class TroubleMetersTest {
    private static final Long FAILS = 1L;

    private final Prometheus prometheus = new Prometheus();
    private final RunnerMeters<RawUpdate> meters = new RunnerMeters<>(prometheus.registry(), 4242);
    private final Updates updates = new Updates();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        prometheus.close();
    }

    private double value(String name) {
        var found = prometheus.registry().find(name);
        var gauge = found.gauge();
        if (gauge != null) return gauge.value();
        return Objects.requireNonNull(found.functionCounter(), name).count();
    }

    /** Numbers that differ, so that none can stand for another. */
    @Test
    void line31EachOfWhatGoesWrongHasAMeterOfItsOwn() {
        var wrong = RunnerOptions.<RawUpdate>defaults()
                .withKeys(Keys.sequentialize(RawUpdate::chatId))
                .withJournal(new MemoryJournal<>(RawUpdate::updateId, InstantSource.system()))
                .withLimits(RunnerLimits.defaults().withWatermarks(0, 1))
                .withRetry(new RetryOptions(4, Duration.ofNanos(1), Duration.ofNanos(1)))
                .withFailures(
                        (delivery, failure) -> Objects.equals(delivery.update().chatId(), FAILS)
                                ? FailureHandler.Decision.RETRY
                                : FailureHandler.Decision.DEAD)
                .withTimes(TimeLimits.<RawUpdate>defaults()
                        .withExecution(Duration.ofMillis(1))
                        .withGrace(Duration.ofMillis(1)))
                .withListener(meters);
        var hang = new CountDownLatch(1);
        try (var broken = new Runner<RawUpdate>(
                updates,
                delivery -> {
                    if (Objects.equals(delivery.update().chatId(), FAILS)) throw new IllegalStateException("no luck");
                    awaitUnheeding(hang);
                },
                wrong)) {
            meters.watch(broken);
            updates.add(1, FAILS, "fails");
            broken.start();
            awaitValue(1, "botmesh.dead.letters");
            for (int i = 1; i <= 9; i++) updates.add(10 + i, 2, "hangs");
            awaitValue(10, "botmesh.dead.letters");
            assertThat(value("botmesh.retries")).isEqualTo(3);
            assertThat(value("botmesh.timeouts")).isBetween(9.0, 13.0); // so brief a limit may end the first one, too
            assertThat(value("botmesh.abandoned")).isEqualTo(9);
            assertThat(value("botmesh.given.up")).isZero();
            hang.countDown();
            awaitValue(0, "botmesh.abandoned");
        } finally {
            hang.countDown();
        }
    }

    @Test
    void line31TheOldestsAgeGrowsAndWhatHasNoRoomInMemoryIsTheJournalsLag() {
        var small = RunnerOptions.<RawUpdate>defaults()
                .withKeys(Keys.sequentialize(RawUpdate::chatId))
                .withJournal(new MemoryJournal<>(RawUpdate::updateId, InstantSource.system()))
                .withLimits(RunnerLimits.defaults().withWatermarks(5, 10));
        try (var full = new Runner<RawUpdate>(updates, delivery -> gate.await(), small)) {
            meters.watch(full);
            full.start();
            for (int i = 1; i <= 300; i++) updates.add(i, 7, "waits");
            while (value("botmesh.waiting") + value("botmesh.running") + value("botmesh.journal.lag") < 300)
                Thread.onSpinWait();
            assertThat(value("botmesh.journal.lag")).isGreaterThan(200);
            while (value("botmesh.queue.age") == 0) Thread.onSpinWait();
            gate.countDown();
            awaitValue(0, "botmesh.journal.lag");
            awaitValue(0, "botmesh.waiting");
            assertThat(value("botmesh.queue.age")).isZero();
        }
    }

    private void awaitValue(double expected, String name) {
        while (value(name) != expected) Thread.onSpinWait();
    }

    private static void awaitUnheeding(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException unheeded) {
                // As code that obeys no interrupt.
            }
        }
    }
}
