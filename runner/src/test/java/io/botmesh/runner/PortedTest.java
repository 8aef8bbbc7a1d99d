package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of grammY's runner rely on. Numbers are those of its ported behaviours; docs/runner.md has the table. */
@Timeout(300)
class PortedTest {
    private record Failure(String update, Throwable thrown) {}

    private final QueueSource<String> source = new QueueSource<>();
    private final LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> timeouts = new LinkedBlockingQueue<>();

    private Runner<String> start(UnaryOperator<RunnerOptions<String>> change, Handler<String> handler) {
        var options = change.apply(RunnerOptions.<String>defaults()
                        .withGuarantee(new Guarantee.AtMostOnce<>())
                        .withFailures((delivery, failure) -> {
                            failures.add(new Failure(delivery.update(), failure));
                            return FailureHandler.Decision.SKIP;
                        }))
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onTimedOut(Delivery<String> delivery, Duration ran) {
                        timeouts.add(delivery.update());
                    }
                });
        var runner = new Runner<>(source, handler, options);
        runner.start();
        return runner;
    }

    private static RunnerOptions<String> oneByOne(RunnerOptions<String> options) {
        return options.withConcurrency(1);
    }

    private List<String> take(int count) throws InterruptedException {
        var taken = new ArrayList<String>();
        while (taken.size() < count) taken.add(handled.take());
        return taken;
    }

    private static void awaitEmpty(Runner<?> runner) {
        while (runner.size() > 0) Thread.onSpinWait();
    }

    private static Duration lasting(String seconds) {
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9223372036854775807", "9223372036854775", "2147484"})
    void behaviour1AnEndlessTimeoutIsAcceptedAndTheHandlerRuns(String seconds) throws InterruptedException {
        var limit = seconds.isEmpty() ? null : lasting(seconds);
        try (var runner = start(
                options -> options.withTimes(TimeLimits.<String>defaults().withExecution(limit)),
                delivery -> handled.add(delivery.update()))) {
            source.updates.add("a");
            assertThat(handled.take()).isEqualTo("a");
            awaitEmpty(runner);
            assertThat(timeouts).isEmpty();
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void behaviour2WhatArrivesWhenAllIsIdleStartsAtOnce() throws InterruptedException {
        var release = new CountDownLatch(1);
        try (var runner = start(PortedTest::oneByOne, delivery -> {
            handled.add(delivery.update());
            release.await();
        })) {
            source.updates.add("a");
            assertThat(handled.take()).isEqualTo("a");
            assertThat(runner.stats().running()).isOne();
            assertThat(runner.stats().waiting()).isZero();
            release.countDown();
        }
    }

    @Test
    void behaviours3And4UpdatesOfOneBatchAndOfSeveralStartInTheirOrder() throws InterruptedException {
        source.updates.addAll(List.of("a", "b", "c"));
        try (var runner = start(PortedTest::oneByOne, delivery -> handled.add(delivery.update()))) {
            assertThat(take(3)).containsExactly("a", "b", "c");
            for (var later : List.of("d", "e")) source.updates.add(later);
            source.updates.addAll(List.of("f", "g"));
            assertThat(take(4)).containsExactly("d", "e", "f", "g");
            assertThat(runner.isRunning()).isTrue();
        }
    }

    @Test
    void behaviours5And18And19TheSizeIsWhatHasNotEnded() throws InterruptedException {
        var release = new CountDownLatch(1);
        try (var runner = start(
                options -> options.withConcurrency(2).withKeys(Keys.sequentialize(update -> update.charAt(0))),
                delivery -> {
                    handled.add(delivery.update());
                    release.await();
                })) {
            assertThat(runner.size()).isZero();
            source.updates.add("a1");
            handled.take();
            assertThat(runner.size()).isOne();
            source.updates.addAll(List.of("b1", "b2", "b3"));
            handled.take();
            while (runner.size() < 4) Thread.onSpinWait();
            assertThat(runner.stats().running()).isEqualTo(2);
            assertThat(runner.stats().waiting()).isEqualTo(2);
            assertThat(runner.backlog(5).deepest()).containsExactly(new Backlog.KeyDepth('b', 2));
            release.countDown();
            take(2);
            awaitEmpty(runner);
            assertThat(runner.backlog(5).deepest()).isEmpty();
        }
    }

    @Test
    void behaviour6WhatComesAfterAnIdleTimeIsHandled() throws InterruptedException {
        try (var runner = start(PortedTest::oneByOne, delivery -> handled.add(delivery.update()))) {
            for (var update : List.of("a", "b", "c")) {
                source.updates.add(update);
                assertThat(handled.take()).isEqualTo(update);
                awaitEmpty(runner);
            }
        }
    }

    @Test
    void behaviours7And8And26And27AFailureIsToldOnceWithItsUpdateAndAsItWasThrown() throws InterruptedException {
        var first = new IllegalStateException("first");
        var second = new AssertionError("second");
        try (var runner = start(options -> options, delivery -> {
            handled.add(delivery.update());
            switch (delivery.update()) {
                case "a" -> throw first;
                case "b" -> throw second;
                default -> {}
            }
        })) {
            source.updates.addAll(List.of("a", "b", "c"));
            assertThat(take(3)).containsExactlyInAnyOrder("a", "b", "c");
            awaitEmpty(runner);
            assertThat(failures).containsExactlyInAnyOrder(new Failure("a", first), new Failure("b", second));
            assertThat(timeouts).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "ssssssssss", "ffffffffff", "sfsffssfsf"})
    void behaviours11To13AnyPatternOfSuccessesAndFailuresKeepsTheOrder(String pattern) throws InterruptedException {
        var updates = IntStream.range(0, pattern.length())
                .mapToObj(i -> pattern.charAt(i) + "" + i)
                .toList();
        try (var runner = start(options -> options.withKeys(Keys.all()), delivery -> {
            handled.add(delivery.update());
            if (delivery.update().startsWith("f")) throw new IllegalStateException(delivery.update());
        })) {
            source.updates.addAll(updates);
            assertThat(take(updates.size())).containsExactlyElementsOf(updates);
            awaitEmpty(runner);
            assertThat(failures.stream().map(Failure::update))
                    .containsExactlyElementsOf(updates.stream()
                            .filter(update -> update.startsWith("f"))
                            .toList());
        }
    }

    /** [20], [24]: what does not fit waits at the server, and one that has ended makes room. */
    @Test
    void behaviours20And24PollsBeyondTheRoomGoOnWhenThereIsSome() throws InterruptedException {
        var release = new LinkedBlockingQueue<String>();
        var limits = RunnerLimits.defaults().withConcurrency(3).withWatermarks(0, 1);
        var pauses = new LinkedBlockingQueue<Long>();
        var options = RunnerOptions.<String>defaults()
                .withGuarantee(new Guarantee.AtMostOnce<>())
                .withLimits(limits)
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onPaused(long waiting) {
                        pauses.add(waiting);
                    }
                });
        source.updates.addAll(List.of("a", "b", "c", "d"));
        try (var runner = new Runner<>(
                source,
                delivery -> {
                    handled.add(delivery.update());
                    release.take();
                },
                options)) {
            runner.start();
            assertThat(take(3)).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(pauses.take()).isOne();
            source.updates.addAll(List.of("e", "f"));
            assertThat(source.batches).hasSize(1);
            release.add("go on");
            assertThat(handled.take()).isEqualTo("d");
            for (int i = 0; i < 5; i++) release.add("go on");
            assertThat(take(2)).containsExactlyInAnyOrder("e", "f");
            awaitEmpty(runner);
        }
    }

    @Test
    void behaviour21HoweverManyCameBeforeAPollAsksForAtLeastOne() throws InterruptedException {
        var limits = new LinkedBlockingQueue<Integer>();
        int count = 1000;
        var chained = new Source<Integer>() {
            private int next;

            @Override
            public List<Integer> next(int limit) throws InterruptedException {
                limits.add(limit);
                if (next == count) new CountDownLatch(1).await();
                return List.of(next++);
            }

            @Override
            public void confirm(Integer through) {}

            @Override
            public void flush() {}
        };
        var done = new CountDownLatch(count);
        try (var runner = new Runner<Integer>(
                chained,
                delivery -> done.countDown(),
                RunnerOptions.<Integer>defaults()
                        .withGuarantee(new Guarantee.AtMostOnce<>())
                        .withLimits(RunnerLimits.defaults().withConcurrency(1).withWatermarks(0, 1)))) {
            runner.start();
            done.await();
        }
        assertThat(limits).hasSizeGreaterThanOrEqualTo(count).allMatch(limit -> limit >= 1 && limit <= 100);
    }

    /** The same batch twice: without a journal it is the source that knows what it has handed out. */
    @Test
    void aBatchThatTheServerShowsTwiceIsHandledOnce() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 5);
        var seen = new LinkedBlockingQueue<Long>();
        var release = new CountDownLatch(1);
        var poll = new LongPoll<>(
                server, Long::longValue, LongPollOptions.defaults().withRepoll(Duration.ofNanos(1)), System::nanoTime);
        try (var runner = new Runner<>(
                poll,
                delivery -> {
                    seen.add(delivery.update());
                    release.await();
                },
                RunnerOptions.<Long>defaults())) {
            runner.start();
            server.awaitPolls(3); // nothing is confirmed, so each has shown all five
            assertThat(server.pending()).hasSize(5);
            server.send(6, 6);
            release.countDown();
            while (runner.stats().succeeded() < 6) Thread.onSpinWait();
        }
        assertThat(seen).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    }
}
