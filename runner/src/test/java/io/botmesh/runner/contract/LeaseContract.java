package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Lease;
import io.botmesh.runner.Lease.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link Lease} does that several objects of one process can share. */
public abstract class LeaseContract {
    protected LeaseContract() {}

    /** One more program that may have the same right. */
    protected abstract Lease open();

    /** A program that waits for it. */
    private record Waiting(Thread thread, CompletableFuture<Long> fence) {
        static Waiting start(Lease lease) {
            var fence = new CompletableFuture<Long>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    fence.complete(lease.acquire());
                } catch (Throwable failed) {
                    fence.completeExceptionally(failed);
                }
            });
            return new Waiting(thread, fence);
        }
    }

    private static void await(Lease lease, Standing standing) {
        while (lease.renew() != standing) Thread.onSpinWait();
    }

    @Test
    void line27EveryHolderHasAHigherFence() throws InterruptedException {
        try (var first = open();
                var second = open()) {
            long before = 0;
            for (int i = 0; i < 3; i++) {
                for (var lease : List.of(first, second)) {
                    long fence = lease.acquire();
                    assertThat(fence).isGreaterThan(before);
                    before = fence;
                    lease.release();
                }
            }
        }
    }

    @Test
    void line27AHolderSeesThatItIsWantedAndWhoeverWaitsFollows() throws InterruptedException {
        try (var first = open();
                var second = open()) {
            long fence = first.acquire();
            assertThat(first.renew()).isEqualTo(Standing.HELD);
            var waiting = Waiting.start(second);
            await(first, Standing.WANTED);
            assertThat(waiting.fence()).isNotDone();
            first.release();
            assertThat(first.renew()).isEqualTo(Standing.LOST);
            assertThat(waiting.fence().join()).isGreaterThan(fence);
            assertThat(second.renew()).isEqualTo(Standing.HELD);
        }
    }

    @Test
    void line27NoTwoHoldItAtOnce() throws InterruptedException {
        var holders = new AtomicInteger();
        var fences = new ArrayList<Long>(); // by whoever holds it
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++)
            threads.add(Thread.ofPlatform().start(() -> {
                try (var lease = open()) {
                    for (int turn = 0; turn < 3; turn++) {
                        long fence = lease.acquire();
                        assertThat(holders.incrementAndGet()).isOne();
                        fences.add(fence);
                        holders.decrementAndGet();
                        lease.release();
                    }
                } catch (Throwable failed) {
                    failures.add(failed);
                }
            }));
        for (var thread : threads) thread.join();
        assertThat(failures).isEmpty();
        assertThat(fences).hasSize(12).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whoeverGivesUpWaitingIsForgotten() throws InterruptedException {
        try (var first = open();
                var second = open()) {
            first.acquire();
            var waiting = Waiting.start(second);
            await(first, Standing.WANTED);
            waiting.thread().interrupt();
            assertThatThrownBy(waiting.fence()::join).hasCauseInstanceOf(InterruptedException.class);
            await(first, Standing.HELD);
        }
    }

    @Test
    void aSecondAcquireIsRefusedAndAReleaseOfNothingIsNone() throws InterruptedException {
        try (var first = open();
                var second = open()) {
            assertThat(first.renew()).isEqualTo(Standing.LOST);
            first.release();
            first.acquire();
            assertThatThrownBy(first::acquire).isInstanceOf(IllegalStateException.class);
            second.release();
            assertThat(first.renew()).isEqualTo(Standing.HELD);
        }
    }

    @Test
    void closingGivesItBack() throws InterruptedException {
        var first = open();
        long fence = first.acquire();
        first.close();
        try (var second = open()) {
            assertThat(second.acquire()).isGreaterThan(fence);
        }
    }
}
