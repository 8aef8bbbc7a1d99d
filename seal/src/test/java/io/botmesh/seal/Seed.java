package io.botmesh.seal;

import java.util.SplittableRandom;

/** Randomness of a test, repeatable: the seed is printed, and {@code -Dseed=N} sets it. */
final class Seed {
    private Seed() {}

    static SplittableRandom random(String test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test + ": seed " + seed);
        return new SplittableRandom(seed);
    }

    static byte[] bytes(SplittableRandom random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
