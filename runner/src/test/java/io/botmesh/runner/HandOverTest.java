package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class HandOverTest {
    private static final Duration BEAT = Duration.ofMillis(1);

    private final MemoryLease.Place place = new MemoryLease.Place();
    private final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();

    /** Work that only notes its beginning and end. */
    private final class Noted implements Shift {
        private final String name;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Noted(String name, long fence) {
            this.name = name;
            log.add(name + " begins under " + fence);
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended;
        }

        @Override
        public void close() {
            log.add(name + " ends");
        }
    }

    private HandOver handOver(String name) {
        return new HandOver(new MemoryLease(place), fence -> new Noted(name, fence), BEAT);
    }

    private static CompletableFuture<HandOver.End> run(HandOver handOver) {
        var end = new CompletableFuture<HandOver.End>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(handOver.run());
            } catch (Throwable thrown) {
                end.completeExceptionally(thrown);
            }
        });
        return end;
    }

    @Test
    void line27TheSuccessorBeginsWhenThePredecessorHasEnded() throws InterruptedException {
        var old = run(handOver("old"));
        assertThat(log.take()).isEqualTo("old begins under 1");
        try (var successor = handOver("new")) {
            var end = run(successor);
            assertThat(List.of(log.take(), log.take())).containsExactly("old ends", "new begins under 2");
            assertThat(old.join()).isEqualTo(HandOver.End.HANDED_OVER);
            assertThat(end).isNotDone();
        }
        assertThat(log.take()).isEqualTo("new ends");
    }

    @Test
    void line27ALostLeaseEndsTheWork() throws InterruptedException {
        var old = run(handOver("old"));
        assertThat(log.take()).isEqualTo("old begins under 1");
        place.runOut();
        assertThat(log.take()).isEqualTo("old ends");
        assertThat(old.join()).isEqualTo(HandOver.End.LOST);
        try (var successor = handOver("new")) {
            var unused = run(successor);
            assertThat(log.take()).isEqualTo("new begins under 2");
        }
    }

    /** The work that is ended gets its time, unless the lease runs out meanwhile. */
    @Test
    void line27ALeaseThatIsLostWhileTheWorkIsEndedMakesItHurry() throws InterruptedException {
        var old = run(new HandOver(
                new MemoryLease(place),
                fence -> new Shift() {
                    @Override
                    public CompletableFuture<?> ended() {
                        return new CompletableFuture<>();
                    }

                    @Override
                    public void close() {
                        log.add("is ending");
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException hurry) {
                            log.add("hurries");
                            throw new IllegalStateException("left undone");
                        }
                    }
                },
                BEAT));
        try (var successor = handOver("new")) {
            var unused = run(successor);
            assertThat(log.take()).isEqualTo("is ending");
            assertThat(old).isNotDone();
            place.runOut();
            assertThat(List.of(log.take(), log.take())).containsExactlyInAnyOrder("hurries", "new begins under 2");
            assertThat(old.join()).isEqualTo(HandOver.End.HANDED_OVER);
        }
    }

    /** A runner has no time for its handlers when the lease is lost. */
    @Test
    void line27ALostLeaseInterruptsHandlersAtOnce() throws InterruptedException {
        var server = new FakeServer();
        var ended = run(new HandOver(
                new MemoryLease(place),
                fence -> Shift.of(
                        new Runner<Long>(
                                new LongPoll<>(server, Long::longValue),
                                delivery -> {
                                    log.add("handles " + delivery.update());
                                    new CountDownLatch(1).await();
                                },
                                RunnerOptions.defaults()),
                        Duration.ofDays(1),
                        () -> log.add("journal closed")),
                BEAT));
        server.send(1, 1);
        assertThat(log.take()).isEqualTo("handles 1");
        place.runOut();
        assertThat(ended.join()).isEqualTo(HandOver.End.LOST);
        assertThat(log).containsExactly("journal closed");
    }

    @Test
    void workThatFailsGivesTheLeaseBackAndSaysWhy() throws InterruptedException {
        var failing = new HandOver(
                new MemoryLease(place),
                fence -> {
                    var shift = new Noted("failing", fence);
                    shift.ended.completeExceptionally(new IllegalStateException("401"));
                    return shift;
                },
                BEAT);
        assertThatThrownBy(failing::run).isInstanceOf(ExecutionException.class).hasRootCauseMessage("401");
        assertThat(log).containsExactly("failing begins under 1", "failing ends");
        var broken = new HandOver(
                new MemoryLease(place),
                fence -> {
                    throw new IllegalStateException("no journal");
                },
                BEAT);
        assertThatThrownBy(broken::run).hasMessage("no journal");
        assertThat(new MemoryLease(place).acquire()).isEqualTo(3);
    }

    @Test
    void closingEndsTheWaitForTheLeaseToo() throws InterruptedException {
        var holder = new MemoryLease(place);
        holder.acquire();
        var waiting = handOver("new");
        var end = run(waiting);
        while (holder.renew() != Lease.Standing.WANTED) Thread.onSpinWait();
        waiting.close();
        assertThat(end.join()).isEqualTo(HandOver.End.CLOSED);
        assertThat(holder.renew()).isEqualTo(Lease.Standing.HELD);
        assertThat(log).isEmpty();
    }

    @Test
    void closingIsLegalAtAnyTimeAndTwice() throws Exception {
        var early = handOver("early");
        early.close();
        assertThat(early.run()).isEqualTo(HandOver.End.CLOSED);
        early.close();
        assertThat(log).isEmpty();
        assertThatThrownBy(early::run).isInstanceOf(IllegalStateException.class);
    }

    /** Two runners over one server and one journal, one after the other, while updates come in. */
    @Test
    void line27AHandOverBetweenRunnersLosesAndRepeatsNothing() throws InterruptedException {
        var server = new FakeServer();
        var journal = new MemoryJournal<Long>(Long::longValue, InstantSource.system());
        var handled = new LinkedBlockingQueue<Long>();
        int generations = 5;
        int each = 300;
        CompletableFuture<HandOver.End> before = null;
        HandOver last = null;
        for (int generation = 0; generation < generations; generation++) {
            var begun = new CountDownLatch(1);
            last = new HandOver(
                    new MemoryLease(place),
                    fence -> {
                        var runner = new Runner<Long>(
                                server.longPoll(),
                                delivery -> handled.add(delivery.update()),
                                RunnerOptions.<Long>defaults()
                                        .withJournal(journal)
                                        .withKeys(Keys.all()));
                        begun.countDown();
                        return Shift.of(runner, Duration.ofMinutes(1), () -> {});
                    },
                    BEAT);
            var end = run(last);
            long from = (long) generation * each + 1;
            server.send(from, from + each - 1);
            begun.await();
            if (before != null) assertThat(before.join()).isEqualTo(HandOver.End.HANDED_OVER);
            before = end;
        }
        for (long id = 1; id <= (long) generations * each; id++)
            assertThat(handled.take()).isEqualTo(id);
        if (last != null) last.close();
        assertThat(handled).isEmpty();
        assertThat(server.pending()).isEmpty();
    }
}
