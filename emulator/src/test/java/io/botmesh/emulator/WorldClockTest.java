package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.VirtualClock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class WorldClockTest {
    @Test
    void timeGoesOnAfterSomethingThatWasDueHasFailed() throws InterruptedException {
        for (var time : List.of(InstantSource.system(), new VirtualClock(Instant.EPOCH))) {
            var ticks = new LinkedBlockingQueue<Integer>();
            Supplier<@Nullable Instant> tick = () -> {
                ticks.add(1);
                if (ticks.size() == 1) throw new IllegalStateException("due and broken");
                if (ticks.size() == 2) throw new StackOverflowError("due and broken");
                return null;
            };
            try (var clock = new WorldClock(tick, time)) {
                clock.start();
                while (ticks.size() < 3) Thread.onSpinWait();
                clock.wake();
                while (ticks.size() < 4) Thread.onSpinWait();
            }
            assertThat(ticks).hasSize(4);
        }
    }
}
