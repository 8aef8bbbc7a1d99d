package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.LinkSimulation.Faults;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Invariants over random schedules; a failing run names its seed, and {@code -Dseed=N -Drounds=1} repeats it. */
class LinkSimulationTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 100);
    private static final long HOUR = 3_600_000;

    private interface Run {
        void run(SplittableRandom random);
    }

    @Test
    void everythingArrivesOnceAndInOrderWhateverFails() {
        forEachSeed("everythingArrivesOnceAndInOrderWhateverFails", random -> {
            var simulation = simulation(random, Faults.ALL);
            simulation.run(200, random.nextInt(4) > 0);
            simulation.drain(3 * HOUR);
            assertThat(simulation.a.handled).hasSize(simulation.b.sent.size());
            assertThat(simulation.b.handled).hasSize(simulation.a.sent.size());
        });
    }

    @Test
    void aLostMemoryCostsWhatWasInItAndNothingElse() {
        forEachSeed("aLostMemoryCostsWhatWasInItAndNothingElse", random -> {
            var simulation = simulation(random, Faults.AMNESIA);
            simulation.run(200, random.nextInt(4) > 0);
            simulation.drain(6 * HOUR);
            for (var end : java.util.List.of(simulation.a, simulation.b)) {
                for (long message : end.sent.keySet()) {
                    assertThat(end.peer().handled.contains(message) || end.lost.contains(message))
                            .isTrue();
                }
            }
        });
    }

    @Test
    void withoutFaultsNothingIsSentTwiceAndAcksAreRare() {
        forEachSeed("withoutFaultsNothingIsSentTwiceAndAcksAreRare", random -> {
            var simulation = simulation(random, Faults.NONE);
            simulation.run(300, false);
            simulation.drain(HOUR);
            assertThat(simulation.a.reposts + simulation.a.forwards).isZero();
            assertThat(simulation.b.dataPosts).isZero();
            int unasked = simulation.b.controlPosts - simulation.b.pongs;
            assertThat(unasked).isLessThanOrEqualTo(2 + simulation.a.dataPosts / 16);
        });
    }

    private static LinkSimulation simulation(SplittableRandom random, Faults faults) {
        int lanes = random.nextInt(1, 7);
        return new LinkSimulation(
                random, faults, lanes, random.nextInt(1, Math.min(lanes, 3) + 1), random.nextInt(1, 4));
    }

    private static void forEachSeed(String test, Run run) {
        long first = Long.getLong("seed", 1);
        System.out.println(test + ": seeds " + first + " to " + (first + ROUNDS - 1));
        for (long seed = first; seed < first + ROUNDS; seed++) {
            try {
                run.run(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("with seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
    }
}
