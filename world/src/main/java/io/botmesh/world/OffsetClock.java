package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that runs like another one and can be made to jump. A {@link World} never goes back: after a jump into the past
 * its time stands still until the clock is there again.
 */
public final class OffsetClock implements InstantSource {
    private final InstantSource base;
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    public OffsetClock(InstantSource base) {
        this.base = base;
    }

    /** Puts the clock forward, or back by a negative time. */
    public void jump(Duration by) {
        offset.accumulateAndGet(by, Duration::plus);
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset.get());
    }
}
