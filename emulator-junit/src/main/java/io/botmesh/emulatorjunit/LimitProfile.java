package io.botmesh.emulatorjunit;

import io.botmesh.world.Limits;

/** The {@link Limits} that have a name. */
public enum LimitProfile {
    OFF,
    DOCUMENTED,
    PAPER,
    CAUTIOUS;

    public Limits limits() {
        return switch (this) {
            case OFF -> Limits.OFF;
            case DOCUMENTED -> Limits.DOCUMENTED;
            case PAPER -> Limits.PAPER;
            case CAUTIOUS -> Limits.CAUTIOUS;
        };
    }
}
