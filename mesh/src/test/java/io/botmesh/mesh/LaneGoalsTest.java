package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.LaneSimulation.Result;
import io.botmesh.world.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much of a server's limits saturated nodes make use of, on a virtual clock against the server's own buckets. */
class LaneGoalsTest {
    private static final int WRITERS = 8;
    private static final int NODES = 16;

    private final long seed = Long.getLong("seed", 1);

    private LaneSimulation simulation(Limits limits, double postsPerSecond) {
        System.out.println("seed " + seed);
        return new LaneSimulation(WRITERS, limits, postsPerSecond, seed);
    }

    private static void print(String what, Result result) {
        System.out.println(what + ": " + result);
    }

    @Test
    void oneNodeUsesNinetySevenPercentAndIsHardlyEverRefused() {
        LaneSimulation simulation = simulation(Limits.PAPER, 1);
        simulation.saturate(simulation.lanes(LaneLimits.PAPER, LaneShare.WHOLE));
        Result result = simulation.run(Duration.ofMinutes(1), Duration.ofMinutes(30));
        print("one node", result);
        assertThat(result.use()).isBetween(0.97, 1.01);
        assertThat(result.refusedPerThousand()).isLessThanOrEqualTo(1);
    }

    @Test
    void aNodeWithoutCompanyFindsAllLanesFromItsHome() {
        LaneSimulation simulation = simulation(Limits.PAPER, 1);
        simulation.saturate(simulation.lanes(LaneLimits.PAPER, new LaneShare.Sticky("alone")));
        Result result = simulation.run(Duration.ofMinutes(5), Duration.ofMinutes(30));
        print("one node that does not know that it is alone", result);
        assertThat(result.use()).isBetween(0.97, 1.01);
        assertThat(result.refusedPerThousand()).isLessThanOrEqualTo(1);
    }

    @Test
    void aProfileThatIsTooHighIsCorrected() {
        LaneSimulation simulation = simulation(Limits.CAUTIOUS, 1.0 / 3); // a window of 20 in a minute
        simulation.saturate(simulation.lanes(LaneLimits.PAPER, LaneShare.WHOLE));
        Result result = simulation.run(Duration.ofMinutes(20), Duration.ofMinutes(60));
        print("one node with a profile three times too high", result);
        assertThat(result.use()).isGreaterThan(0.75);
        assertThat(result.refusedPerThousand()).isLessThan(10);
    }

    @Test
    void sixteenNodesThatDoNotTalkUseThreeQuarters() {
        LaneSimulation simulation = simulation(Limits.PAPER, 1);
        for (int i = 0; i < NODES; i++) {
            simulation.saturate(simulation.lanes(LaneLimits.PAPER, new LaneShare.Sticky("node" + i)));
        }
        Result result = simulation.run(Duration.ofMinutes(10), Duration.ofMinutes(30));
        print("16 nodes without coordination", result);
        assertThat(result.use()).isBetween(0.75, 1.01);
    }

    @Test
    void sixteenNodesWithGrantsUseNinetyPercent() {
        LaneSimulation simulation = simulation(Limits.PAPER, 1);
        LaneGrants grants = new LaneGrants(WRITERS, LaneLimits.PAPER.postsPerSecond());
        for (int i = 0; i < NODES; i++) {
            Lanes lanes = simulation.lanes(LaneLimits.PAPER, new LaneShare.Granted("node" + i));
            simulation.saturate(lanes);
            grants.onWant(i, 10, simulation.nano());
            new Regrant(simulation, grants, lanes, i).run();
        }
        Result result = simulation.run(Duration.ofMinutes(2), Duration.ofMinutes(30));
        print("16 nodes with grants", result);
        assertThat(result.use()).isBetween(0.90, 1.01);
        assertThat(result.refusedPerThousand()).isLessThanOrEqualTo(1);
    }

    /** The reader's word reaches a node every half minute. */
    private record Regrant(LaneSimulation simulation, LaneGrants grants, Lanes lanes, long node) implements Runnable {
        @Override
        public void run() {
            grants.onWant(node, 10, simulation.nano());
            lanes.onGrants(grants.of(node, simulation.nano()), simulation.nano());
            simulation.after(30 * LaneSimulation.SECOND, this);
        }
    }

    @Test
    void thePapersRandomChoiceIsPrintedBeside() {
        LaneSimulation simulation = simulation(Limits.OFF.withChat(new Limits.Rate(1, Duration.ofSeconds(1), 1)), 1);
        simulation.random(1);
        Result without = simulation.run(Duration.ofMinutes(1), Duration.ofMinutes(30));
        print("the paper's random writer, without bursts", without);
        simulation = simulation(Limits.PAPER, 1);
        simulation.random(1);
        Result burst = simulation.run(Duration.ofMinutes(1), Duration.ofMinutes(30));
        print("the paper's random writer, bursts of three", burst);
        assertThat(List.of(without, burst))
                .allSatisfy(result -> assertThat(result.use()).isLessThan(0.9));
        assertThat(without.use()).isBetween(0.4, 0.7);
    }
}
