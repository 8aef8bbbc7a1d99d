package io.botmesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.TimeLimits;
import io.botmesh.runner.TimeLimits.AbandonedKeys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules about what the runner and the server are asked for: red for as long as it is so, and green again. */
@Timeout(300)
class HealthRulesTest {
    private static List<Problem> awaitProblems(RunnerHealth<?> health, boolean any) {
        var problems = health.problems();
        while (problems.isEmpty() == any) {
            Thread.onSpinWait();
            problems = health.problems();
        }
        return problems;
    }

    @Test
    void line31TurnsRedWhenHandlersThatDoNotEndKeepSlotsFromOthers() {
        var health = new RunnerHealth<RawUpdate>(9, HealthRules.defaults());
        var gate = new CountDownLatch(1);
        var updates = new Updates();
        var times = TimeLimits.<RawUpdate>defaults()
                .withExecution(Duration.ofMillis(1))
                .withGrace(Duration.ofMillis(1))
                .withAbandoned(0, AbandonedKeys.RELEASED);
        var options = RunnerOptions.<RawUpdate>defaults()
                .withKeys(Keys.sequentialize(RawUpdate::chatId))
                .withTimes(times)
                .withListener(health);
        try (var runner = new Runner<>(updates, delivery -> awaitUnheeding(gate), options)) {
            health.watch(runner);
            runner.start();
            updates.add(1, 41, "x");
            updates.add(2, 42, "x");
            while (runner.stats().stuck() < 2) Thread.onSpinWait();
            // How many is not sure: what failed by that is tried again, and hangs again.
            assertThat(health.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo("stuck");
                assertThat(problem.text()).matches("\\d+ handlers that do not end keep their slots");
            });
            gate.countDown();
            assertThat(awaitProblems(health, false)).isEmpty();
        } finally {
            gate.countDown();
        }
    }

    /** As code that obeys no interrupt. */
    private static void awaitUnheeding(CountDownLatch gate) {
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException unheeded) {
                // It goes on.
            }
        }
    }

    @Test
    void line31TurnsRedWhenTooManyUpdatesWaitAtTheServer() throws Exception {
        var health = new RunnerHealth<RawUpdate>(9, HealthRules.defaults().withPending(500));
        var answers = new SynchronousQueue<Long>();
        var updates = new Updates();
        var options = RunnerOptions.<RawUpdate>defaults().withListener(health);
        try (var runner = new Runner<>(updates, delivery -> {}, options);
                var pending = new PendingCount(answers::take, Duration.ofMinutes(1), pause -> {})) {
            health.watch(runner).watch(pending);
            runner.start();
            pending.start();
            assertThat(health.problems()).as("nobody knows yet").isEmpty();
            answers.put(499L);
            while (pending.value() != 499) Thread.onSpinWait();
            assertThat(health.problems()).isEmpty();
            answers.put(500L);
            assertThat(awaitProblems(health, true))
                    .containsExactly(new Problem(9, "pending", "500 updates wait at the server"));
            answers.put(0L);
            assertThat(awaitProblems(health, false)).isEmpty();
        }
    }
}
