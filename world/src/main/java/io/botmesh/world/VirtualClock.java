package io.botmesh.world;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. */
public final class VirtualClock implements InstantSource {
    private volatile Instant now;

    public VirtualClock(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Time does not run backwards: an earlier instant is ignored. */
    public void moveTo(Instant instant) {
        if (instant.isAfter(now)) now = instant;
    }
}
