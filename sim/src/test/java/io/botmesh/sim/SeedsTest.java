package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many small meshes in which everything goes wrong. A failure names the command that has the run again. */
class SeedsTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 200);
    private static final int PACKETS = Integer.getInteger("sim.packets", 2_000);
    private static final int SEALED_EVERY = 50;
    private static final int AT_ONCE = 100;

    /** A run is one thread's alone. */
    private final ExecutorService threads =
            Executors.newFixedThreadPool(Math.min(2, Runtime.getRuntime().availableProcessors()));

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static SimOptions options(long seed) {
        var random = new SplittableRandom(seed);
        Shape[] shapes = {Shape.RING, Shape.STAR, Shape.FULL, Shape.RANDOM, Shape.QUASI};
        int nodes = random.nextInt(2, 7);
        // Few nodes that may post little take hours of virtual time for as many packets.
        int postsPerSecond = nodes < 4 ? 8 : 1 << random.nextInt(4);
        Shape shape = shapes[random.nextInt(shapes.length)];
        return SimOptions.of(seed, nodes, 1)
                .withShape(shape)
                .withFaults(faults(random))
                .withWriters(random.nextInt(1, 4))
                .withPostsPerSecond(postsPerSecond)
                .withLoad(postsPerSecond * random.nextInt(1, 4) / 8.0 * (nodes == 2 ? 2 : 1), random.nextInt(20, 200))
                .withSealed(seed % SEALED_EVERY == 0)
                .withGrants(random.nextInt(4) == 0 && shape != Shape.QUASI) // who cannot answer grants nothing
                .withPatterns(patterns(random))
                .withPackets(PACKETS);
    }

    /** All of them, or each with a chance of one half; a day off takes long and is rarer. */
    private static Set<Nemesis> faults(SplittableRandom random) {
        var faults = EnumSet.copyOf(Nemesis.all());
        if (random.nextInt(3) == 0) faults.removeIf(any -> random.nextBoolean());
        if (random.nextInt(8) != 0) faults.remove(Nemesis.OFFLINE);
        return faults;
    }

    /** Each with a chance of its own. */
    private static Set<Pattern> patterns(SplittableRandom random) {
        var patterns = EnumSet.noneOf(Pattern.class);
        if (random.nextInt(3) == 0) {
            patterns.add(Pattern.TOPIC);
            if (random.nextBoolean()) patterns.add(Pattern.QUEUE);
            if (random.nextBoolean()) patterns.add(Pattern.MEMBERS);
            if (random.nextInt(16) == 0) patterns.add(Pattern.EXPIRY); // takes days
        }
        if (random.nextInt(4) == 0) patterns.add(Pattern.OBJECTS);
        if (random.nextInt(2) == 0) patterns.add(Pattern.REQUESTS);
        if (random.nextInt(6) == 0) patterns.add(Pattern.NAMES);
        if (random.nextInt(6) == 0) patterns.add(Pattern.SINGLES);
        return patterns;
    }

    /** What came of a run. */
    private record Ran(long packets, long deaths, long messages, String wrong) {
        static Ran of(SimOptions options) {
            try {
                SimReport report = Simulation.run(options);
                String wrong = report.sound() ? "" : options.command() + ": " + report.violations();
                if (report.packets() < options.span().packets())
                    wrong += options.command() + ": " + report.packets() + " packets";
                return new Ran(report.packets(), report.deaths(), report.messages(), wrong);
            } catch (RuntimeException | Error broken) {
                return new Ran(0, 0, 0, options.command() + ": " + broken + " at " + broken.getStackTrace()[0]);
            }
        }
    }

    private List<Ran> run(LongStream seeds) throws Exception {
        List<Callable<Ran>> runs = seeds.<Callable<Ran>>mapToObj(seed -> () -> Ran.of(options(seed)))
                .toList();
        var ran = new ArrayList<Ran>();
        for (Future<Ran> one : threads.invokeAll(runs)) ran.add(one.get());
        return ran;
    }

    private static List<String> wrong(List<Ran> ran) {
        return ran.stream().map(Ran::wrong).filter(wrong -> !wrong.isEmpty()).toList();
    }

    private static String total(long seeds, long first, List<Ran> ran) {
        return seeds + " seeds from " + first + ": "
                + ran.stream().mapToLong(Ran::packets).sum() + " packets, "
                + ran.stream().mapToLong(Ran::messages).sum() + " messages, "
                + ran.stream().mapToLong(Ran::deaths).sum() + " deaths";
    }

    @Test
    void manySmallMeshesKeepTheirPromises() throws Exception {
        long first = Long.getLong("seed", 1) * 1_000_000;
        List<Ran> ran = run(LongStream.range(first, first + SEEDS));
        System.out.println(total(SEEDS, first, ran));
        assertThat(wrong(ran)).isEmpty();
        assertThat(ran.stream().mapToLong(Ran::deaths).sum()).isGreaterThan(SEEDS);
    }

    /** As many as a mesh may have: all faults at once, for two minutes of their time and until all is well again. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FULL") // forty thousand links would be another test
    @Tag("slow")
    void twoHundredNodesKeepTheirPromises(Shape shape) {
        var options = SimOptions.of(Long.getLong("seed", 1) * 1_000_000, 200, 2)
                .withShape(shape)
                .withFaults(Nemesis.all());
        var ran = Ran.of(options);
        System.out.println(shape + ", " + total(1, options.seed(), List.of(ran)));
        assertThat(ran.wrong()).isEmpty();
        assertThat(ran.deaths()).isPositive();
    }

    /** Goes on to the end, whatever it finds; for as many minutes as the property {@code sim.minutes} says, 60 if nothing sets it. */
    @Test
    @Tag("slow")
    void newMeshesKeepTheirPromisesForAnHour() throws Exception {
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("sim.minutes", 60)).toNanos();
        long from = new SplittableRandom(Long.getLong("seed", 1)).nextLong(1L << 40);
        var ran = new ArrayList<Ran>();
        for (long seed = from; System.nanoTime() < end; seed += AT_ONCE) {
            List<Ran> more = run(LongStream.range(seed, seed + AT_ONCE));
            ran.addAll(more);
            System.out.println(total(ran.size(), from, ran));
            wrong(more).forEach(System.out::println);
        }
        assertThat(wrong(ran)).isEmpty();
    }
}
