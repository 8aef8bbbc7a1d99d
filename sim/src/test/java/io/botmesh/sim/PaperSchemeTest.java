package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Scheme;
import io.botmesh.sim.SimOptions.Shape;
import org.junit.jupiter.api.Test;

/** The scheme that ours is compared with, and with it the scheduler, the server and the machines. */
class PaperSchemeTest {
    private static SimOptions paper(long seed, int nodes, int minutes) {
        return SimOptions.of(seed, nodes, minutes).withScheme(Scheme.PAPER).withShape(Shape.QUASI);
    }

    @Test
    void deliversEverythingBelowTheLimitsOnceWithinThirdsOfASecond() {
        SimReport report = Simulation.run(paper(1, 2, 10).withWriters(8).withLoad(2, 80));
        System.out.println(report.toJson());
        assertThat(report.messages()).isGreaterThan(1000);
        assertThat(report.delivered()).isEqualTo(report.messages());
        assertThat(report.lost()).isZero();
        assertThat(report.latency().p50()).isBetween(0.15, 0.45);
    }

    @Test
    void theSameSeedIsTheSameRun() {
        SimOptions options = paper(7, 5, 3).withFaults(Nemesis.all()).withLoad(1, 80);
        String first = Simulation.run(options).toJson();
        assertThat(Simulation.run(options).toJson()).isEqualTo(first);
        assertThat(Simulation.run(options.withSeed(8)).toJson()).isNotEqualTo(first);
    }

    @Test
    void losesAndRepeatsMessagesUnderFaults() {
        SimReport report = Simulation.run(paper(3, 6, 5).withFaults(Nemesis.all()));
        System.out.println(report.toJson());
        assertThat(report.lost()).isPositive();
        assertThat(report.duplicatesDelivered()).isPositive();
    }
}
