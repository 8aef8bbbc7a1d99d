package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class WatchdogTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofSeconds(40);

    private final Deadlines real = new Deadlines();
    private final List<Duration> waits = new ArrayList<>();

    /** Time is over at once for a poll that does not answer, and never for one that closes. */
    private boolean elapse(Ending poll, Duration atMost) throws InterruptedException {
        waits.add(atMost);
        return !atMost.equals(DEADLINE) && real.forEnd(poll, Duration.ofDays(1));
    }

    /** A supplier whose connection hangs until it is interrupted, and which tells when it was closed. */
    private static final class Hanging implements UpdateSupplier<Long> {
        final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();

        @Override
        public List<Long> getUpdates(long updateOffset, int limit, Duration timeout) throws InterruptedException {
            log.add("open");
            try {
                new CountDownLatch(1).await();
                return List.of();
            } finally {
                log.add("closed");
            }
        }
    }

    @Test
    void line11APollOnADeadConnectionFailsAtItsDeadlineAndIsClosedBeforeTheNext() throws InterruptedException {
        var watchdog = new Watchdog(this::elapse);
        var hanging = new Hanging();
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> watchdog.poll(hanging, 1, 100, TIMEOUT, DEADLINE))
                    .isInstanceOf(PollTimeoutException.class)
                    .hasMessageContaining("40000 ms");
        assertThat(watchdog.poll((offset, limit, timeout) -> List.of(7L), 1, 100, TIMEOUT, Duration.ofSeconds(41)))
                .containsExactly(7L);
        assertThat(hanging.log).containsExactly("open", "closed", "open", "closed", "open", "closed");
    }

    @Test
    void line11APollThatIgnoresItsInterruptIsLeftBehind() throws InterruptedException {
        var release = new CountDownLatch(1);
        var watchdog = new Watchdog((poll, atMost) -> {
            waits.add(atMost);
            return false;
        });
        UpdateSupplier<Long> stubborn = (offset, limit, timeout) -> {
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // That is what this one is about.
                }
            }
            return List.of();
        };
        for (int i = 0; i < 2; i++)
            assertThatThrownBy(() -> watchdog.poll(stubborn, 1, 100, TIMEOUT, DEADLINE))
                    .isInstanceOf(PollTimeoutException.class);
        assertThat(waits).containsExactly(DEADLINE, Watchdog.CLOSING, DEADLINE);
        release.countDown();
    }

    @Test
    void line11NeverFiresBeforeAPollHadItsTimeoutAndTheMargin() throws InterruptedException {
        var server = new FakeServer();
        server.send(1, 2);
        var poll = new LongPoll<>(
                server,
                Long::longValue,
                LongPollOptions.defaults().withTimeout(Duration.ofSeconds(50)),
                System::nanoTime,
                (ending, atMost) -> {
                    waits.add(atMost);
                    return real.forEnd(ending, atMost);
                },
                Thread::sleep);
        poll.next(1);
        poll.confirm(1L);
        poll.flush();
        assertThat(waits).containsExactly(Duration.ofSeconds(60), Duration.ofSeconds(10));
        assertThatThrownBy(() -> LongPollOptions.defaults().withMargin(Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Neither the deadline of an earlier poll nor anything but this poll's own end counts. */
    @Test
    void line11EachPollHasAllItsTimeHoweverManyBeforeItFailed() {
        var watchdog = new Watchdog(this::elapse);
        var hanging = new Hanging();
        for (int i = 0; i < 5; i++)
            assertThatThrownBy(() -> watchdog.poll(hanging, 1, 100, TIMEOUT, DEADLINE))
                    .isInstanceOf(PollTimeoutException.class);
        assertThat(waits.stream().filter(DEADLINE::equals)).hasSize(5);
    }

    @Test
    void line13AnInterruptEndsAWatchedPollAlthoughItDoesNotListen() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        UpdateSupplier<Long> stubborn = (offset, limit, timeout) -> {
            entered.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // A client that hangs in a name look-up behaves like this.
                }
            }
            return List.of();
        };
        var watchdog = new Watchdog(real);
        var ended = new CompletableFuture<Throwable>();
        var poller = Thread.ofVirtual().start(() -> {
            try {
                watchdog.poll(stubborn, 1, 100, TIMEOUT, DEADLINE);
            } catch (Throwable thrown) {
                ended.complete(thrown);
            }
        });
        entered.await();
        poller.interrupt();
        assertThat(ended.join()).isInstanceOf(InterruptedException.class);
        release.countDown();
    }

    @Test
    void whatThePollThrowsReachesTheCaller() {
        var watchdog = new Watchdog(real);
        var refused = new IllegalStateException("401");
        assertThatThrownBy(() -> watchdog.poll(
                        (offset, limit, timeout) -> {
                            throw refused;
                        },
                        1,
                        100,
                        TIMEOUT,
                        DEADLINE))
                .isSameAs(refused);
        assertThatThrownBy(() -> watchdog.poll(
                        (offset, limit, timeout) -> {
                            throw new StackOverflowError();
                        },
                        1,
                        100,
                        TIMEOUT,
                        DEADLINE))
                .isInstanceOf(StackOverflowError.class);
    }
}
