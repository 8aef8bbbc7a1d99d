package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What other frameworks have words for; see docs/runner.md. */
@Timeout(300)
class VocabularyTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void sequentialRunsOneAtATimeInTheOrderOfArrival() throws InterruptedException {
        var source = QueueSource.of(1, 2, 3, 4, 5, 6, 7, 8);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var handled = new LinkedBlockingQueue<Integer>();
        var go = new CountDownLatch(1);
        try (var runner = Runners.<Integer>sequential(
                source,
                delivery -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    go.await();
                    running.decrementAndGet();
                    handled.add(delivery.update());
                },
                RunnerOptions.defaults())) {
            runner.start();
            while (runner.size() < 8) Thread.onSpinWait(); // all are there, and all others could run
            assertThat(handled).isEmpty();
            go.countDown();
            for (int i = 1; i <= 8; i++) assertThat(handled.take()).isEqualTo(i);
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void batchedPollsAgainOnlyWhenAllOfABatchHaveEnded() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 10);
        var all = new CyclicBarrier(10); // of a batch at once
        var release = new CountDownLatch(1);
        var ended = new LinkedBlockingQueue<Long>();
        try (var runner = Runners.<Long>batched(
                server.longPoll(),
                delivery -> {
                    if (delivery.update() <= 10) all.await();
                    if (delivery.update() == 3) release.await();
                    ended.add(delivery.update());
                },
                RunnerOptions.defaults())) {
            runner.start();
            for (int i = 0; i < 9; i++) assertThat(ended.take()).isNotEqualTo(3);
            server.send(11, 12);
            assertThat(server.polls()).hasSize(1);
            release.countDown();
            assertThat(ended.take()).isEqualTo(3);
            assertThat(List.of(ended.take(), ended.take())).containsExactlyInAnyOrder(11L, 12L);
            assertThat(server.polls().get(1).updateOffset()).isEqualTo(11);
        }
    }

    /** A batch that does not end keeps all others away, as one update does that holds up the server. */
    @Test
    void batchedLine21AHandlerThatHangsIsTreatedAsBeyondItsLimit() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 10);
        var ended = new LinkedBlockingQueue<Long>();
        try (var runner = Runners.<Long>batched(
                server.longPoll(),
                delivery -> {
                    if (delivery.update() == 3) new CountDownLatch(1).await();
                    ended.add(delivery.update());
                },
                RunnerOptions.<Long>defaults()
                        .withFailures(FailureHandler.skip())
                        .withTimes(TimeLimits.<Long>defaults().withStandstill(Duration.ofMillis(1))))) {
            runner.start();
            for (int i = 0; i < 9; i++) assertThat(ended.take()).isNotEqualTo(3);
            server.send(11, 12);
            assertThat(List.of(ended.take(), ended.take())).containsExactlyInAnyOrder(11L, 12L);
            assertThat(runner.stats().timedOut()).isOne();
        }
    }

    @Test
    void batchedSaysWhenNothingIsFetchedForLong() throws InterruptedException {
        var now = new AtomicLong();
        var server = new FakeServer();
        server.send(1, 2);
        try (var told = new ToldLines()) {
            var barrier = new Barrier<>(server.longPoll(), now::get);
            assertThat(barrier.next(100)).hasSize(2);
            now.set(Duration.ofSeconds(39).toNanos());
            assertThat(barrier.next(100)).isEmpty();
            assertThat(told.lines()).isEmpty();
            now.set(Duration.ofSeconds(40).toNanos());
            assertThat(barrier.standsStill()).isEqualTo(Duration.ofSeconds(40));
            assertThat(barrier.next(100)).isEmpty();
            assertThat(barrier.next(100)).isEmpty();
            assertThat(told.lines())
                    .containsExactly(
                            "nothing has been fetched for 40 s, as a batch has not ended: a handler of it hangs, or is"
                                    + " slow; give handlers a time");
        }
    }

    @Test
    void batchedIsForNoOtherGuarantee() {
        assertThatThrownBy(() -> Runners.<Long>batched(
                        new FakeServer().longPoll(),
                        delivery -> {},
                        RunnerOptions.<Long>defaults()
                                .withJournal(new MemoryJournal<>(update -> update, InstantSource.system()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "batches are confirmed when they have ended, so they are for AtLeastOnce, not for Journaled");
        assertThatThrownBy(() -> Runners.<Long>batched(
                        new FakeServer().longPoll(),
                        delivery -> {},
                        RunnerOptions.<Long>defaults().withGuarantee(new Guarantee.AtMostOnce<>())))
                .hasMessageEndingWith("not for AtMostOnce");
    }

    @Test
    void concurrencyCanBeUnlimited() throws InterruptedException {
        int count = 3000;
        var source = new QueueSource<Integer>();
        for (int i = 0; i < count; i++) source.updates.add(i);
        var together = new CountDownLatch(count);
        try (var runner = new Runner<Integer>(
                source,
                delivery -> {
                    together.countDown();
                    together.await();
                },
                RunnerOptions.<Integer>defaults()
                        .withConcurrency(RunnerLimits.UNLIMITED)
                        .withGuarantee(new Guarantee.AtMostOnce<>()))) {
            runner.start();
            together.await();
        }
    }

    /** A handler that never lets go of its processor would keep a second one from starting if there were only one. */
    @Test
    void handlersComputeOnSeveralProcessorsAtOnce() throws InterruptedException {
        int processors = Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
        Assumptions.assumeTrue(processors > 1);
        var spinning = new AtomicInteger();
        var done = new CountDownLatch(2);
        try (var runner = new Runner<Integer>(
                QueueSource.of(1, 2),
                delivery -> {
                    spinning.incrementAndGet();
                    while (spinning.get() < 2) Thread.onSpinWait();
                    done.countDown();
                },
                RunnerOptions.defaults())) {
            runner.start();
            done.await();
        }
    }

    @Test
    void someUpdatesAreHandedToWorkersWhichKeepOrderAndTellFailures() throws InterruptedException {
        var source = QueueSource.of("work1", "work2!", "talk", "work3");
        var threads = new ConcurrentHashMap<String, Boolean>();
        var order = Collections.synchronizedList(new ArrayList<String>());
        var failed = new LinkedBlockingQueue<String>();
        var done = new CountDownLatch(4);
        Handler<String> note = delivery -> {
            threads.put(delivery.update(), Thread.currentThread().isVirtual());
            order.add(delivery.update());
            done.countDown();
            if (delivery.update().endsWith("!")) throw new IllegalStateException(delivery.update());
        };
        FailureHandler<String> failures = (delivery, failure) -> {
            failed.add(String.valueOf(failure.getMessage()));
            return FailureHandler.Decision.SKIP;
        };
        try (var runner = new Runner<String>(
                source,
                Handler.choose(update -> update.startsWith("work"), new Workers<>(2, note), note),
                RunnerOptions.<String>defaults()
                        .withKeys(Keys.sequentialize(update -> update.charAt(0)))
                        .withFailures(failures))) {
            runner.start();
            done.await();
            assertThat(failed.take()).isEqualTo("work2!");
        }
        assertThat(threads).containsEntry("work1", false).containsEntry("talk", true);
        assertThat(order.stream().filter(update -> update.startsWith("work")))
                .containsExactly("work1", "work2!", "work3");
    }

    @Test
    void line1AnUpdateThatWaitsForAWorkerHoldsNoSlot() throws InterruptedException {
        var go = new CountDownLatch(1);
        var light = new CountDownLatch(1);
        var heavy = new Workers<Integer>(1, delivery -> go.await());
        try (var runner = new Runner<Integer>(
                QueueSource.of(1, 2, 3, 4, -1),
                Handler.choose(update -> update > 0, heavy, delivery -> light.countDown()),
                RunnerOptions.<Integer>defaults().withConcurrency(2))) {
            runner.start();
            light.await();
            assertThat(runner.stats().succeeded()).isLessThanOrEqualTo(1);
            go.countDown();
            while (runner.stats().succeeded() < 5) Thread.onSpinWait();
        }
    }

    @Test
    void aWorkerIsInterruptedWithItsHandlerAndAwaited() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var ended = new CompletableFuture<Boolean>();
        var runner = new Runner<Integer>(
                QueueSource.of(1),
                new Workers<>(1, delivery -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        ended.complete(true);
                    }
                }),
                RunnerOptions.defaults());
        runner.start();
        entered.await();
        assertThat(runner.stop(Duration.ZERO).cancelled()).isOne();
        while (runner.size() > 0) Thread.onSpinWait(); // a stop does not wait for ever for what it has interrupted
        assertThat(ended).isDone();
        runner.close();
        assertThatThrownBy(() -> new Workers<Integer>(0, delivery -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    /** Their source is active until it is closed: here a stop leaves it as it is, and a close of the runner closes it. */
    @Test
    void aSourceIsClosedWithItsRunnerAndStaysActiveOverAStop() throws InterruptedException {
        var closes = new AtomicInteger();
        var source = new QueueSource<Integer>() {
            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        var handled = new LinkedBlockingQueue<Integer>();
        try (var runner =
                new Runner<Integer>(source, delivery -> handled.add(delivery.update()), RunnerOptions.defaults())) {
            for (int update = 1; update < 3; update++) {
                source.updates.add(update);
                runner.start();
                assertThat(handled.take()).isEqualTo(update);
                runner.stop(LONG);
            }
            assertThat(closes).hasValue(0);
        }
        assertThat(closes).hasValue(1);
    }

    @Test
    void severalRunnersInAProcessHaveNothingToDoWithEachOther() throws InterruptedException {
        var first = QueueSource.of("a1", "a2");
        var second = QueueSource.of("b1", "b2");
        var byFirst = new LinkedBlockingQueue<String>();
        var bySecond = new LinkedBlockingQueue<String>();
        try (var a = new Runner<String>(first, delivery -> byFirst.add(delivery.update()), RunnerOptions.defaults());
                var b = new Runner<String>(
                        second, delivery -> bySecond.add(delivery.update()), RunnerOptions.defaults())) {
            a.start();
            b.start();
            assertThat(List.of(byFirst.take(), byFirst.take())).containsExactlyInAnyOrder("a1", "a2");
            a.stop(LONG);
            second.updates.add("b3");
            assertThat(List.of(bySecond.take(), bySecond.take(), bySecond.take()))
                    .containsExactlyInAnyOrder("b1", "b2", "b3");
            assertThat(b.isRunning()).isTrue();
            assertThat(a.isRunning()).isFalse();
        }
        assertThat(byFirst).isEmpty();
        assertThat(bySecond).isEmpty();
    }

    @Test
    void line23DrainRunsWhatIsQueuedToo() throws InterruptedException {
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var server = new FakeServer();
        server.send(1, 10);
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var handled = new LinkedBlockingQueue<Long>();
        var runner = new Runner<Long>(
                server.longPoll(),
                delivery -> {
                    started.countDown();
                    release.await();
                    handled.add(delivery.update());
                },
                RunnerOptions.<Long>defaults().withKeys(Keys.all()).withJournal(journal));
        runner.start();
        started.await();
        server.awaitPolls(2);
        var report = new CompletableFuture<StopReport>();
        Thread.ofVirtual().start(() -> report.complete(runner.drain(LONG)));
        release.countDown();
        assertThat(report.join().leftInJournal()).isZero();
        assertThat(handled).hasSize(10);
        assertThat(server.pending()).isEmpty();
        runner.close();
    }
}
