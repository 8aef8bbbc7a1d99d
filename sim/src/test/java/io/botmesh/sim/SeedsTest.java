package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many small meshes in which everything goes wrong. A failure names the command that has the run again. */
class SeedsTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 200);
    private static final int MINUTES = Integer.getInteger("sim.each", 1);
    private static final int SEALED_EVERY = 50;
    private static final Shape[] SHAPES = {Shape.RING, Shape.STAR, Shape.FULL, Shape.RANDOM};

    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong deaths = new AtomicLong();

    private static SimOptions options(long seed, int minutes) {
        var random = new SplittableRandom(seed);
        return SimOptions.of(seed, random.nextInt(2, 7), minutes)
                .withShape(SHAPES[random.nextInt(SHAPES.length)])
                .withFaults(random.nextInt(3) == 0 ? some(random) : Nemesis.all())
                .withWriters(random.nextInt(1, 4))
                .withLoad(random.nextInt(1, 4) / 2.0, random.nextInt(20, 200))
                .withSealed(seed % SEALED_EVERY == 0);
    }

    /** Each fault with a chance of one half. */
    private static Set<Nemesis> some(SplittableRandom random) {
        var some = EnumSet.noneOf(Nemesis.class);
        for (Nemesis nemesis : Nemesis.all()) if (random.nextBoolean()) some.add(nemesis);
        return some;
    }

    private List<String> wrong(SimOptions options) {
        try {
            SimReport report = Simulation.run(options);
            packets.addAndGet(report.packets());
            deaths.addAndGet(report.deaths());
            return report.sound() ? List.of() : List.of(options + ": " + report.violations());
        } catch (RuntimeException | Error broken) {
            return List.of(options + ": " + broken + " at " + broken.getStackTrace()[0]);
        }
    }

    private List<String> wrong(LongStream seeds, int minutes) {
        var wrong = Collections.synchronizedList(new ArrayList<String>());
        seeds.parallel().forEach(seed -> wrong.addAll(wrong(options(seed, minutes))));
        return wrong;
    }

    @Test
    void manySmallMeshesKeepTheirPromises() {
        long first = Long.getLong("seed", 1) * 1_000_000;
        assertThat(wrong(LongStream.range(first, first + SEEDS), MINUTES)).isEmpty();
        System.out.println("seeds from " + first + ": " + packets + " packets, " + deaths + " deaths");
        assertThat(packets.get()).isGreaterThan(SEEDS * 50L * MINUTES);
        assertThat(deaths.get()).isGreaterThan(SEEDS);
    }

    /** For as many minutes as the property {@code sim.minutes} says, 60 if nothing sets it. */
    @Test
    @Tag("slow")
    void newMeshesKeepTheirPromisesForAnHour() {
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("sim.minutes", 60)).toNanos();
        long from = new SplittableRandom(Long.getLong("seed", 1)).nextLong(1L << 40);
        long seed = from;
        while (System.nanoTime() < end) {
            assertThat(wrong(LongStream.range(seed, seed + 100), 8)).isEmpty();
            seed += 100;
            System.out.println((seed - from) + " seeds from " + from + ", " + packets + " packets so far");
        }
        System.out.println((seed - from) + " seeds from " + from + ": " + packets + " packets, " + deaths + " deaths");
    }
}
