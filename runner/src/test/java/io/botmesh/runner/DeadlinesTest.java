package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeadlinesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // runs over on its way
    private final LinkedBlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();
    private final SynchronousQueue<Duration> passing = new SynchronousQueue<>();
    private final Deadlines deadlines = new Deadlines(nanos::get, pause -> {
        pauses.add(pause);
        passing.take();
    });

    /** Lets so much time pass, all of it before a sleeper wakes. */
    private void pass(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        passing.put(time);
    }

    /** Waits for an end on a thread of its own. */
    private CompletableFuture<Boolean> waiting(Ending ending, Duration atMost) {
        var result = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(deadlines.forEnd(ending, atMost));
            } catch (InterruptedException never) {
                result.completeExceptionally(never);
            }
        });
        return result;
    }

    @Test
    void anEndBeforeTheDeadlineIsTrueAndOneThatDoesNotComeIsFalse() throws InterruptedException {
        var reached = new Ending();
        var first = waiting(reached, MINUTE);
        assertThat(pauses.take()).isEqualTo(MINUTE);
        reached.reach();
        assertThat(first.join()).isTrue();
        assertThat(deadlines.forEnd(reached, Duration.ZERO)).isTrue();
        var second = waiting(new Ending(), Duration.ofSeconds(90));
        pass(MINUTE); // the first one's
        assertThat(pauses.take()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(90));
        pass(Duration.ofSeconds(90));
        assertThat(second.join()).isFalse();
    }

    /** What it is for: of any number of waits the first one alone sets a timer, until its time has come. */
    @Test
    void manyWaitsShareOneTimer() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            var ending = new Ending();
            var ended = waiting(ending, MINUTE.plusSeconds(i));
            ending.reach();
            assertThat(ended.join()).isTrue();
        }
        assertThat(pauses.take()).isEqualTo(MINUTE);
        assertThat(pauses).isEmpty();
    }

    @Test
    void nobodyWaitsForATimerThatIsNotNeeded() throws InterruptedException {
        var ending = new Ending();
        var ended = waiting(ending, MINUTE);
        pauses.take();
        ending.reach();
        ended.join();
        pass(MINUTE);
        var next = waiting(new Ending(), MINUTE); // sets its own, whether the first one has looked or not
        assertThat(pauses.take()).isPositive();
        pass(MINUTE);
        assertThat(next.join()).isFalse();
    }

    @Test
    void anEarlierDeadlineDoesNotWaitForALaterOne() throws InterruptedException {
        var long1 = new Ending();
        var first = waiting(long1, MINUTE);
        pauses.take();
        long1.reach();
        first.join();
        var second = waiting(new Ending(), Duration.ofSeconds(1));
        assertThat(pauses.take()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1)); // to either of both: whoever takes it looks
        pass(Duration.ofSeconds(1));
        assertThat(second.join()).isFalse();
    }

    @Test
    void aMomentWithoutMemoryEndsNoTimer() throws InterruptedException {
        var failing = new AtomicBoolean(true);
        var poor = new Deadlines(nanos::get, pause -> {
            if (failing.getAndSet(false)) throw new OutOfMemoryError("for a moment");
            nanos.addAndGet(pause.toNanos());
        });
        assertThat(poor.forEnd(new Ending(), MINUTE)).isFalse();
        assertThat(failing).isFalse();
    }

    @Test
    void anInterruptEndsAWaitAtOnce() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> deadlines.forEnd(new Ending(), MINUTE)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
