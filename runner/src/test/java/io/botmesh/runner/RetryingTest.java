package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryingTest {
    private static final class Down extends RuntimeException {}

    private static final class Flood extends RuntimeException {}

    private static final class Refused extends RuntimeException {}

    private static Retrying.Verdict classify(RuntimeException failure) {
        return switch (failure) {
            case Flood flood -> new Retrying.Verdict.After(Duration.ofSeconds(17));
            case Refused refused -> new Retrying.Verdict.Fatal();
            default -> new Retrying.Verdict.BackOff();
        };
    }

    /** Fails until its clock says otherwise. */
    private static class Flaky implements Source<String> {
        Function<Duration, RuntimeException> failure = now -> new Down();

        @Nullable
        Error error;

        Duration upAt = Duration.ZERO;
        Duration now = Duration.ZERO;

        @Override
        public List<String> next(int limit) {
            if (now.compareTo(upAt) < 0 && error != null) throw error;
            if (now.compareTo(upAt) < 0) throw failure.apply(now);
            return List.of("update");
        }

        @Override
        public void confirm(String through) {}

        @Override
        public void flush() {
            next(1);
        }
    }

    private final Flaky flaky = new Flaky();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Integer> failures = new ArrayList<>();

    private final List<String> recoveries = new ArrayList<>();

    private Retrying<String> retrying(long seed) {
        return retrying(seed, PollRetryOptions.defaults());
    }

    private Retrying<String> retrying(long seed, PollRetryOptions options) {
        var listener = new Retrying.Listener() {
            @Override
            public void onRetry(Throwable failure, int inARow, Duration pause) {
                failures.add(inARow);
            }

            @Override
            public void onRecovered(int inARow, Duration outage) {
                recoveries.add(inARow + " in " + outage);
            }
        };
        return new Retrying<>(
                flaky,
                RetryingTest::classify,
                options,
                listener,
                pause -> {
                    pauses.add(pause);
                    flaky.now = flaky.now.plus(pause);
                },
                new Random(seed),
                () -> Long.MAX_VALUE - 5 + flaky.now.toNanos());
    }

    @Test
    void line10ResumesWithinThirtySecondsAfterThreeHours() throws InterruptedException {
        for (int seed = 0; seed < 50; seed++) {
            flaky.now = Duration.ZERO;
            flaky.upAt = Duration.ofHours(3);
            assertThat(retrying(seed).next(100)).containsExactly("update");
            assertThat(flaky.now).isBetween(flaky.upAt, flaky.upAt.plusSeconds(30));
        }
        assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(30)) <= 0);
    }

    @Test
    void line10PausesAreSpreadOverTheWholeRangeThatDoubles() throws InterruptedException {
        var longest = new long[8];
        var shortest = new long[8];
        Arrays.fill(shortest, Long.MAX_VALUE);
        for (int seed = 0; seed < 200; seed++) {
            pauses.clear();
            flaky.now = Duration.ZERO;
            flaky.upAt = Duration.ofHours(1);
            retrying(seed).next(1);
            for (int i = 0; i < longest.length; i++) {
                longest[i] = Math.max(longest[i], pauses.get(i).toMillis());
                shortest[i] = Math.min(shortest[i], pauses.get(i).toMillis());
            }
        }
        for (int i = 0; i < longest.length; i++) {
            long bound = Math.min(30_000, 1000L << i);
            assertThat(longest[i]).isBetween(bound * 8 / 10, bound);
            assertThat(shortest[i]).isLessThan(bound / 10);
        }
    }

    @Test
    void line10SuccessResetsThePauses() throws InterruptedException {
        var source = retrying(1);
        flaky.upAt = Duration.ofHours(1);
        source.next(1);
        assertThat(failures.getLast()).isGreaterThan(100);
        flaky.upAt = flaky.now.plusMillis(1);
        failures.clear();
        source.next(1);
        assertThat(failures.getFirst()).isOne();
    }

    @Test
    void line10WaitsExactlyAsLongAsTheServerSaid() throws InterruptedException {
        flaky.failure = now -> new Flood();
        flaky.upAt = Duration.ofSeconds(34);
        retrying(1).next(1);
        assertThat(pauses).containsExactly(Duration.ofSeconds(17), Duration.ofSeconds(17));
    }

    @Test
    void line12AFatalFailureGoesToTheCallerAtOnceAndTheNextCallTriesAgain() throws InterruptedException {
        flaky.failure = now -> new Refused();
        flaky.upAt = Duration.ofSeconds(1);
        var source = retrying(1);
        assertThatThrownBy(() -> source.next(1)).isInstanceOf(Refused.class);
        assertThat(pauses).isEmpty();
        flaky.upAt = Duration.ZERO;
        assertThat(source.next(1)).hasSize(1);
    }

    @Test
    void line12GivesUpWhenItsPatienceIsOverAndNotBeforeItHasTriedAtTheEnd() {
        var patience = Duration.ofHours(15);
        for (int seed = 0; seed < 20; seed++) {
            flaky.now = Duration.ZERO;
            flaky.upAt = Duration.ofDays(365);
            var source = retrying(seed, PollRetryOptions.defaults().withPatience(patience));
            assertThatThrownBy(() -> source.next(1)).isInstanceOf(Down.class);
            assertThat(flaky.now).isEqualTo(patience);
        }
    }

    @Test
    void line12ASuccessRestoresThePatience() throws InterruptedException {
        var source = retrying(1, PollRetryOptions.defaults().withPatience(Duration.ofMinutes(1)));
        for (int outage = 0; outage < 5; outage++) {
            flaky.upAt = flaky.now.plusSeconds(59);
            assertThat(source.next(1)).hasSize(1);
        }
    }

    @Test
    void tellsOfTheRecoveryAndHowLongTheOutageWas() throws InterruptedException {
        flaky.failure = now -> new Flood();
        flaky.upAt = Duration.ofSeconds(34);
        var source = retrying(1);
        source.next(1);
        source.next(1);
        assertThat(recoveries).containsExactly("2 in PT34S");
    }

    @Test
    void aPollThatTheWatchdogEndedIsTriedAgainWhateverTheClassifierSays() throws InterruptedException {
        flaky.failure = now -> new PollTimeoutException(Duration.ofSeconds(40));
        flaky.upAt = Duration.ofSeconds(1);
        var source = new Retrying<>(
                flaky,
                failure -> new Retrying.Verdict.Fatal(),
                PollRetryOptions.defaults(),
                Retrying.Listener.silent(),
                pause -> flaky.now = flaky.now.plus(pause),
                new Random(1),
                () -> flaky.now.toNanos());
        assertThat(source.next(1)).hasSize(1);
    }

    @Test
    void aPauseOfOneLengthIsBaseEqualToCap() throws InterruptedException {
        flaky.upAt = Duration.ofHours(1);
        retrying(1, PollRetryOptions.defaults().withPauses(Duration.ofSeconds(3), Duration.ofSeconds(3)))
                .next(1);
        assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(3)) <= 0);
        assertThat(pauses.getFirst()).isPositive();
    }

    /** Of one answer that is too large, or of a moment in which others have all of the memory. */
    @Test
    void aPollWithoutMemoryOrStackIsTriedAgainAfterABackOffWhichTheListenerIsTold() throws InterruptedException {
        for (var error : List.of(new OutOfMemoryError("Java heap space"), new StackOverflowError())) {
            failures.clear();
            flaky.now = Duration.ZERO;
            flaky.error = error;
            flaky.upAt = Duration.ofSeconds(20);
            assertThat(retrying(1).next(1)).hasSize(1);
            assertThat(failures).hasSizeBetween(3, 40).startsWith(1, 2, 3);
        }
    }

    @Test
    void aPollWithoutMemoryIsTriedAgainIfThereIsNoneToSayItEither() throws InterruptedException {
        flaky.error = new OutOfMemoryError("Java heap space");
        flaky.upAt = Duration.ofSeconds(20);
        var source = new Retrying<>(
                flaky,
                RetryingTest::classify,
                PollRetryOptions.defaults(),
                (failure, inARow, pause) -> {
                    throw new OutOfMemoryError("once more");
                },
                pause -> flaky.now = flaky.now.plus(pause),
                new Random(1),
                () -> flaky.now.toNanos());
        assertThat(source.next(1)).hasSize(1);
    }

    @Test
    void lackOfMemoryEndsItWhenItsPatienceIsOver() {
        flaky.error = new OutOfMemoryError("Java heap space");
        flaky.upAt = Duration.ofDays(365);
        var source = retrying(1, PollRetryOptions.defaults().withPatience(Duration.ofHours(1)));
        assertThatThrownBy(() -> source.next(1)).isSameAs(flaky.error);
        assertThat(flaky.now).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void otherErrorsGoToTheCallerAtOnce() {
        for (var error : List.of(new AssertionError("wrong"), new NoClassDefFoundError("missing"))) {
            flaky.error = error;
            flaky.upAt = Duration.ofSeconds(20);
            assertThatThrownBy(() -> retrying(1).next(1)).isSameAs(error);
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void confirmingIsRetriedToo() throws InterruptedException {
        flaky.upAt = Duration.ofSeconds(20);
        retrying(1).flush();
        assertThat(pauses).isNotEmpty();
    }

    @Test
    void line13AnInterruptEndsAPauseAtOnce() throws InterruptedException {
        flaky.upAt = Duration.ofDays(1);
        var source = new Retrying<>(flaky, failure -> new Retrying.Verdict.After(Duration.ofDays(1)), (f, n, p) -> {});
        var ended = new java.util.concurrent.CompletableFuture<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                source.next(1);
            } catch (Throwable thrown) {
                ended.complete(thrown);
            }
        });
        thread.interrupt();
        assertThat(ended.join()).isInstanceOf(InterruptedException.class);
    }

    /** Neither is it told as a failure, which it is not, nor taken for one that ends polling. */
    @Test
    void aClientThatWrapsTheInterruptIsNotRetried() {
        for (var inItsWords : List.of(new Down(), new Flood(), new Refused())) {
            var source = new Retrying<>(
                    new Flaky() {
                        @Override
                        public List<String> next(int limit) {
                            Thread.currentThread().interrupt();
                            throw inItsWords;
                        }
                    },
                    RetryingTest::classify,
                    (failure, inARow, pause) -> failures.add(inARow));
            assertThatThrownBy(() -> source.next(1))
                    .isInstanceOf(InterruptedException.class)
                    .hasCause(inItsWords);
            assertThat(Thread.interrupted()).isFalse();
        }
        assertThat(failures).isEmpty();
    }

    /** What is in hand would not come again. */
    @Test
    void whatWasFetchedIsHandedOnAlsoIfWhoIsToldOfTheRecoveryFails() throws InterruptedException {
        for (Throwable harm :
                List.of(new OutOfMemoryError("told"), new StackOverflowError(), new IllegalStateException())) {
            var answers = new ArrayList<Object>(List.of(new IllegalStateException("away"), List.of("a")));
            var source = new QueueSource<String>() {
                @Override
                @SuppressWarnings("unchecked")
                public List<String> next(int limit) {
                    Object answer = answers.removeFirst();
                    if (answer instanceof RuntimeException failure) throw failure;
                    return (List<String>) answer;
                }
            };
            var told = new ArrayList<String>();
            var listener = new Retrying.Listener() {
                @Override
                public void onRetry(Throwable failure, int inARow, Duration pause) {
                    fail();
                }

                @Override
                public void onRecovered(int inARow, Duration outage) {
                    fail();
                }

                private void fail() {
                    if (harm instanceof Error error) throw error;
                    throw (RuntimeException) harm;
                }
            };
            var other = new Retrying.Listener() {
                @Override
                public void onRetry(Throwable failure, int inARow, Duration pause) {
                    told.add("" + failure.getMessage());
                }

                @Override
                public void onRecovered(int inARow, Duration outage) {
                    told.add("recovered");
                }
            };
            var options = PollRetryOptions.defaults().withPauses(Duration.ofNanos(1), Duration.ofNanos(1));
            var retrying =
                    new Retrying<>(source, failure -> new Retrying.Verdict.BackOff(), options, listener.and(other));
            assertThat(retrying.next(100)).containsExactly("a");
            assertThat(told).containsExactly("away", "recovered");
        }
    }
}
