package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.TimeLimits.AbandonedKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that run too long, and updates that wait too long. Numbers in brackets are the ported behaviours. */
@Timeout(300)
@SuppressWarnings("ThreadPriorityCheck") // a yield lets the others on where there is one processor
class TimeoutTest {
    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final FakeTimer timer = new FakeTimer();
    private final AtomicReference<Instant> wallClock = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    private final Standing source = new Standing();
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    private final RunnerListener<String> listener = new RunnerListener<>() {
        @Override
        public void onTimedOut(Delivery<String> delivery, Duration ran) {
            said.add(delivery.update() + " timed out after " + ran.toSeconds());
        }

        @Override
        public void onAbandoned(Delivery<String> delivery) {
            said.add(delivery.update() + " abandoned");
        }

        @Override
        public void onEndedLate(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
            said.add(delivery.update() + " ended late" + (failure == null ? "" : ", " + failure.getMessage()));
        }

        @Override
        public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
            said.add(delivery.update() + (failure == null ? " well" : " failed, " + cause(failure)));
        }

        @Override
        public void onDropped(String update, DropReason reason) {
            said.add(update + " " + reason);
        }
    };

    private static String cause(Throwable failure) {
        if (!(failure instanceof TimedOutException timedOut)) return String.valueOf(failure.getMessage());
        var cause = failure.getCause() == null
                ? "nothing thrown"
                : failure.getCause().getClass().getSimpleName();
        return "time over, " + (timedOut.abandoned() ? "abandoned" : cause);
    }

    private RunnerOptions<String> options(UnaryOperator<TimeLimits<String>> change) {
        return RunnerOptions.<String>defaults()
                .withKeys(Keys.sequentialize(update -> update.charAt(0)))
                .withListener(listener)
                .withTimes(change.apply(
                        TimeLimits.<String>defaults().withExecution(LIMIT).withGrace(GRACE)));
    }

    private Runner<String> start(Handler<String> handler, RunnerOptions<String> options, String... updates) {
        var runner = new Runner<>(source, handler, options, timer, wallClock::get, new Random(1));
        runner.start();
        source.updates.addAll(List.of(updates));
        return runner;
    }

    private CountDownLatch gate(String update) {
        return gates.computeIfAbsent(update, none -> new CountDownLatch(1));
    }

    private void open(String update) {
        gate(update).countDown();
    }

    /** Waits at its gate: until it is interrupted, or, if stubborn, whatever comes; some throw at the end. */
    private void handle(Delivery<String> delivery) throws InterruptedException {
        var update = delivery.update();
        said.add(update + " begins");
        if (update.contains("stubborn")) awaitStubbornly(gate(update));
        else gate(update).await();
        if (update.contains("bad")) throw new IllegalStateException("bad end");
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // That is what this one is about.
            }
        }
    }

    private void hear(String... expected) throws InterruptedException {
        var heard = new ArrayList<String>();
        for (int i = 0; i < expected.length; i++) heard.add(said.take());
        assertThat(heard).containsExactly(expected);
    }

    private void hearInAnyOrder(String... expected) throws InterruptedException {
        var heard = new ArrayList<String>();
        for (int i = 0; i < expected.length; i++) heard.add(said.take());
        assertThat(heard).containsExactlyInAnyOrder(expected);
    }

    @Test
    void line20TheClockStartsWithTheHandlerNotWithItsArrival() throws InterruptedException {
        try (var runner = start(this::handle, options(times -> times), "a1", "a2")) {
            hear("a1 begins");
            timer.advance(Duration.ofSeconds(40));
            open("a1");
            hear("a1 well", "a2 begins");
            timer.awaitPending(1);
            timer.advance(Duration.ofSeconds(49));
            assertThat(said).isEmpty();
            timer.advance(Duration.ofSeconds(1));
            hearInAnyOrder("a2 timed out after 50", "a2 failed, time over, InterruptedException");
            assertThat(runner.stats().timedOut()).isOne();
        }
    }

    /** [16], and openclaw#121076: what waits behind a slow one has not been attempted. */
    @Test
    void line21WhatWaitsBehindASlowHandlerDoesNotTimeOutWithIt() throws InterruptedException {
        try (var runner = start(this::handle, options(times -> times), "a1", "a2", "a3")) {
            hear("a1 begins");
            timer.advance(LIMIT);
            hearInAnyOrder("a1 timed out after 50", "a1 failed, time over, InterruptedException", "a2 begins");
            open("a2");
            hear("a2 well", "a3 begins");
            open("a3");
            hear("a3 well");
            assertThat(runner.stats().timedOut()).isOne();
        }
    }

    @Test
    void line21SlotAndKeyAreHeldUntilTheHandlerReallyEnds() throws InterruptedException {
        try (var runner = start(this::handle, options(times -> times).withConcurrency(1), "a stubborn", "a2", "b")) {
            hear("a stubborn begins");
            timer.advance(LIMIT);
            hear("a stubborn timed out after 50");
            timer.advance(GRACE.minusMillis(1));
            assertThat(runner.stats().running()).isOne();
            assertThat(runner.stats().waiting()).isEqualTo(2);
            open("a stubborn");
            open("a2");
            open("b");
            hear("a stubborn well", "b begins", "b well", "a2 begins", "a2 well");
            assertThat(timer.pending()).isZero();
        }
    }

    @Test
    void line21AfterTheGraceItIsAbandonedAndItsSlotAndKeysAreFree() throws InterruptedException {
        try (var runner = start(this::handle, options(times -> times).withConcurrency(1), "a stubborn bad", "a2")) {
            hear("a stubborn bad begins");
            timer.advance(LIMIT);
            hear("a stubborn bad timed out after 50");
            timer.advance(GRACE);
            hear("a stubborn bad abandoned", "a stubborn bad failed, time over, abandoned", "a2 begins");
            assertThat(runner.stats().abandoned()).isOne();
            assertThat(runner.stats().stuck()).isZero();
            open("a2");
            hear("a2 well");
            assertThat(source.confirmed).containsExactly("a stubborn bad", "a2");
            open("a stubborn bad");
            hear("a stubborn bad ended late, bad end");
            while (runner.stats().abandoned() > 0 || runner.stats().running() > 0) Thread.onSpinWait();
            assertThat(runner.isRunning()).isTrue();
        }
    }

    @Test
    void line21IfTheKeysAreToBeHeldTheOutcomeWaitsForTheEndAndOthersGoOn() throws InterruptedException {
        var options =
                options(times -> times.withAbandoned(1, AbandonedKeys.HELD)).withConcurrency(1);
        try (var runner = start(this::handle, options, "a stubborn bad", "a2", "b")) {
            hear("a stubborn bad begins");
            timer.advance(LIMIT.plus(GRACE));
            hearInAnyOrder("a stubborn bad timed out after 50", "a stubborn bad abandoned", "b begins");
            open("b");
            hear("b well");
            assertThat(runner.stats().waiting()).isOne();
            open("a stubborn bad");
            hear("a stubborn bad failed, time over, IllegalStateException", "a2 begins");
            open("a2");
            hear("a2 well");
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line21BeyondTheCapAnAbandonedHandlerKeepsItsSlot() throws InterruptedException {
        var options =
                options(times -> times.withAbandoned(1, AbandonedKeys.RELEASED)).withConcurrency(2);
        try (var runner = start(this::handle, options, "a stubborn", "b stubborn", "c", "d")) {
            hearInAnyOrder("a stubborn begins", "b stubborn begins");
            timer.advance(LIMIT.plus(GRACE));
            var heard = new ArrayList<String>();
            while (heard.size() < 7) heard.add(said.take());
            assertThat(heard).contains("a stubborn abandoned", "b stubborn abandoned", "c begins");
            assertThat(runner.stats().abandoned()).isEqualTo(2);
            assertThat(runner.stats().stuck()).isOne();
            assertThat(runner.stats().running()).isEqualTo(2);
            open("a stubborn");
            open("b stubborn");
            hearInAnyOrder("d begins", "a stubborn ended late", "b stubborn ended late");
            while (runner.stats().abandoned() > 0) Thread.onSpinWait();
            assertThat(runner.stats().stuck()).isZero();
            assertThat(runner.stats().running()).isEqualTo(2);
            open("c");
            open("d");
            hearInAnyOrder("c well", "d well");
        }
    }

    @Test
    void line21TheFailurePolicyDecidesAboutAnUpdateThatTimedOut() throws InterruptedException {
        var options = options(times -> times)
                .withFailures((delivery, failure) -> failure instanceof TimedOutException
                        ? FailureHandler.Decision.RETRY
                        : FailureHandler.Decision.SKIP)
                .withRetry(RetryOptions.defaults().withAttempts(2));
        try (var runner = start(this::handle, options, "a1")) {
            hear("a1 begins");
            timer.advance(LIMIT);
            hearInAnyOrder("a1 timed out after 50", "a1 failed, time over, InterruptedException");
            timer.awaitPending(1);
            timer.fireNext();
            hear("a1 begins");
            timer.awaitPending(1);
            timer.advance(LIMIT);
            hearInAnyOrder("a1 timed out after 50", "a1 failed, time over, InterruptedException");
            while (runner.stats().givenUp() == 0) Thread.onSpinWait();
            assertThat(timer.pending()).isZero();
        }
    }

    @Test
    void line21TheTokenOfAHandlerThatRanTooLongIsCancelledAndItAsksForNothingMore() throws InterruptedException {
        Handler<String> handler = delivery -> {
            said.add("begins " + delivery.cancelled());
            awaitStubbornly(gate(delivery.update()));
            said.add("then " + delivery.cancelled());
            delivery.next(update -> true, Duration.ofDays(1));
        };
        try (var runner = start(handler, options(times -> times), "a")) {
            hear("begins false");
            timer.advance(LIMIT);
            hear("a timed out after 50");
            open("a");
            hear("then true", "a failed, time over, InterruptedException");
            assertThat(runner.stats().parked()).isZero();
        }
    }

    @Test
    void line21TheInterruptReachesNothingAfterTheHandler() throws InterruptedException {
        var flag = new LinkedBlockingQueue<Boolean>();
        var options = options(times -> times).withFailures((delivery, failure) -> {
            flag.add(Thread.currentThread().isInterrupted());
            return FailureHandler.Decision.SKIP;
        });
        Handler<String> handler = delivery -> {
            while (!delivery.cancelled()) Thread.yield(); // there may be one processor for all
            throw new IllegalStateException("saw the token, left the interrupt");
        };
        try (var runner = start(handler, options, "a", "b")) {
            timer.awaitPending(2);
            timer.advance(LIMIT);
            assertThat(flag.take()).isFalse();
            assertThat(flag.take()).isFalse();
            assertThat(runner.isRunning()).isTrue();
        }
    }

    /** [9], [10], [14], [22], [23] */
    @Test
    void theTimeoutHandlerIsCalledOncePerUpdateAndLearnsOfTheEnd() throws Exception {
        var ends = new ConcurrentHashMap<String, String>();
        var told = new LinkedBlockingQueue<String>();
        TimeoutHandler<String> handler = (delivery, ran, end) -> {
            told.add(delivery.update());
            end.whenComplete((done, failure) -> {
                ends.put(delivery.update(), String.valueOf(failure));
                told.add("end");
            });
        };
        try (var runner = start(
                this::handle, options(times -> times.withHandler(handler)), "a stubborn", "b stubborn bad", "c")) {
            timer.awaitPending(3);
            open("c");
            timer.awaitPending(2);
            timer.advance(LIMIT);
            assertThat(List.of(told.take(), told.take())).containsExactlyInAnyOrder("a stubborn", "b stubborn bad");
            open("a stubborn");
            open("b stubborn bad");
            assertThat(List.of(told.take(), told.take())).containsOnly("end");
            assertThat(ends)
                    .containsEntry("a stubborn", "null")
                    .containsEntry("b stubborn bad", "java.lang.IllegalStateException: bad end")
                    .hasSize(2);
            assertThat(runner.stats().timedOut()).isEqualTo(2);
        }
    }

    /** [10], [14] */
    @Test
    void timeoutsAreToldInTheOrderOfTheStarts() throws InterruptedException {
        var gap = Duration.ofSeconds(1);
        try (var runner = start(this::handle, options(times -> times), "b1")) {
            hear("b1 begins");
            for (var next : List.of("a1", "c1")) {
                timer.advance(gap);
                source.updates.add(next);
                hear(next + " begins");
            }
            timer.awaitPending(3);
            timer.advance(LIMIT.minus(gap.multipliedBy(2)));
            for (var next : List.of("b1", "a1", "c1")) {
                hearInAnyOrder(next + " timed out after 50", next + " failed, time over, InterruptedException");
                timer.advance(gap);
            }
            assertThat(runner.stats().timedOut()).isEqualTo(3);
        }
    }

    @Test
    void line22ATimeoutHandlerThatThrowsHarmsNobody() throws InterruptedException {
        var failures = new LinkedBlockingQueue<String>();
        var listening = options(times -> times.withHandler((delivery, ran, end) -> {
                    throw new StackOverflowError("the timeout handler itself");
                }))
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onTimeoutHandlerFailed(Delivery<String> delivery, Throwable failure) {
                        failures.add(delivery.update());
                    }
                });
        try (var runner = start(this::handle, listening, "a")) {
            for (var name : List.of("a", "b", "c")) {
                hear(name + " begins");
                timer.awaitPending(1);
                timer.advance(LIMIT);
                assertThat(failures.take()).isEqualTo(name);
                if (!name.equals("c")) source.updates.add((char) (name.charAt(0) + 1) + "");
            }
            assertThat(runner.stats().timedOut()).isEqualTo(3);
        }
    }

    /** [25] */
    @Test
    void aHundredThatTimeOutInTheSameInstantAllGo() throws InterruptedException {
        int count = 100;
        try (var runner = start(
                delivery -> new CountDownLatch(1).await(),
                options(times -> times).withKeys(Keys.none()).withConcurrency(count),
                IntStream.range(0, count).mapToObj(i -> "x" + i).toArray(String[]::new))) {
            timer.awaitPending(count);
            timer.advance(LIMIT);
            while (runner.stats().failed() < count || runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.stats().timedOut()).isEqualTo(count);
            assertThat(timer.pending()).isZero();
        }
    }

    /** [15], [17] */
    @Test
    void successesAndFailuresDoNotWaitForThoseThatTimeOut() throws InterruptedException {
        var updates = IntStream.range(0, 38)
                .mapToObj(i -> switch (i % 3) {
                    case 0 -> "good" + i;
                    case 1 -> "bad" + i;
                    default -> "hang" + i;
                })
                .toList();
        updates.stream().filter(update -> !update.startsWith("hang")).forEach(this::open);
        var order = new LinkedBlockingQueue<String>();
        var options = options(times -> times).withKeys(Keys.none()).withListener(new RunnerListener<>() {
            @Override
            public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
                order.add((failure instanceof TimedOutException ? "out " : "") + delivery.update());
            }
        });
        try (var runner = start(this::handle, options, updates.toArray(String[]::new))) {
            while (order.size() < 26) Thread.onSpinWait();
            timer.awaitPending(12);
            timer.advance(LIMIT);
            while (order.size() < 38) Thread.onSpinWait();
            assertThat(order.stream().limit(26)).noneMatch(end -> end.startsWith("out"));
            assertThat(order.stream().skip(26)).allMatch(end -> end.startsWith("out hang"));
            assertThat(runner.stats().failed()).isEqualTo(13 + 12);
        }
    }

    @Test
    void line20WaitingForAnUpdateOrWithoutASlotDoesNotCount() throws InterruptedException {
        Handler<String> handler = delivery -> {
            said.add("begins");
            gate("1").await();
            delivery.next(update -> true, Duration.ofDays(1));
            said.add("goes on");
            gate("2").await();
            delivery.withoutSlot(() -> {
                said.add("outside");
                gate("3").await();
                return null;
            });
            said.add("back");
            gate("4").await();
        };
        try (var runner = start(handler, options(times -> times), "a1")) {
            hear("begins");
            timer.advance(LIMIT.minusSeconds(1));
            open("1");
            while (runner.stats().parked() == 0) Thread.onSpinWait();
            timer.awaitPending(1);
            timer.advance(LIMIT.multipliedBy(3));
            source.updates.add("a2");
            hear("goes on");
            timer.awaitPending(1);
            timer.advance(LIMIT.minusSeconds(5));
            open("2");
            hear("outside");
            timer.awaitPending(0);
            timer.advance(LIMIT.multipliedBy(3));
            open("3");
            hear("back");
            timer.awaitPending(1);
            timer.advance(Duration.ofSeconds(4));
            assertThat(said).isEmpty();
            timer.advance(Duration.ofSeconds(1));
            hearInAnyOrder("a1 timed out after 5", "a1 failed, time over, InterruptedException");
        }
    }

    @Test
    void line20AnUpdateThatIsTooOldWhenItsTurnComesIsDroppedOrFlagged() throws InterruptedException {
        AgeLimits<String> ages = update -> switch (update.charAt(1)) {
            case 'd' -> AgeLimit.drop(Duration.ofSeconds(15));
            case 'f' -> AgeLimit.flag(Duration.ofSeconds(15));
            default -> null;
        };
        Handler<String> handler = delivery -> {
            said.add(delivery.update() + " " + delivery.age().toSeconds() + " " + delivery.overdue());
            gate(delivery.update()).await();
        };
        var options = options(times -> times.withAges(ages).withExecution(null));
        try (var runner = start(handler, options, "ad1", "ad2", "af1", "an1")) {
            hear("ad1 0 false");
            while (runner.stats().waiting() < 3) Thread.onSpinWait();
            timer.advance(Duration.ofSeconds(16));
            List.of("ad1", "af1", "an1", "af2").forEach(this::open);
            hear("ad1 well", "ad2 EXPIRED", "af1 16 true", "af1 well", "an1 16 false", "an1 well");
            source.updates.add("af2");
            hear("af2 0 false", "af2 well");
            assertThat(runner.stats().dropped()).isOne();
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(source.confirmed.getLast()).isEqualTo("af2");
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line20AnAgeCountsFromTheUpdatesOwnDateAndNoJumpOfTheWallClockChangesIt() throws InterruptedException {
        var now = wallClock.get();
        AgeLimits<String> ages = update ->
                AgeLimit.drop(Duration.ofHours(24)).withSince(now.minus(Duration.ofHours(update.charAt(1) - '0')));
        Handler<String> handler = delivery -> {
            said.add(delivery.update() + " " + delivery.age().toHours());
            gate(delivery.update()).await();
        };
        var options = options(times -> times.withAges(ages).withExecution(null));
        try (var runner = start(handler, options, "a0", "a1", "a2", "a9")) {
            hear("a0 0");
            while (runner.stats().waiting() < 3) Thread.onSpinWait();
            wallClock.set(now.plus(Duration.ofDays(365)));
            timer.advance(Duration.ofHours(20));
            List.of("a0", "a1", "a2").forEach(this::open);
            hear("a0 well", "a1 21", "a1 well", "a2 22", "a2 well", "a9 EXPIRED");
            wallClock.set(now.minus(Duration.ofDays(365))); // an update from the future is as good as new
            source.updates.add("a2");
            hear("a2 0", "a2 well");
        }
    }

    @Test
    void aStopDoesNotWaitForAbandonedHandlersAndTheirUpdatesAreDecided() throws InterruptedException {
        var journal = new MemoryJournal<String>(String::hashCode, InstantSource.system());
        var options =
                options(times -> times.withAbandoned(5, AbandonedKeys.HELD)).withJournal(journal);
        try (var runner = start(this::handle, options, "a stubborn", "b stubborn")) {
            hearInAnyOrder("a stubborn begins", "b stubborn begins");
            timer.advance(LIMIT.plus(GRACE));
            hearInAnyOrder(
                    "a stubborn timed out after 50",
                    "b stubborn timed out after 50",
                    "a stubborn abandoned",
                    "b stubborn abandoned");
            var report = runner.stop(Duration.ofDays(1));
            assertThat(report.leftInJournal()).isEqualTo(2);
            runner.start(); // the keys are still held, so nothing runs twice at once
            source.updates.addAll(List.of("a2", "c"));
            hear("c begins");
            open("c");
            hear("c well");
            while (runner.size() > 1) Thread.onSpinWait();
            assertThat(runner.stats().waiting()).isOne();
            open("a stubborn");
            hear("a stubborn well", "a2 begins");
            open("a2");
            open("b stubborn");
            hearInAnyOrder("a2 well", "b stubborn well");
            runner.stop(Duration.ofDays(1));
            assertThat(runner.keys()).isZero();
            assertThat(journal.size()).isZero();
        }
    }

    /** Without a journal the server shows no more than 99 updates beyond one that has not ended. */
    @Test
    void line21AHandlerWithoutALimitThatKeepsAllFurtherUpdatesAwayIsTreatedAsBeyondOne() throws InterruptedException {
        var free = options(times -> times.withExecution(null));
        try (var runner = start(this::handle, free, "a1 stubborn", "b1", "c1", "c2")) {
            hearInAnyOrder("a1 stubborn begins", "b1 begins", "c1 begins");
            timer.advance(Duration.ofMinutes(4));
            open("c1");
            hear("c1 well", "c2 begins");
            standStill(Duration.ofMinutes(4)); // not long enough for anybody
            timer.advance(Duration.ofMinutes(1));
            assertThat(said).isEmpty();
            standStill(Duration.ofMinutes(5)); // c2 has run for a minute of it
            hearInAnyOrder(
                    "a1 stubborn timed out after 300",
                    "b1 timed out after 300",
                    "b1 failed, time over, InterruptedException");
            timer.awaitPending(1);
            timer.advance(GRACE);
            hearInAnyOrder("a1 stubborn abandoned", "a1 stubborn failed, time over, abandoned");
            open("c2");
            hear("c2 well");
            while (source.confirmed.isEmpty() || !source.confirmed.getLast().equals("c2")) Thread.yield();
            assertThat(runner.stats().abandoned()).isOne();
            open("a1 stubborn");
            hear("a1 stubborn ended late");
        }
    }

    @Test
    void line21WhoKeepsNobodyAwayRunsForAnyTime() throws InterruptedException {
        var journal = new MemoryJournal<String>(update -> 0, wallClock::get);
        var journaled = options(times -> times.withExecution(null)).withJournal(journal);
        var endless = options(times -> times.withExecution(null).withStandstill(null));
        for (var options : List.of(journaled, endless)) {
            try (var runner = start(this::handle, options, "a1")) {
                hear("a1 begins");
                timer.advance(Duration.ofDays(1));
                standStill(Duration.ofDays(1));
                assertThat(runner.stats().timedOut()).isZero();
                open("a1");
                hear("a1 well");
                gates.clear();
            }
        }
    }

    /** Waiting for a slot of its own making, as for a server that wants a pause, is no fault of the handler. */
    @Test
    void line21WhoWaitsWithoutASlotIsNotAskedToEnd() throws InterruptedException {
        Handler<String> waits = delivery -> {
            said.add("begins");
            delivery.withoutSlot(() -> {
                gate("pause").await();
                return true;
            });
            said.add("goes on");
            gate("end").await();
        };
        try (var runner = start(waits, options(times -> times.withExecution(null)), "a1")) {
            hear("begins");
            while (runner.stats().running() > 0) Thread.yield();
            timer.advance(Duration.ofMinutes(6));
            standStill(Duration.ofMinutes(6));
            open("pause");
            hear("goes on");
            standStill(Duration.ofMinutes(6));
            open("end");
            hear("a1 well");
            assertThat(runner.stats().timedOut()).isZero();
        }
    }

    /** One that sends to thousands waits before each, and would keep all others away for hours. */
    @Test
    void line21WhoWaitsWithoutASlotAgainAndAgainIsAskedToEndWhenHeComesBack() throws InterruptedException {
        var rounds = new Semaphore(0);
        Handler<String> sends = delivery -> {
            for (int i = 1; ; i++) {
                said.add("round " + i);
                delivery.withoutSlot(() -> {
                    rounds.acquire();
                    return true;
                });
                if (Thread.interrupted()) throw new InterruptedException();
            }
        };
        try (var runner = start(sends, options(times -> times.withExecution(null)), "a1")) {
            hear("round 1");
            awaitOutside(runner);
            timer.advance(Duration.ofMinutes(5));
            standStill(Duration.ofMinutes(5)); // it may be a single long wait
            rounds.release(2);
            hear("round 2", "round 3");
            awaitOutside(runner);
            assertThat(runner.stats().timedOut()).isZero();
            standStill(Duration.ofMinutes(5)); // it is not
            rounds.release();
            hearInAnyOrder("a1 timed out after 300", "a1 failed, time over, InterruptedException");
        }
    }

    /** What was waited for at one update says nothing about the next. */
    @Test
    void line21ASingleLongWaitAtALaterUpdateIsNotTakenForOneOfMany() throws InterruptedException {
        var rounds = new Semaphore(0);
        Callable<Boolean> wait = () -> {
            rounds.acquire();
            return true;
        };
        Handler<String> asks = delivery -> {
            for (int i = 0; i < 3; i++) delivery.withoutSlot(wait);
            said.add("asks");
            var next = delivery.next(update -> true, Duration.ofDays(1));
            said.add("has " + next.update());
            next.withoutSlot(wait);
            said.add("goes on");
        };
        try (var runner = start(asks, options(times -> times.withExecution(null)), "a1")) {
            while (runner.stats().waiting() > 0 || runner.stats().polls() == 0) Thread.yield();
            awaitOutside(runner);
            timer.advance(Duration.ofMinutes(5));
            standStill(Duration.ofMinutes(5));
            rounds.release(3);
            hear("asks");
            while (runner.stats().parked() == 0) Thread.yield();
            source.updates.add("a2");
            hear("has a2");
            awaitOutside(runner);
            timer.advance(Duration.ofMinutes(6));
            standStill(Duration.ofMinutes(6));
            rounds.release();
            hear("goes on");
        }
        assertThat(said).noneMatch(line -> line.contains("timed out"));
    }

    private static void awaitOutside(Runner<String> runner) {
        while (runner.stats().running() > 0) Thread.yield();
    }

    /** Memory is full of what waits behind a handler that hangs. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void line21AHandlerThatKeepsAllOthersAwayBecauseMemoryIsFullIsTreatedAsBeyondItsLimit(boolean once)
            throws InterruptedException {
        var hangs = new CountDownLatch(1);
        var others = new LinkedBlockingQueue<Integer>();
        var full = new QueueSource<Integer>();
        for (int i = 0; i < 1_000; i++) full.updates.add(i);
        var options = RunnerOptions.<Integer>defaults()
                .withGuarantee(once ? new Guarantee.AtMostOnce<>() : new Guarantee.AtLeastOnce<>())
                .withKeys(Keys.sequentialize(update -> update < 500 ? 0 : update))
                .withLimits(RunnerLimits.defaults().withWatermarks(50, 100))
                .withTimes(TimeLimits.<Integer>defaults().withStandstill(Duration.ofMillis(50)));
        Handler<Integer> handler = delivery -> {
            if (delivery.update() == 0) hangs.await();
            else others.add(delivery.update());
        };
        try (var runner = new Runner<>(full, handler, options)) {
            runner.start();
            for (int i = 1; i < 1_000; i++) others.take();
            assertThat(runner.stats().timedOut()).isPositive(); // on a busy machine others may be slow, too
        }
    }

    /** As many handlers hang as there are slots, whatever keeps the updates. */
    @ParameterizedTest
    @ValueSource(strings = {"journal", "once", "server"})
    void line21HandlersThatHangInAllSlotsAreTreatedAsBeyondTheirLimit(String kept) throws InterruptedException {
        var options = options(times -> times.withExecution(null))
                .withLimits(RunnerLimits.defaults().withConcurrency(2))
                .withFailures(FailureHandler.skip());
        options = switch (kept) {
            case "journal" -> options.withJournal(new MemoryJournal<>(String::hashCode, wallClock::get));
            case "once" -> options.withGuarantee(new Guarantee.AtMostOnce<>());
            default -> options;
        };
        var others = new LinkedBlockingQueue<String>();
        var hang = new CountDownLatch(2);
        Handler<String> handler = delivery -> {
            if (delivery.update().charAt(0) < 'c') {
                hang.countDown();
                new CountDownLatch(1).await();
            } else others.add(delivery.update());
        };
        try (var runner = start(handler, options, "a1", "b1", "c1", "d1")) {
            hang.await();
            while (runner.stats().waiting() < 2) Thread.yield();
            timer.advance(Duration.ofMinutes(5).minusNanos(1));
            assertThat(runner.stats().timedOut()).isZero();
            timer.advance(Duration.ofNanos(1));
            assertThat(others.take()).isEqualTo("c1");
            assertThat(others.take()).isEqualTo("d1");
            assertThat(runner.stats().timedOut()).isEqualTo(2);
        }
    }

    @Test
    void aHandlerThatHangsHasItsSlotForAsLongAsOthersComeThroughTheRest() throws InterruptedException {
        var options = options(times -> times.withExecution(null))
                .withJournal(new MemoryJournal<>(String::hashCode, wallClock::get))
                .withLimits(RunnerLimits.defaults().withConcurrency(2));
        var gates = new Semaphore(0);
        var hangs = new CountDownLatch(1);
        Handler<String> handler = delivery -> {
            if (delivery.update().equals("a1")) hangs.await();
            else gates.acquire();
        };
        try (var runner = start(handler, options, "a1", "b1", "c1", "d1", "e1")) {
            while (runner.stats().polls() == 0 || runner.stats().running() < 2) Thread.yield();
            for (int i = 1; i < 4; i++) {
                int left = 4 - i;
                while (runner.stats().waiting() != left) Thread.yield();
                timer.advance(Duration.ofMinutes(4));
                gates.release();
            }
            while (runner.stats().waiting() > 0) Thread.yield();
            timer.advance(Duration.ofHours(1)); // nobody waits for a slot
            assertThat(runner.stats().timedOut()).isZero();
            gates.release();
            hangs.countDown();
        }
    }

    /** Returns when the runner has heard of it. */
    private void standStill(Duration since) throws InterruptedException {
        source.since = since;
        source.updates.add(Standing.STILL);
        source.heard.acquire();
    }

    /** A source that can say that nothing more will come for now. Its runner's thread alone touches what is not thread-safe. */
    private static final class Standing extends QueueSource<String> {
        private static final String STILL = "still";

        private final Semaphore heard = new Semaphore(0);
        private volatile Duration since = Duration.ZERO;
        private boolean stands;

        @Override
        public List<String> next(int limit) throws InterruptedException {
            if (stands) heard.release();
            stands = false;
            var batch = super.next(limit);
            stands = batch.equals(List.of(STILL));
            return stands ? List.of() : batch;
        }

        @Override
        public Duration standsStill() {
            return stands ? since : Duration.ZERO;
        }
    }
}
