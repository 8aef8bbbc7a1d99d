package io.botmesh.world;

import java.util.SplittableRandom;

/** What goes on between people and bots beside messages, and waits for an answer or is kept for later. */
final class Interactions {
    final Callbacks callbacks;
    private final SplittableRandom random;

    final Ballots ballots;
    final Reactions reactions;

    Interactions(long seed, Registry registry, Agenda agenda, Postman postman) {
        random = new SplittableRandom(seed);
        ballots = new Ballots(agenda, postman);
        reactions = new Reactions(registry, agenda, postman);
        callbacks = new Callbacks(random.nextLong());
    }

    /** For whatever needs an id that nobody guesses. */
    long nextId() {
        return random.nextLong(1, Long.MAX_VALUE);
    }
}
