package io.botmesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.StopReport;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(300)
class RunnerHealthTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final HealthRules rules = HealthRules.defaults();
    private final RunnerHealth<RawUpdate> health = new RunnerHealth<>(7, rules, now::get);
    private final Runner<RawUpdate> runner = new Runner<>(
            new Updates(), delivery -> {}, RunnerOptions.<RawUpdate>defaults().withListener(health));

    @BeforeEach
    void start() {
        runner.start();
        health.watch(runner);
    }

    @AfterEach
    void close() {
        runner.close();
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private List<String> codes() {
        return health.problems().stream().map(Problem::code).toList();
    }

    private static Delivery<RawUpdate> delivery() {
        return Delivery.of(RawUpdate.parse("{\"update_id\":1}".getBytes(StandardCharsets.UTF_8)), 1);
    }

    @Test
    void line31TurnsRedWhenNoPollWasCompleteForTwoDeadlinesWhileTheProcessLives() {
        after(rules.pollDeadline().multipliedBy(2).minusNanos(1));
        assertThat(codes()).isEmpty();
        after(Duration.ofNanos(1));
        assertThat(codes()).containsExactly("deaf");
        health.onPolled(0);
        assertThat(codes()).isEmpty();
    }

    /** As one that stood by for hours, or was stopped for the night. */
    @Test
    void line31WhoHasJustStartedIsNotDeaf() {
        runner.stop(Duration.ofSeconds(5));
        after(Duration.ofHours(8));
        runner.start();
        assertThat(codes()).isEmpty();
        after(rules.pollDeadline().multipliedBy(2));
        assertThat(codes()).containsExactly("deaf");
    }

    @Test
    void aPauseForWantOfRoomIsNoDeafness() {
        health.onPaused(20_000);
        after(rules.pollDeadline().multipliedBy(5));
        assertThat(codes()).isEmpty();
        health.onResumed(10_000);
        assertThat(codes()).isEmpty();
        after(rules.pollDeadline().multipliedBy(2));
        assertThat(codes()).containsExactly("deaf");
    }

    @Test
    void line31APauseThatAFailureEndedExcusesNoDeafnessAfterTheNextStart() {
        health.onPaused(20_000);
        health.onFatal(new IllegalStateException("disk full"));
        health.onPolled(0);
        after(rules.pollDeadline().multipliedBy(2));
        assertThat(codes()).containsExactly("deaf");
    }

    /** As it does for a database that is restarted: that this is no fault of the network to the server it should not say. */
    @Test
    void line31SaysWhatTheJournalWaitsForAndNotThatItIsDeaf() {
        var why = new AtomicReference<@Nullable String>("db does not answer: refused");
        try (var waiting = new Runner<>(
                new Updates(),
                delivery -> {},
                RunnerOptions.<RawUpdate>defaults().withJournal(journal(() -> Optional.ofNullable(why.get()))))) {
            waiting.start();
            health.watch(waiting);
            after(rules.pollDeadline().multipliedBy(3));
            assertThat(health.problems())
                    .containsExactly(new Problem(7, "journal", "the journal waits: db does not answer: refused"));
            why.set(null);
            assertThat(codes()).isEmpty();
            after(rules.pollDeadline().multipliedBy(2));
            assertThat(codes()).containsExactly("deaf");
        }
    }

    /** One in memory that says what it waits for. */
    @SuppressWarnings("unchecked")
    private static Journal<RawUpdate> journal(Supplier<Optional<String>> waitsFor) {
        var memory = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
        return (Journal<RawUpdate>) Proxy.newProxyInstance(
                RunnerHealthTest.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) ->
                        method.getName().equals("waitsFor") ? waitsFor.get() : method.invoke(memory, arguments));
    }

    @Test
    void line31TurnsRedWhenTheJournalFailsAndStaysSoForAWhile() {
        health.onMarkFailed(new IllegalStateException("disk full"));
        assertThat(codes()).containsExactly("journal");
        after(rules.window());
        health.onPolled(0);
        assertThat(codes()).isEmpty();
    }

    @Test
    void line31TurnsRedWhenLossesGrowButNotForOneNowAndThen() {
        for (int i = 1; i < rules.lost(); i++) health.onGivenUp(delivery(), new IllegalStateException());
        assertThat(codes()).isEmpty();
        health.onGivenUp(delivery(), new IllegalStateException());
        assertThat(codes()).containsExactly("lost");
        for (int i = 0; i < 30; i++) {
            after(rules.window().dividedBy(rules.lost() - 1).plusSeconds(1));
            health.onPolled(0);
            health.onGivenUp(delivery(), new IllegalStateException());
        }
        assertThat(codes()).isEmpty();
    }

    private void refused(RuntimeException failure) {
        health.onRetry(failure, 1, Duration.ofSeconds(1));
        health.onPolled(0); // between two refusals polls may work
    }

    @Test
    void line31TurnsRedWhenAnotherProgramPollsButNotForOneThatTakesOver(@StartEmulator Telegram telegram)
            throws Exception {
        var conflict = Refusals.conflict(telegram);
        var other = Refusals.unauthorized(telegram);
        for (int i = 1; i < rules.conflicts(); i++) refused(conflict);
        for (int i = 0; i < 10; i++) refused(other);
        assertThat(codes()).isEmpty();
        refused(conflict);
        assertThat(codes()).containsExactly("conflict");
        assertThat(health.problems().getFirst().text()).contains("terminated by other getUpdates request");
        after(rules.window());
        health.onPolled(0);
        assertThat(codes()).isEmpty();
    }

    @Test
    void aConflictThatEndsPollingIsCalledThat(@StartEmulator Telegram telegram) throws Exception {
        health.onFatal(Refusals.conflict(telegram));
        assertThat(codes()).containsExactly("failed", "conflict");
        health.onPolled(0);
        assertThat(codes()).isEmpty();
    }

    @Test
    void aFailureForGoodIsRedUntilItPollsAgain() {
        health.onFatal(new IllegalStateException("token revoked"));
        assertThat(codes()).containsExactly("failed");
        assertThat(health.ready()).isFalse();
        health.onPolled(0);
        assertThat(codes()).isEmpty();
        assertThat(health.ready()).isTrue();
    }

    @Test
    void whoIsStoppedIsNotHealthyAndWhoHasNotPolledIsNotReady() {
        assertThat(health.ready()).isFalse();
        health.onPolled(3);
        assertThat(health.ready()).isTrue();
        runner.stop(Duration.ofSeconds(5));
        assertThat(codes()).containsExactly("stopped");
        assertThat(health.ready()).isFalse();
        health.onStopped(StopReport.NOTHING);
        assertThat(new RunnerHealth<RawUpdate>(8, rules).problems())
                .containsExactly(new Problem(8, "stopped", "the runner does not run"));
    }

    @Test
    void line31TurnsRedWhenAnUpdateWaitsForLongNamesTheKeysAndSaysSoInTheLogOnce() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(RunnerHealth.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        var updates = new Updates();
        var gate = new CountDownLatch(1);
        var handled = new CountDownLatch(6);
        var patient = new RunnerHealth<RawUpdate>(9, rules.withQueueAge(Duration.ofNanos(1)));
        try (var slow = new Runner<>(
                updates,
                delivery -> {
                    gate.await();
                    handled.countDown();
                },
                RunnerOptions.<RawUpdate>defaults()
                        .withKeys(Keys.sequentialize(RawUpdate::chatId))
                        .withListener(patient))) {
            patient.watch(slow);
            slow.start();
            for (long id = 1; id <= 6; id++) updates.add(id, id < 5 ? 41 : 42, "x");
            while (slow.stats().waiting() != 4) Thread.onSpinWait();
            for (int i = 0; i < 2; i++)
                assertThat(patient.problems())
                        .singleElement()
                        .extracting(Problem::text)
                        .isEqualTo("an update has waited for 0 s; most wait behind 41 (3), 42 (1)");
            gate.countDown();
            handled.await();
            while (!patient.problems().isEmpty()) Thread.onSpinWait();
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "an update has waited for 0 s; most wait behind 41 (3), 42 (1)",
                            "no update waits for long any more");
        } finally {
            gate.countDown();
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }

    @Test
    void theAnswerIsForProgramsAndForPeople() {
        var all = new Health().add(health);
        assertThat(Health.json(all.problems())).isEqualTo("{\"status\":\"green\",\"problems\":[]}");
        assertThat(Health.status(all.problems())).isEqualTo(200);
        after(Duration.ofSeconds(81));
        health.onMarkFailed(new IllegalStateException());
        var red = all.problems();
        assertThat(Health.json(red))
                .isEqualTo("{\"status\":\"red\",\"problems\":["
                        + "{\"bot\":7,\"code\":\"deaf\",\"text\":\"no poll was complete for 81 s\"},"
                        + "{\"bot\":7,\"code\":\"journal\",\"text\":\"the journal does not take what it is given\"}]}");
        assertThat(Health.status(red)).isEqualTo(503);
        assertThat(Health.json(List.of(new Problem(1, "a\"\\", "b\n")))).contains("\"a\\\"\\\\\"", "\"b \"");
    }

    @Test
    void everyCodeHasItsRowInTheDocumentation() throws Exception {
        assertThat(Files.readString(Path.of("../docs/operations.md")))
                .contains(
                        List.of("deaf", "failed", "stopped", "journal", "conflict", "lost", "queue", "stuck", "pending")
                                .stream()
                                .map(code -> "| `" + code + "` |")
                                .toList());
    }
}
