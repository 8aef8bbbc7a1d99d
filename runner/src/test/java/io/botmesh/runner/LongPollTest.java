package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LongPollTest {
    private static final LongPollOptions NO_REPOLL = LongPollOptions.defaults().withRepoll(Duration.ofDays(1));

    private final Deadlines real = new Deadlines();
    private final FakeServer server = new FakeServer();
    private final LongPoll<Long> poll = poll(NO_REPOLL);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private LongPoll<Long> poll(LongPollOptions options) {
        return new LongPoll<>(server, Long::longValue, options, System::nanoTime);
    }

    private static CompletableFuture<List<Long>> nextOf(Source<Long> source) {
        var batch = new CompletableFuture<List<Long>>();
        Thread.ofVirtual().start(() -> {
            try {
                batch.complete(source.next(100));
            } catch (InterruptedException | RuntimeException failure) {
                batch.completeExceptionally(failure);
            }
        });
        return batch;
    }

    @Test
    void aConfirmedBatchIsForgottenByTheNextPoll() throws InterruptedException {
        server.send(1, 150);
        var batch = poll.next(100);
        assertThat(batch).hasSize(100).endsWith(100L);
        poll.confirm(100L);
        assertThat(server.pending()).hasSize(150);
        assertThat(poll.next(100)).hasSize(50).endsWith(150L);
        assertThat(server.pending()).hasSize(50);
        assertThat(server.polls()).extracting(FakeServer.Poll::updateOffset).containsExactly(0L, 101L);
    }

    @Test
    void whatIsNotConfirmedIsNotHandedOutTwiceAndNewOnesBehindItAre() throws InterruptedException {
        server.send(1, 10);
        assertThat(poll.next(100)).hasSize(10);
        server.send(11, 12);
        poll.confirm(3L);
        assertThat(poll.next(100)).containsExactly(11L, 12L);
        assertThat(server.pending()).startsWith(4L);
    }

    @Test
    void whatIsConfirmedWhileAPollShowsItOnceMoreIsNotHandedOutTwice() throws InterruptedException {
        var source = new AtomicReference<LongPoll<Long>>();
        server.send(1, 2);
        var racing = new LongPoll<Long>(
                (offset, limit, timeout) -> {
                    var answer = server.getUpdates(offset, limit, timeout);
                    if (answer.contains(3L)) source.get().confirm(2L);
                    return answer;
                },
                Long::longValue,
                LongPollOptions.defaults().withRepoll(Duration.ZERO),
                System::nanoTime);
        source.set(racing);
        assertThat(racing.next(100)).containsExactly(1L, 2L);
        server.send(3, 3);
        assertThat(racing.next(100)).containsExactly(3L);
        server.send(4, 4);
        assertThat(racing.next(100)).containsExactly(4L);
    }

    @Test
    void whatIsConfirmedAfterALastPollHasShownItIsNotHandedOutTwice() throws InterruptedException {
        server.send(1, 3);
        assertThat(poll.next(100)).containsExactly(1L, 2L, 3L);
        poll.confirm(1L);
        poll.flush();
        poll.confirm(3L);
        server.send(4, 4);
        assertThat(poll.next(100)).isEmpty();
        assertThat(poll.next(100)).containsExactly(4L);
    }

    /** A machine that is busy enough lets a thread wait for longer than a request takes to leave it. */
    @Test
    void line23APollThatHasNotBegunWhenItIsCutShortHasToldTheServerNothing() throws InterruptedException {
        var starved = new CountDownLatch(1);
        var time = new AtomicLong();
        var waits = new AtomicInteger();
        server.send(1, 3);
        var source = new LongPoll<>(
                server,
                Long::longValue,
                LongPollOptions.defaults(),
                () -> {
                    if (waits.get() > 0 && Thread.currentThread().getName().equals("botmesh-poll"))
                        awaitUninterruptibly(starved);
                    return time.get();
                },
                (ending, atMost) -> {
                    if (waits.get() == 0) return real.forEnd(ending, atMost);
                    time.addAndGet(Duration.ofMillis(100).toNanos());
                    if (waits.incrementAndGet() == 2) throw new InterruptedException("stop");
                    return waits.get() > 4 && real.forEnd(ending, atMost);
                },
                Thread::sleep);
        assertThat(source.next(100)).containsExactly(1L, 2L, 3L);
        source.confirm(3L);
        waits.set(1);
        assertThatThrownBy(() -> source.next(100)).isInstanceOf(InterruptedException.class);
        source.flush();
        assertThat(server.pending()).isEmpty();
        starved.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException asked) {
                // A thread that does not run obeys nothing.
            }
        }
    }

    @Test
    void aSlowUpdateDoesNotMakeItPollInCircles() throws InterruptedException {
        server.send(1, 100);
        poll.next(100);
        var next = nextOf(poll);
        poll.confirm(49L); // 51 held: more than half of what the server shows
        assertThat(server.polls()).hasSize(1);
        server.send(101, 101);
        poll.confirm(50L);
        assertThat(next.join()).containsExactly(101L);
        assertThat(server.polls()).hasSize(2);
    }

    @Test
    void looksForNewOnesBehindASlowOneAfterThePause() throws InterruptedException {
        var impatient = poll(LongPollOptions.defaults().withRepoll(Duration.ZERO));
        server.send(1, 1);
        assertThat(impatient.next(100)).containsExactly(1L);
        server.send(2, 2);
        assertThat(impatient.next(1)).containsExactly(2L);
        assertThat(server.polls().getLast()).isEqualTo(new FakeServer.Poll(0, 100, Duration.ofSeconds(30)));
    }

    /** Without a word nobody would know why the bot is deaf. */
    @Test
    void anUpdateThatHoldsUpAllOthersIsNamed() throws InterruptedException {
        try (var told = new ToldLines()) {
            server.send(8001, 8150);
            var source = poll(NO_REPOLL.withTimeout(Duration.ZERO).withMargin(Duration.ofSeconds(1)));
            assertThat(source.next(100)).hasSize(100);
            var batch = nextOf(source);
            assertThat(told.lines().take()).contains("update 8001 has not ended and 99 after it have come");
            assertThat(batch.join()).isEmpty(); // so that whoever asks can do something about it
            assertThat(source.standsStill()).isPositive();
            source.confirm(8001L);
            source.confirm(8100L);
            assertThat(source.next(100)).isNotEmpty();
            assertThat(told.lines()).isEmpty(); // named once
            assertThat(source.standsStill()).isZero();
        }
    }

    @Test
    void idsThatStartLowerAfterAnIdleWeekAreHandedOut() throws InterruptedException {
        server.send(1_000_000, 1_000_001);
        poll.next(100);
        poll.confirm(1_000_001L);
        poll.flush();
        assertThat(server.pending()).isEmpty();
        server.send(7, 9);
        assertThat(poll.next(100)).containsExactly(7L, 8L, 9L);
        poll.confirm(8L);
        poll.flush();
        assertThat(server.pending()).containsExactly(9L);
    }

    @Test
    void flushConfirmsWithoutWaitingAndKeepsWhatItHappensToFetch() throws InterruptedException {
        server.send(1, 3);
        poll.next(2);
        poll.confirm(2L);
        poll.flush();
        assertThat(server.pending()).containsExactly(3L);
        assertThat(server.polls().getLast()).isEqualTo(new FakeServer.Poll(3, 100, Duration.ZERO));
        assertThat(poll.next(100)).containsExactly(3L);
        assertThat(server.polls()).hasSize(2);
    }

    @Test
    void aPollThatIsInterruptedStaysUntilTheServerHasHeardAndNothingIsSaidTwice() throws InterruptedException {
        var stays = new ArrayList<Duration>();
        var timed = watched((ending, atMost) -> {
            stays.add(atMost);
            nanos.addAndGet(atMost.toNanos());
            return false;
        });
        confirmedAndInterrupted(timed);
        assertThat(stays).containsExactly(Duration.ofMillis(100));
        timed.flush();
        assertThat(server.polls()).hasSize(2);
        assertThat(server.pending()).isEmpty();
    }

    @Test
    void anAnswerEndsTheStayAndShowsThatTheServerHasHeard() throws InterruptedException {
        var timed = watched((ending, atMost) -> {
            server.send(4, 4);
            return real.forEnd(ending, Duration.ofDays(1));
        });
        confirmedAndInterrupted(timed);
        timed.flush();
        assertThat(server.polls()).hasSize(2);
        assertThat(timed.next(100)).containsExactly(4L);
    }

    @Test
    void aPollThatWasCutShortAtOnceIsRepeatedToConfirm() throws InterruptedException {
        var timed = watched((ending, atMost) -> {
            throw new InterruptedException();
        });
        confirmedAndInterrupted(timed);
        timed.flush();
        assertThat(server.polls()).hasSize(3);
    }

    @Test
    void aPollThatHasNothingToTellEndsAtOnce() throws InterruptedException {
        var stays = new ArrayList<Duration>();
        interruptedNext(watched((ending, atMost) -> {
            stays.add(atMost);
            return false;
        }));
        assertThat(server.polls()).hasSize(1);
        assertThat(stays).isEmpty();
    }

    private LongPoll<Long> watched(Watchdog.Wait stay) {
        Watchdog.Wait wait =
                (ending, atMost) -> (atMost.compareTo(Duration.ofSeconds(1)) < 0 ? stay : real).forEnd(ending, atMost);
        return new LongPoll<>(server, Long::longValue, NO_REPOLL, nanos::get, wait, Thread::sleep);
    }

    private void confirmedAndInterrupted(Source<Long> source) throws InterruptedException {
        server.send(1, 3);
        source.next(100);
        source.confirm(3L);
        interruptedNext(source);
    }

    /** A poll that the server holds until it is interrupted. */
    private void interruptedNext(Source<Long> source) throws InterruptedException {
        int before = server.polls().size();
        var poller = Thread.ofVirtual().start(() -> {
            try {
                source.next(100);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.awaitPolls(before + 1);
        poller.interrupt();
        poller.join();
    }

    @Test
    void flushWithNothingToSayAsksNothing() throws InterruptedException {
        poll.flush();
        server.send(1, 1);
        poll.next(1);
        poll.flush();
        poll.confirm(1L);
        poll.flush();
        poll.flush();
        assertThat(server.polls()).hasSize(2);
    }

    @Test
    void confirmingAgainOrEarlierOrUnknownChangesNothing() throws InterruptedException {
        server.send(1, 5);
        poll.next(100);
        poll.confirm(4L);
        poll.confirm(2L);
        poll.confirm(4L);
        poll.confirm(77L);
        poll.flush();
        assertThat(server.pending()).containsExactly(5L);
    }

    @Test
    void afterARewindTheUnconfirmedComeAgain() throws InterruptedException {
        server.send(1, 3);
        poll.next(100);
        poll.confirm(1L);
        poll.rewind();
        poll.confirm(3L); // of before
        assertThat(poll.next(100)).containsExactly(2L, 3L);
    }

    @Test
    void aServerThatIgnoresTheOffsetIsNotAskedInCirclesNorItsUpdatesHandledAgain() throws InterruptedException {
        var pauses = new ArrayList<Duration>();
        var shown = new ArrayList<>(List.of(7L, 8L));
        var poll = new LongPoll<>(
                (offset, limit, timeout) -> List.copyOf(shown),
                Long::longValue,
                LongPollOptions.defaults(),
                nanos::get,
                new Deadlines(),
                pauses::add);
        assertThat(poll.next(100)).containsExactly(7L, 8L);
        poll.confirm(8L);
        for (int i = 0; i < 3; i++) assertThat(poll.next(100)).isEmpty();
        assertThat(pauses).containsExactly(Duration.ofMillis(600), Duration.ofMillis(600));
        shown.add(9L);
        assertThat(poll.next(100)).containsExactly(9L);
        poll.confirm(9L);
        shown.remove(0);
        nanos.addAndGet(Duration.ofDays(7).toNanos()); // from here on the same id may be another update
        assertThat(poll.next(100)).containsExactly(8L, 9L);
    }

    @Test
    void emptyAnswersThatComeAtOnceAreNotAskedForInCircles() throws InterruptedException {
        var pauses = new ArrayList<Duration>();
        var hold = new AtomicLong();
        UpdateSupplier<Long> empty = (offset, limit, timeout) -> {
            nanos.addAndGet(hold.get());
            return List.of();
        };
        var poll = new LongPoll<>(
                empty,
                Long::longValue,
                LongPollOptions.defaults().withTimeout(Duration.ZERO),
                nanos::get,
                new Deadlines(),
                pauses::add);
        hold.set(Duration.ofMillis(10).toNanos());
        for (int i = 0; i < 3; i++) assertThat(poll.next(100)).isEmpty();
        assertThat(pauses).containsExactly(Duration.ofMillis(590), Duration.ofMillis(590));
        pauses.clear();
        hold.set(Duration.ofSeconds(30).toNanos()); // a server that waits needs no more of that
        for (int i = 0; i < 3; i++) assertThat(poll.next(100)).isEmpty();
        assertThat(pauses).containsExactly(Duration.ofMillis(590));
    }
}
