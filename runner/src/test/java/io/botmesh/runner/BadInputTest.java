package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers out of order: their own update is set aside with its cause, their chat and all others go on. */
@Timeout(300)
class BadInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** What may come of a handler. */
    enum Harm {
        THROWS("IllegalStateException") {
            @Override
            void strike() {
                throw new IllegalStateException("plain");
            }
        },
        THROWS_CHECKED("IOException") {
            @Override
            void strike() throws IOException {
                throw new IOException("checked");
            }
        },
        THROWS_AN_ERROR("LinkageError") {
            @Override
            void strike() {
                throw new LinkageError("a class that is not there");
            }
        },
        EXHAUSTS_THE_STACK("StackOverflowError") {
            @Override
            void strike() {
                deeper(0);
            }
        },
        EXHAUSTS_THE_MEMORY("OutOfMemoryError") {
            @Override
            void strike() {
                assertThat(new long[Integer.MAX_VALUE]).isNotEmpty();
            }
        },
        THROWS_WHAT_CANNOT_BE_READ("Unspeakable") {
            @Override
            void strike() {
                throw new Unspeakable();
            }
        },
        THROWS_WHAT_CAUSES_ITSELF("IllegalStateException") {
            @Override
            void strike() {
                var hen = new IllegalArgumentException("hen");
                throw new IllegalStateException("egg", hen.initCause(new IllegalStateException(hen)));
            }
        },
        CLAIMS_TO_BE_INTERRUPTED("InterruptedException") {
            @Override
            void strike() throws InterruptedException {
                Thread.currentThread().interrupt();
                Thread.sleep(Duration.ofDays(1));
            }
        };

        private final String cause;

        Harm(String cause) {
            this.cause = cause;
        }

        abstract void strike() throws Exception;
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int deeper(int depth) {
        return deeper(depth + 1) + 1;
    }

    private static final class Unspeakable extends RuntimeException {
        @Override
        public String getMessage() {
            throw new AssertionError("not even this");
        }
    }

    private final FakeTimer timer = new FakeTimer();
    private final QueueSource<Item> source = new QueueSource<>();
    private final LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private final AtomicReference<Instant> wallClock = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    private final MemoryJournal<Item> journal = new MemoryJournal<>(Item::id, wallClock::get);
    private final LinkedBlockingQueue<DeadLetters.Cause> dead = new LinkedBlockingQueue<>();

    private record Item(long id, String chat, boolean bad) {}

    private static List<Item> threeChats() {
        return IntStream.range(0, 30)
                .mapToObj(i -> new Item(i + 1, "abc".charAt(i % 3) + "", i == 9))
                .toList();
    }

    private Runner<Item> start(Handler<Item> handler, RetryOptions retry) {
        var options = RunnerOptions.<Item>defaults()
                .withConcurrency(2)
                .withJournal(journal)
                .withKeys(Keys.sequentialize(Item::chat))
                .withFailures(FailureOptions.<Item>defaults().withRetry(retry))
                .withTimes(TimeLimits.<Item>defaults().withExecution(LIMIT).withGrace(GRACE))
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onDeadLetter(Delivery<Item> delivery, DeadLetters.Cause cause) {
                        dead.add(cause);
                    }
                });
        var runner = new Runner<>(source, handler, options, timer, wallClock::get, new java.util.Random(1));
        runner.start();
        return runner;
    }

    private void assertAllOthersInOrder(List<Item> all) throws InterruptedException {
        var seen = new ArrayList<String>();
        while (seen.size() < all.size() - 1) seen.add(handled.take());
        for (var chat : List.of("a", "b", "c"))
            assertThat(seen.stream().filter(name -> name.startsWith(chat)))
                    .containsExactlyElementsOf(all.stream()
                            .filter(item -> item.chat().equals(chat) && !item.bad())
                            .map(item -> chat + item.id())
                            .toList());
    }

    @ParameterizedTest
    @EnumSource
    void whatAHandlerThrowsIsADeadLetterWithItsCauseAndAllOthersRunInOrder(Harm harm) throws InterruptedException {
        var all = threeChats();
        try (var runner = start(
                delivery -> {
                    var item = delivery.update();
                    if (item.bad()) harm.strike();
                    handled.add(item.chat() + item.id());
                },
                RetryOptions.defaults().withAttempts(1))) {
            source.updates.addAll(all);
            assertAllOthersInOrder(all);
            assertThat(dead.take().type()).endsWith(harm.cause);
            while (runner.size() > 0) Thread.onSpinWait();
            assertThat(runner.isRunning()).isTrue();
            assertThat(runner.stats().failed()).isOne();
            assertThat(runner.stats().dead()).isOne();
            assertThat(runner.keys()).isZero();
        }
        assertThat(journal.size()).isZero();
        assertThat(journal.deadLetters().count()).isOne();
    }

    /** The server shows a hundred updates and no more while the first of them has not ended. */
    @Test
    void aHandlerThatHangsWithNeitherJournalNorLimitKeepsOthersAwayForSoLongOnly() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 300);
        var oneSecond = LongPollOptions.defaults()
                .withTimeout(Duration.ZERO)
                .withRepoll(Duration.ZERO)
                .withMargin(Duration.ofSeconds(1));
        var release = new CountDownLatch(1);
        var others = new LinkedBlockingQueue<Long>();
        Handler<Long> handler = delivery -> {
            if (delivery.update() == 7) release.await();
            else others.add(delivery.update());
        };
        var options = RunnerOptions.<Long>defaults()
                .withKeys(Keys.sequentialize(id -> id % 10))
                .withTimes(TimeLimits.<Long>defaults().withStandstill(Duration.ofMillis(1)));
        try (var runner =
                new Runner<>(new LongPoll<>(server, Long::longValue, oneSecond, System::nanoTime), handler, options)) {
            runner.start();
            var seen = new ArrayList<Long>();
            while (seen.size() < 299) seen.add(others.take());
            assertThat(seen.stream().filter(id -> id % 10 == 7)).isSorted().hasSize(29);
            assertThat(runner.stats().timedOut()).isOne();
        }
        assertThat(server.pending()).isEmpty();
    }

    @Test
    void aHandlerThatHangsWhateverItIsToldIsAbandonedAndToldOfAndAllOthersRunInOrder() throws InterruptedException {
        var all = threeChats();
        var release = new CountDownLatch(1);
        var hangs = new CountDownLatch(1);
        try (var runner = start(
                delivery -> {
                    var item = delivery.update();
                    if (item.bad()) {
                        hangs.countDown();
                        stubborn(release);
                    } else {
                        handled.add(item.chat() + item.id());
                    }
                },
                RetryOptions.defaults().withAttempts(1))) {
            source.updates.addAll(all);
            hangs.await();
            while (runner.stats().succeeded() < 23) Thread.onSpinWait(); // its own chat waits for it, nobody else
            timer.advance(LIMIT);
            timer.advance(GRACE);
            assertAllOthersInOrder(all);
            assertThat(dead.take().type()).endsWith("TimedOutException");
            assertThat(runner.stats().abandoned()).isOne();
            release.countDown();
            while (runner.stats().abandoned() > 0) Thread.onSpinWait();
        }
    }

    /** Virtual threads that never wait never let go of their carriers. */
    @Test
    void handlersThatComputeWithoutEndOnAllProcessorsHoldUpNobodyElse() throws InterruptedException {
        Assumptions.assumeTrue(Runtime.version().feature() >= 24, "the JDK cannot make more carriers");
        int processors = Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
        var release = new AtomicBoolean();
        var spinning = new CountDownLatch(processors);
        var handled = new CountDownLatch(1);
        var source = new QueueSource<Integer>();
        for (int i = 1; i <= processors; i++) source.updates.add(i);
        try (var runner = new Runner<Integer>(
                source,
                delivery -> {
                    spinning.countDown();
                    while (delivery.update() > 0 && !release.get()) Thread.onSpinWait();
                    if (delivery.update() == 0) handled.countDown();
                },
                RunnerOptions.defaults())) {
            runner.start();
            spinning.await();
            source.updates.add(0);
            handled.await();
            release.set(true);
        } finally {
            release.set(true);
        }
    }

    private static void stubborn(CountDownLatch release) {
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException ignored) {
                // That is what this one is about.
            }
        }
    }

    /** Pauses and limits count on a clock of their own, so a wall clock that is set changes nothing that is under way. */
    @Test
    void aWallClockThatJumpsEitherWayNeitherRepeatsNorLosesNorHastensAnything() throws InterruptedException {
        var gate = new LinkedBlockingQueue<String>();
        @Nullable Throwable[] failure = {new IllegalStateException("once")};
        try (var runner = start(
                delivery -> {
                    gate.take();
                    var thrown = failure[0];
                    failure[0] = null;
                    if (thrown instanceof RuntimeException once) throw once;
                    handled.add(delivery.update().chat() + delivery.update().id());
                },
                RetryOptions.defaults())) {
            long count = 0;
            for (var jump : List.of(Duration.ofDays(-400), Duration.ofHours(3), Duration.ofDays(-1))) {
                var item = new Item(++count, "a", false);
                source.updates.add(item);
                while (runner.stats().running() == 0) Thread.onSpinWait();
                wallClock.updateAndGet(now -> now.plus(jump));
                gate.add("go on");
                if (item.id() == 1) { // its retry waits for the pause, whatever the wall clock says
                    while (runner.stats().failed() == 0) Thread.onSpinWait();
                    while (timer.pending() == 0) Thread.onSpinWait();
                    gate.add("go on");
                    assertThat(handled).isEmpty();
                    timer.fireNext();
                }
                assertThat(handled.take()).isEqualTo("a" + item.id());
                source.updates.add(item); // as a server does that was not told
                while (runner.stats().duplicates() < count) Thread.onSpinWait();
            }
            assertThat(handled).isEmpty();
            assertThat(runner.stats().timedOut()).isZero();
        }
    }
}
