package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.MemoryLease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ToldLeaseTest {
    private final MemoryLease.Place place = new MemoryLease.Place();

    @Test
    void whoWaitsForALeaseIsToldAndWhoHasItAtOnceIsNot() throws Exception {
        var told = new AtomicInteger();
        var holder = new ToldLease(new MemoryLease(place), Duration.ofDays(1), told::incrementAndGet);
        long first = holder.acquire();
        var waits = new CountDownLatch(1);
        var second = new ToldLease(new MemoryLease(place), Duration.ofMillis(1), waits::countDown);
        var fence = new CompletableFuture<Long>();
        Thread.ofVirtual().start(() -> {
            try {
                fence.complete(second.acquire());
            } catch (InterruptedException never) {
                fence.completeExceptionally(never);
            }
        });
        waits.await();
        assertThat(fence).isNotDone();
        holder.release();
        assertThat(fence.get()).isGreaterThan(first);
        assertThat(told).hasValue(0);
        second.close();
    }
}
