package io.botmesh.emulator;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until {@link Emulator#advance} or a test moves it. */
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
    void moveTo(Instant instant) {
        if (instant.isAfter(now)) now = instant;
    }
}
