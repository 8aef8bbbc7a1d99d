package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Scheme;
import io.botmesh.sim.SimOptions.Shape;
import io.botmesh.sim.SimReport.Steady;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What whole nodes are to make of a channel with eight writers, of which each may post once a second; measured between the warm-up and the end
 * of sending, in which none of them runs dry, so that no burst has a last post. Virtual time: the same on any machine.
 */
class GoalsTest {
    private static final int WRITERS = 8;

    private final long seed = Long.getLong("seed", 1);

    private Steady steady(SimOptions options) {
        SimReport report = Simulation.run(options.withSeed(seed));
        System.out.println("GoalsTest seed " + seed + ": " + report.steady());
        if (options.scheme() == Scheme.MESH) assertThat(report.violations()).isEmpty();
        return report.steady();
    }

    private static SimOptions pair(int seconds) {
        return SimOptions.of(1, 2, 1)
                .withShape(Shape.GATHER)
                .withWriters(WRITERS)
                .withSeconds(seconds);
    }

    @Test
    void oneSaturatedNodeUsesItsLanesAndFillsItsPosts() {
        Steady seen =
                steady(pair(180).withLoad(Load.saturated(100).withTextOnly(true).withWarmUp(60)));
        assertThat(seen.share()).isBetween(0.97, 1.01);
        assertThat(seen.fill()).isBetween(0.97, 1.0);
        assertThat(seen.floodWaits()).isLessThanOrEqualTo(1);
        assertThat(seen.perSecond()).isGreaterThanOrEqualTo(500);
    }

    @Test
    @Tag("slow")
    void documentsCarryFiftyThousandMessagesASecond() {
        Steady seen = steady(pair(25).withLoad(Load.even(55_000, 100).withWarmUp(10)));
        assertThat(seen.perSecond()).isGreaterThanOrEqualTo(50_000);
    }

    /** The way of a bare post and poll, and three posts' worth of all lanes. */
    @Test
    void atFourFifthsOfTheLoadMessagesWaitForThreePostsAtMost() {
        Load idle = Load.even(1, 120).withTextOnly(true).withWarmUp(60);
        Steady floor =
                steady(pair(3_600).withLoad(idle).withScheme(Scheme.PAPER).withShape(Shape.QUASI));
        Steady busy =
                steady(pair(600).withLoad(Load.even(392, 120).withTextOnly(true).withWarmUp(60)));
        assertThat(busy.latency().p99()).isLessThanOrEqualTo(floor.latency().p99() + 3.0 / WRITERS);
    }

    private static SimOptions crowd() {
        return SimOptions.of(1, 17, 1)
                .withShape(Shape.GATHER)
                .withWriters(WRITERS)
                .withSeconds(1_800)
                .withLoad(Load.saturated(2_000).withTextOnly(true).withWarmUp(600));
    }

    @Test
    @Tag("slow")
    void sixteenNodesThatDoNotKnowOfEachOtherUseThreeQuarters() {
        assertThat(steady(crowd()).share()).isBetween(0.75, 1.01);
    }

    @Test
    @Tag("slow")
    void sixteenNodesWithTheReadersGrantsUseNineTenths() {
        assertThat(steady(crowd().withGrants(true)).share()).isBetween(0.9, 1.01);
    }
}
