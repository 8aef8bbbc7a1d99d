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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers whose handlers hang, and what waits for them. */
@Timeout(60)
class WorkersTest {
    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));

    private final FakeTimer timer = new FakeTimer();
    private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    private CountDownLatch gate(String update) {
        return gates.computeIfAbsent(update, none -> new CountDownLatch(1));
    }

    /** Deaf to interrupts until its gate opens. */
    private void stubborn(Delivery<String> delivery) {
        begun.add(delivery.update());
        while (true) {
            try {
                gate(delivery.update()).await();
                ended.add(delivery.update());
                return;
            } catch (InterruptedException ignored) {
                // That is what these are about.
            }
        }
    }

    private Runner<String> start(Source<String> source, UnaryOperator<TimeLimits<String>> change) {
        var times = change.apply(TimeLimits.<String>defaults().withGrace(GRACE));
        var options = RunnerOptions.<String>defaults().withKeys(Keys.none()).withTimes(times);
        var runner = new Runner<>(source, new Workers<>(1, this::stubborn), options, timer, CLOCK, new Random(1));
        runner.start();
        return runner;
    }

    private static void awaitWaiting(Runner<?> runner, int count) {
        while (runner.stats().waiting() != count) Thread.onSpinWait();
    }

    @Test
    void line21AWorkerWhoseHandlerIsAbandonedIsReplacedAndWhoWaitsForItIsSeen() throws InterruptedException {
        try (var runner = start(QueueSource.of("a", "b", "c"), times -> times.withExecution(LIMIT))) {
            var first = begun.take();
            awaitWaiting(runner, 2);
            assertThat(runner.stats().running()).isOne();
            timer.advance(Duration.ofSeconds(5));
            assertThat(runner.backlog(3).oldest()).isEqualTo(Duration.ofSeconds(5));
            timer.advance(LIMIT);
            timer.advance(GRACE);
            var second = begun.take();
            awaitWaiting(runner, 1);
            assertThat(runner.stats().abandoned()).isOne();
            gate(first).countDown(); // gives nothing back that it has lost already
            assertThat(ended.take()).isEqualTo(first);
            while (runner.stats().abandoned() > 0) Thread.onSpinWait();
            assertThat(runner.stats().waiting()).isOne();
            assertThat(begun).isEmpty();
            gate(second).countDown();
            var third = begun.take();
            gate(third).countDown();
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.stats().succeeded()).isEqualTo(2);
            assertThat(runner.backlog(3).oldest()).isZero();
        }
    }

    @Test
    void line21BeyondTheCapAnAbandonedHandlerKeepsItsWorker() throws InterruptedException {
        UnaryOperator<TimeLimits<String>> one =
                times -> times.withExecution(LIMIT).withAbandoned(1, AbandonedKeys.RELEASED);
        try (var runner = start(QueueSource.of("a", "b", "c"), one)) {
            var first = begun.take();
            awaitWaiting(runner, 2);
            timer.advance(LIMIT);
            timer.advance(GRACE);
            var second = begun.take();
            timer.awaitPending(1);
            timer.advance(LIMIT);
            timer.advance(GRACE);
            assertThat(runner.stats().stuck()).isOne();
            assertThat(runner.stats().waiting()).isOne();
            gate(first).countDown();
            var third = begun.take();
            gate(third).countDown();
            gate(second).countDown();
            while (runner.stats().abandoned() > 0 || runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.stats().succeeded()).isOne();
        }
    }

    /** The server shows a hundred updates while the first has not ended: here the first, and 99 that wait for its worker. */
    @Test
    void line21AStandstillOfWorkersEndsWithTheHandlersThatHang() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 300);
        var options = LongPollOptions.defaults()
                .withTimeout(Duration.ZERO)
                .withRepoll(Duration.ZERO)
                .withMargin(Duration.ofSeconds(1));
        var release = new CountDownLatch(1);
        var worked = new AtomicInteger();
        Handler<Long> handler = delivery -> {
            for (boolean hangs = delivery.update() == 7; hangs; ) {
                try {
                    release.await();
                    hangs = false;
                } catch (InterruptedException ignored) {
                    // That is what this one is about.
                }
            }
            worked.incrementAndGet();
        };
        var times =
                TimeLimits.<Long>defaults().withStandstill(Duration.ofMillis(1)).withGrace(Duration.ZERO);
        try (var runner = new Runner<>(
                new LongPoll<>(server, Long::longValue, options, System::nanoTime),
                new Workers<>(1, handler),
                RunnerOptions.<Long>defaults().withKeys(Keys.none()).withTimes(times))) {
            runner.start();
            while (worked.get() < 299) Thread.onSpinWait();
            release.countDown();
            while (runner.stats().abandoned() > 0) Thread.onSpinWait();
        }
        assertThat(server.pending()).isEmpty();
    }

    /** When no more may leave their slots, all slots may be those of handlers that wait for the one worker. */
    @Test
    void line1WhoIsToHaveAWorkerNextGetsItAlthoughOthersThatWaitForOneHaveAllSlots() throws InterruptedException {
        int count = 2_000;
        var source = new QueueSource<Integer>();
        for (int i = 0; i < count; i++) source.updates.add(i);
        var worked = new AtomicInteger();
        var journal = new MemoryJournal<Integer>(Integer::longValue, CLOCK);
        var limits = RunnerLimits.defaults().withConcurrency(2).withWatermarks(1, 2);
        try (var runner = new Runner<Integer>(
                source,
                new Workers<>(1, delivery -> worked.incrementAndGet()),
                RunnerOptions.<Integer>defaults()
                        .withKeys(Keys.none())
                        .withJournal(journal)
                        .withLimits(limits))) {
            runner.start();
            while (runner.stats().succeeded() < count) Thread.onSpinWait();
        }
        assertThat(worked).hasValue(count);
    }

    @Test
    void whatIsStoppedWhileItWaitsForAWorkerLeavesItToOthers() throws InterruptedException {
        var source = QueueSource.of("a", "b", "c");
        var runner = start(source, times -> times);
        var first = begun.take();
        awaitWaiting(runner, 2);
        assertThat(runner.stop(Duration.ZERO).cancelled()).isEqualTo(3);
        gate(first).countDown();
        while (runner.size() > 0) Thread.onSpinWait();
        runner.start();
        var heard = new ArrayList<String>();
        for (var update : List.of("d", "e")) {
            source.updates.add(update);
            gate(update).countDown();
            heard.add(begun.take());
        }
        assertThat(heard).containsExactly("d", "e");
        runner.close();
    }
}
