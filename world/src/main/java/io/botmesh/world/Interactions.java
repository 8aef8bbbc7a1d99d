package io.botmesh.world;

import java.util.SplittableRandom;

/** What goes on between people and bots beside messages, and waits for an answer or is kept for later. */
final class Interactions {
    final Callbacks callbacks;

    Interactions(long seed) {
        var random = new SplittableRandom(seed);
        callbacks = new Callbacks(random.nextLong());
    }
}
