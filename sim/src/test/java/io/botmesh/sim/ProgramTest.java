package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Shape;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Objects and requests of whole nodes. */
class ProgramTest {
    private static final SimOptions BOTH =
            SimOptions.of(4, 4, 5).withPostsPerSecond(4).withPatterns(Set.of(Pattern.OBJECTS, Pattern.REQUESTS));

    @Test
    void inACalmMeshEachObjectIsTakenOrRefusedAndEachRequestIsAnswered() {
        SimReport report = Simulation.run(BOTH);
        assertThat(report.violations()).isEmpty();
        assertThat(report.objects().sent()).isGreaterThan(5);
        assertThat(report.objects().taken() + report.objects().refused())
                .isEqualTo(report.objects().sent());
        assertThat(report.objects().refused()).isPositive();
        assertThat(report.requests().answered())
                .isEqualTo(report.requests().asked())
                .isGreaterThan(30);
    }

    @Test
    void whateverGoesWrongAnObjectIsTakenWholeOrSaidToBeRefused() {
        for (long seed = 1; seed <= 8; seed++) {
            SimReport report = Simulation.run(BOTH.withSeed(seed).withFaults(Nemesis.all()));
            assertThat(report.violations()).as("seed " + seed).isEmpty();
            assertThat(report.objects().taken()).isPositive();
            assertThat(report.requests().answered()).isPositive();
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        SimOptions options = BOTH.withFaults(Nemesis.all());
        assertThat(Simulation.run(options).toJson())
                .isEqualTo(Simulation.run(options).toJson());
    }

    @Test
    void whereNobodyAnswersAnObjectComesWholeOrNotAtAll() {
        var faults = EnumSet.of(Nemesis.KILL, Nemesis.DELETE, Nemesis.EDIT, Nemesis.OVERFLOW, Nemesis.TAKEOVER);
        SimReport report = Simulation.run(BOTH.withShape(Shape.QUASI).withFaults(faults));
        assertThat(report.violations()).isEmpty();
        assertThat(report.objects().taken()).isPositive();
    }
}
