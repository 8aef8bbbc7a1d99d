package io.botmesh.runner;

import java.time.Duration;

/** A pause that ends at once on an interrupt. Tests pass one that moves their clock instead. */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
}
