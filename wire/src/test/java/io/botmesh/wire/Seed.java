package io.botmesh.wire;

import java.util.SplittableRandom;

/** Randomness of a test, the same in every run unless {@code -Dseed=N} sets another; the seed is printed. */
final class Seed {
    private Seed() {}

    static SplittableRandom random(String test) {
        long seed = Long.getLong("seed", 1);
        System.out.println(test + ": seed " + seed);
        return new SplittableRandom(seed);
    }

    static byte[] bytes(SplittableRandom random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
