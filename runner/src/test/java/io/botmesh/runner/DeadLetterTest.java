package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Line 18: attempts that are counted, and where updates end that come to nothing. */
@Timeout(300)
class DeadLetterTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An update "key:text". */
    private static RunnerOptions<String> options() {
        return RunnerOptions.<String>defaults()
                .withKeys(Keys.sequentialize(update -> update.substring(0, update.indexOf(':'))))
                .withRetry(RetryOptions.defaults().withAttempts(3));
    }

    private static MemoryJournal<String> journal() {
        return new MemoryJournal<>(String::hashCode, () -> NOW);
    }

    /** What a runner did. */
    private static final class Seen implements RunnerListener<String> {
        record Dead(String update, int attempts, DeadLetters.Cause cause) {}

        final LinkedBlockingQueue<String> deliveries = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Dead> dead = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Throwable> givenUp = new LinkedBlockingQueue<>();

        Handler<String> handler(Handler<String> handler) {
            return delivery -> {
                deliveries.add(delivery.update() + " " + delivery.attempt());
                handler.handle(delivery);
            };
        }

        @Override
        public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
            if (failure == null) ended.add(delivery.update());
        }

        @Override
        public void onDeadLetter(Delivery<String> delivery, DeadLetters.Cause cause) {
            dead.add(new Dead(delivery.update(), delivery.attempt(), cause));
        }

        @Override
        public void onGivenUp(Delivery<String> delivery, Throwable failure) {
            givenUp.add(failure);
        }
    }

    private static Runner<String> runner(
            Source<String> source, Seen seen, Handler<String> handler, RunnerOptions<String> options) {
        return new Runner<>(
                source,
                seen.handler(handler),
                options.withListener(seen),
                FakeTimer.impatient(),
                InstantSource.system(),
                new Random(1));
    }

    private static void failPoison(Delivery<String> delivery) {
        if (delivery.update().contains("poison"))
            throw new IllegalStateException("no luck with 123456789:AAfake-fake-fake-fake-fake-fake");
    }

    @Test
    void line18APoisonUpdateIsADeadLetterAfterItsLastAttemptAndFreesItsKey() throws InterruptedException {
        var journal = journal();
        var seen = new Seen();
        try (var runner = runner(
                QueueSource.of("a:poison", "a:1", "a:2"),
                seen,
                DeadLetterTest::failPoison,
                options().withJournal(journal))) {
            runner.start();
            assertThat(seen.ended.take()).isEqualTo("a:1");
            assertThat(seen.ended.take()).isEqualTo("a:2");
            assertThat(runner.stats().dead()).isOne();
            assertThat(runner.stats().givenUp()).isZero();
            assertThat(runner.stats().retried()).isEqualTo(2);
        }
        // Those behind waited for it and had none of its attempts.
        assertThat(seen.deliveries).containsExactly("a:poison 1", "a:poison 2", "a:poison 3", "a:1 1", "a:2 1");
        assertThat(seen.dead).extracting(Seen.Dead::attempts).containsExactly(3);
        var letter = journal.deadLetters().list(0, 10).getFirst();
        assertThat(letter.update()).isEqualTo("a:poison");
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(letter.at()).isEqualTo(NOW);
        assertThat(letter.cause().type()).isEqualTo("java.lang.IllegalStateException");
        assertThat(letter.cause().message()).isEqualTo("no luck with [token]");
        assertThat(letter.cause().stack()).contains("failPoison").doesNotContain("AAfake");
        assertThat(journal.size()).isZero();
    }

    @Test
    void line18AttemptsSurviveARestartWhoseStopInterruptedOne() throws InterruptedException {
        var journal = journal();
        var seen = new Seen();
        var third = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var runner = runner(
                QueueSource.of("a:1"),
                seen,
                delivery -> {
                    if (delivery.attempt() < 3) throw new IllegalStateException("again");
                    third.countDown();
                    never.await();
                },
                options().withJournal(journal).withRetry(RetryOptions.defaults().withAttempts(4)));
        runner.start();
        third.await();
        runner.stop(Duration.ZERO);
        while (runner.size() > 0) Thread.onSpinWait(); // a stop does not wait for ever for what it has interrupted
        var next = journal.reopened();
        // Two have failed; the one that was interrupted counts for nothing.
        var left = next.undone(0, 10);
        assertThat(left)
                .containsExactly(
                        new Journal.Entry<>(1, 2, 0, true, left.getFirst().arrived(), "a:1"));
        var again = new Seen();
        try (var second = runner(
                new QueueSource<>(),
                again,
                delivery -> {
                    throw new IllegalStateException("still");
                },
                options().withJournal(next).withRetry(RetryOptions.defaults().withAttempts(4)))) {
            second.start();
            assertThat(again.dead.take().attempts()).isEqualTo(4);
            assertThat(again.deliveries).containsExactly("a:1 3", "a:1 4");
        }
    }

    /** As at a restart of the machine: the process ends with its deadline, whatever its handlers do. */
    @Test
    void line18StopsWhoseDeadlineAHandlerOutstaysMakeNoDeadLetter() throws InterruptedException {
        var journal = journal();
        var deliveries = new ArrayList<String>();
        for (int life = 1; life <= 5; life++) {
            var seen = new Seen();
            var begun = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var runner = runner(
                    life == 1 ? QueueSource.of("a:1") : new QueueSource<>(),
                    seen,
                    delivery -> {
                        begun.countDown();
                        awaitUninterruptibly(release);
                    },
                    options().withJournal(journal));
            runner.start();
            begun.await();
            runner.stop(Duration.ZERO);
            journal = journal.reopened();
            release.countDown();
            deliveries.addAll(seen.deliveries);
            assertThat(seen.dead).isEmpty();
            assertThat(journal.undone(0, 10).getFirst().vanished()).isZero();
        }
        assertThat(deliveries).containsExactly("a:1 1", "a:1 2", "a:1 2", "a:1 2", "a:1 2");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException notHeeded) {
                // The loop is the point.
            }
        }
    }

    @Test
    void line18StopsWithinOneProcessTakeNoAttemptFromWhatThenFails() throws InterruptedException {
        var seen = new Seen();
        var healthy = new java.util.concurrent.atomic.AtomicBoolean();
        var begun = new LinkedBlockingQueue<Integer>();
        try (var runner = runner(
                QueueSource.of("a:1"),
                seen,
                delivery -> {
                    if (healthy.get()) throw new IllegalStateException("it fails at last");
                    begun.add(delivery.attempt());
                    new CountDownLatch(1).await();
                },
                options().withJournal(journal()))) {
            for (int start = 1; start <= 5; start++) {
                runner.start();
                assertThat(begun.take()).isEqualTo(start == 1 ? 1 : 2);
                runner.stop(Duration.ZERO);
            }
            healthy.set(true);
            runner.start();
            assertThat(seen.dead.take().attempts()).isEqualTo(3);
        }
        assertThat(seen.deliveries).endsWith("a:1 2", "a:1 2", "a:1 3");
    }

    @Test
    void line18WhatTakesTheProcessDownIsADeadLetterAfterTheLastAttemptAndThoseBehindItAreNot()
            throws InterruptedException {
        var journal = journal();
        var deliveries = new ArrayList<String>();
        for (int life = 1; life <= 4; life++) {
            var seen = new Seen();
            var died = new AtomicReference<@Nullable MemoryJournal<String>>();
            var over = new CountDownLatch(1);
            var own = journal;
            var runner = runner(
                    life == 1 ? QueueSource.of("a:poison", "a:1") : new QueueSource<>(),
                    seen,
                    delivery -> {
                        if (delivery.update().equals("a:poison")) {
                            died.set(own.reopened()); // all that the next process finds
                            over.countDown();
                            throw new IllegalStateException("nobody hears of this");
                        }
                        over.countDown();
                    },
                    options().withJournal(journal).withFailures((delivery, failure) -> {
                        never();
                        return FailureHandler.Decision.SKIP;
                    }));
            runner.start();
            over.await();
            deliveries.addAll(seen.deliveries);
            if (life < 4) {
                assertThat(seen.dead).isEmpty();
                journal = java.util.Objects.requireNonNull(died.get());
                assertThat(journal.undone(0, 10).getLast().attempts()).isZero(); // a:1
            } else {
                assertThat(died).hasNullValue();
                var dead = seen.dead.take();
                assertThat(dead.update()).isEqualTo("a:poison");
                assertThat(dead.cause().type()).isEqualTo("vanished");
                assertThat(seen.ended.take()).isEqualTo("a:1");
            }
            runner.stop(Duration.ZERO);
        }
        assertThat(deliveries).containsExactly("a:poison 1", "a:poison 2", "a:poison 3", "a:1 2");
    }

    /** Or a poisonous update would take all conversations with it, however long ago they were begun. */
    @Test
    void line18AHandlerThatWaitsHasNoPartInDeathsOfTheProcessAndOneThatGoesOnHas() throws InterruptedException {
        var journal = journal();
        for (int life = 1; life <= 6; life++) {
            var source = life == 1 ? QueueSource.of("a:ask") : new QueueSource<String>();
            var died = new LinkedBlockingQueue<MemoryJournal<String>>();
            var own = journal;
            var runner = new Runner<String>(
                    source,
                    delivery -> {
                        delivery.next(update -> update.equals("a:answer"), LONG);
                        died.add(own.reopened());
                        never();
                    },
                    options().withJournal(own));
            runner.start();
            while (life < 6 && runner.stats().parked() == 0) Thread.onSpinWait();
            if (life == 5) source.updates.add("a:answer"); // after four lives in which it only waited
            if (life < 5) {
                var left = own.reopened().undone(0, 10).getFirst();
                while (left.vanished() > 0) left = own.reopened().undone(0, 10).getFirst(); // it has begun to wait
                assertThat(left.attempts()).isEqualTo(life == 1 ? 0 : 1);
                journal = own.reopened();
            } else if (life == 5) {
                journal = died.take();
                var left = journal.undone(0, 10).getFirst();
                assertThat(left).isEqualTo(new Journal.Entry<>(1, 2, 1, true, left.arrived(), "a:ask"));
            } else {
                assertThat(died.take().undone(0, 10).getFirst().vanished()).isEqualTo(2);
            }
            runner.stop(Duration.ZERO);
        }
    }

    private static void never() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of three keys, all of which were under way at two deaths of the process. */
    private static MemoryJournal<String> suspects() {
        var journal = journal();
        for (var update : List.of("a:1", "b:1", "c:1")) {
            var entry = journal.append(List.of(update)).getFirst();
            journal.began(entry.sequence(), 1);
        }
        journal = journal.reopened();
        for (var entry : journal.undone(0, 10)) journal.began(entry.sequence(), 2);
        journal = journal.reopened();
        assertThat(journal.undone(0, 10)).allMatch(entry -> entry.vanished() == 2);
        return journal;
    }

    private static Runner<String> suspicious(FakeTimer time, Seen seen, CountDownLatch release) {
        return new Runner<String>(
                QueueSource.of("d:1"),
                seen.handler(delivery -> {
                    if (!delivery.update().startsWith("d")) release.await();
                }),
                options().withJournal(suspects()).withListener(seen),
                time,
                InstantSource.system(),
                new Random(1));
    }

    /** Or every update that happens to run beside a poisonous one would be buried with it. */
    @Test
    void line18SuspectsOfADeathRunOneAtATimeAndBesideAllOthers() throws InterruptedException {
        var seen = new Seen();
        var release = new CountDownLatch(1);
        try (var runner = suspicious(new FakeTimer(), seen, release)) {
            runner.start();
            assertThat(seen.ended.take()).isEqualTo("d:1");
            while (seen.deliveries.size() < 2) Thread.onSpinWait();
            assertThat(seen.deliveries).containsExactlyInAnyOrder("a:1 3", "d:1 1");
            release.countDown();
            assertThat(List.of(seen.ended.take(), seen.ended.take(), seen.ended.take()))
                    .containsExactly("a:1", "b:1", "c:1");
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line18ThatSuspectsRunOneAtATimeIsToldInOneLine() throws InterruptedException {
        var told = new ToldLines();
        var seen = new Seen();
        try (told;
                var runner = suspicious(new FakeTimer(), seen, new CountDownLatch(0))) {
            runner.start();
            for (int i = 0; i < 4; i++) seen.ended.take();
        }
        assertThat(told.lines())
                .filteredOn(line -> line.contains("when the process died"))
                .singleElement()
                .asString()
                .startsWith("update 1 of the journal was under way 2 times");
    }

    /** Or a handler that hangs would hold up every chat whose update was under way beside it. */
    @Test
    void line18ASuspectThatRunsForAMinuteHoldsUpNoOther() throws InterruptedException {
        var seen = new Seen();
        var release = new CountDownLatch(1);
        var time = new FakeTimer();
        try (var runner = suspicious(time, seen, release)) {
            runner.start();
            assertThat(seen.ended.take()).isEqualTo("d:1");
            for (var next : List.of("a:1 3", "b:1 3", "c:1 3")) {
                while (!seen.deliveries.contains(next)) Thread.onSpinWait();
                time.awaitPending(1);
                time.advance(Suspicion.LASTS.minusNanos(1));
                assertThat(seen.deliveries.stream().filter(each -> !each.startsWith("d")))
                        .last()
                        .isEqualTo(next);
                time.advance(Duration.ofNanos(1));
            }
            assertThat(seen.ended).isEmpty();
            release.countDown();
            assertThat(List.of(seen.ended.take(), seen.ended.take(), seen.ended.take()))
                    .containsExactlyInAnyOrder("a:1", "b:1", "c:1");
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.keys()).isZero();
        }
    }

    /** Or one death would count against two of them. */
    @Test
    void line18EachAttemptOfASuspectHasAMinuteOfItsOwnInWhichNoOtherBegins() throws InterruptedException {
        var seen = new Seen();
        var release = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        var time = new FakeTimer();
        var runner = new Runner<String>(
                QueueSource.of("d:1"),
                seen.handler(delivery -> {
                    if (delivery.update().startsWith("d")) return;
                    if (delivery.attempt() == 3) {
                        first.await();
                        throw new IllegalStateException("once more");
                    }
                    release.await();
                }),
                options()
                        .withRetry(RetryOptions.defaults().withAttempts(9))
                        .withFailures((delivery, failure) -> delivery.update().startsWith("a")
                                ? FailureHandler.Decision.RETRY
                                : FailureHandler.Decision.SKIP)
                        .withJournal(suspects())
                        .withListener(seen),
                time,
                InstantSource.system(),
                new Random(1));
        try (runner) {
            runner.start();
            assertThat(seen.ended.take()).isEqualTo("d:1");
            while (!seen.deliveries.contains("a:1 3")) Thread.onSpinWait();
            time.awaitPending(1);
            time.advance(Suspicion.LASTS.minusSeconds(1));
            first.countDown();
            // Meanwhile b and c begin, and fail, and have ended before its pause is over.
            while (!seen.deliveries.contains("c:1 3")) Thread.onSpinWait();
            time.awaitPending(1);
            time.fireNext();
            while (!seen.deliveries.contains("a:1 4")) Thread.onSpinWait();
            assertThat(time.pending()).isOne();
            release.countDown();
            assertThat(seen.ended.take()).isEqualTo("a:1");
            while (runner.size() > 0) Thread.onSpinWait();
            time.awaitPending(0);
            assertThat(runner.keys()).isZero();
        }
    }

    @Test
    void line18AReplayedOneGoesToTheEndOfItsKeyAtOnceWithItsAttemptsForgottenAndIsFlagged()
            throws InterruptedException {
        var journal = journal();
        var source = QueueSource.of("a:poison");
        var seen = new Seen();
        var busy = new CountDownLatch(1);
        var healed = new CountDownLatch(1);
        try (var runner = runner(
                source,
                seen,
                delivery -> {
                    if (delivery.update().equals("a:slow")) {
                        busy.countDown();
                        healed.await();
                    } else if (healed.getCount() > 0) failPoison(delivery);
                },
                options().withJournal(journal))) {
            runner.start();
            seen.dead.take();
            source.updates.add("a:slow");
            busy.await();
            assertThat(journal.deadLetters().replay(1)).isTrue();
            assertThat(journal.deadLetters().replay(1)).isFalse();
            assertThat(journal.deadLetters().count()).isZero();
            healed.countDown();
            assertThat(seen.ended.take()).isEqualTo("a:slow");
            assertThat(seen.ended.take()).isEqualTo("a:poison");
            assertThat(seen.deliveries).endsWith("a:slow 1", "a:poison 2");
            source.updates.add("a:poison"); // known, whatever became of it
            source.updates.add("a:last");
            assertThat(seen.ended.take()).isEqualTo("a:last");
            runner.stop(LONG);
            assertThat(journal.size()).isZero();
        }
    }

    @Test
    void line18AReplayIsNotOvertakenByWhatIsPolledMeanwhile() throws InterruptedException {
        long seed = Long.getLong("seed", 1);
        System.out.println("DeadLetterTest replay seed " + seed);
        var random = new Random(seed);
        var journal = journal();
        for (int i = 0; i < 100; i++) {
            var entry = journal.append(List.of("a:dead" + i)).getFirst();
            journal.dead(entry.sequence(), 1, new DeadLetters.Cause("test", "", ""));
        }
        var source = new QueueSource<String>();
        var seen = new Seen();
        try (var runner = runner(
                source,
                seen,
                delivery -> {},
                options()
                        .withJournal(journal)
                        .withKeys(Keys.none())
                        .withLimits(RunnerLimits.defaults().withWatermarks(5, 10)))) {
            runner.start();
            for (int i = 0; i < 100; i++) {
                for (int more = random.nextInt(20); more > 0; more--) source.updates.add("a:" + i + "," + more);
                assertThat(journal.deadLetters().replay(i + 1)).isTrue();
            }
            var replayed = new ArrayList<String>();
            while (replayed.size() < 100) {
                var one = seen.ended.take();
                if (one.startsWith("a:dead")) replayed.add(one);
            }
            assertThat(replayed).as("seed %d", seed).doesNotHaveDuplicates();
        }
    }

    @Test
    void line18AFailureHandlerMayGiveUpAtOnce() throws InterruptedException {
        var dead = endOf(
                options -> options.withFailures((delivery, failure) -> FailureHandler.Decision.DEAD),
                DeadLetterTest::failPoison);
        assertThat(dead.attempts()).isOne();
    }

    @Test
    void line18AFailureHandlerThatThrowsLosesNothing() throws InterruptedException {
        var dead = endOf(
                options -> options.withFailures((delivery, failure) -> {
                    throw new IllegalStateException("the failure handler itself");
                }),
                DeadLetterTest::failPoison);
        assertThat(dead.cause().message()).startsWith("no luck");
    }

    /** Line 14: what nobody can read is not worth a second look. */
    @Test
    void line14AnUnreadableUpdateIsADeadLetterAtOnce() throws InterruptedException {
        var dead = endOf(options -> options, delivery -> {
            throw new IllegalStateException(new UnreadableException("no JSON", null));
        });
        assertThat(dead.attempts()).isOne();
    }

    @Test
    void line14AnUpdateWhoseKeysCannotBeComputedIsADeadLetterAtOnce() throws InterruptedException {
        var dead = endOf(
                options -> options.withKeys(update -> {
                    throw new IllegalStateException("no key");
                }),
                delivery -> {});
        assertThat(dead.attempts()).isOne();
        assertThat(dead.cause().message()).isEqualTo("no key");
    }

    private static Seen.Dead endOf(UnaryOperator<RunnerOptions<String>> with, Handler<String> handler)
            throws InterruptedException {
        var journal = journal();
        var seen = new Seen();
        try (var runner = runner(
                QueueSource.of("a:poison"), seen, handler, with.apply(options().withJournal(journal)))) {
            runner.start();
            var dead = seen.dead.take();
            assertThat(journal.deadLetters().list(0, 10)).hasSize(1);
            return dead;
        }
    }

    @Test
    void withoutAJournalAGivenUpUpdateIsToldToTheListener() throws InterruptedException {
        var seen = new Seen();
        try (var runner = runner(
                QueueSource.of("a:poison", "a:1"),
                seen,
                DeadLetterTest::failPoison,
                options().withFailures((delivery, failure) -> FailureHandler.Decision.DEAD))) {
            runner.start();
            assertThat(seen.ended.take()).isEqualTo("a:1");
            assertThat(seen.givenUp).hasSize(1);
            assertThat(seen.dead).isEmpty();
            assertThat(runner.stats().givenUp()).isOne();
        }
    }

    @Test
    void aCauseTakesWhateverAnExceptionSaysOfItself() {
        var hostile = new RuntimeException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("and this one throws");
            }
        };
        assertThat(DeadLetters.Cause.of(hostile).message()).isEqualTo("no message");
        assertThat(DeadLetters.Cause.of(new RuntimeException("x".repeat(5000))).message())
                .hasSize(1001);
        assertThat(DeadLetters.Cause.of(new RuntimeException()).message()).isEmpty();
        assertThat(deep(100).stack()).hasLineCount(20);
    }

    private static DeadLetters.Cause deep(int calls) {
        return calls == 0 ? DeadLetters.Cause.of(new RuntimeException()) : deep(calls - 1);
    }
}
