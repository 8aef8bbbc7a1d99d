package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.sim.SimOptions.Shape;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

/** Whole nodes of this project. */
class MeshTest {
    @Test
    void aCalmMeshDeliversEverythingAboutAsFastAsTheServerDoes() {
        SimReport report = Simulation.run(SimOptions.of(1, 3, 3));
        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.delivered()).isEqualTo(report.messages()).isGreaterThan(300);
        assertThat(report.latency().p50()).isBetween(0.15, 0.3);
        assertThat(report.drainSeconds()).isLessThan(5);
    }

    @Test
    void theSameSeedIsTheSameRunInAnyLocaleAndTimeZone() {
        SimOptions options = SimOptions.of(5, 4, 1).withFaults(Nemesis.all());
        String first = Simulation.run(options).toJson();
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
            assertThat(Simulation.run(options).toJson()).isEqualTo(first);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void oneThatCannotAnswerGetsEverythingTheCarrierDoesNotLose() {
        SimReport report = Simulation.run(SimOptions.of(2, 4, 2)
                .withShape(Shape.QUASI)
                .withFaults(Set.of(Nemesis.KILL, Nemesis.LOST_REPLY, Nemesis.ERRORS, Nemesis.REORDER)));
        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
    }

    /** Each message on a stream of its own, some with others in one packet: nothing that comes says that another one is missing. */
    @Test
    void ofSendersThatNobodyAnswersEveryMessageThatTheCarrierDestroysIsToldOf() {
        SimReport report = Simulation.run(SimOptions.of(1, 3, 6)
                .withShape(Shape.QUASI)
                .withPatterns(Set.of(Pattern.SINGLES))
                .withLoad(0.5, 60)
                .withFaults(Set.of(Nemesis.WIPE, Nemesis.KILL)));
        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.events()).containsKey("MissedPackets");
        assertThat(report.accounted()).isPositive();
    }

    @Test
    void whoIsLetOutWhenTheOwnerGoesOnAfterItStoodStillIsLetInAgain() {
        SimReport report = Simulation.run(SimOptions.of(4, 4, 1)
                .withPatterns(Set.of(Pattern.TOPIC, Pattern.QUEUE, Pattern.MEMBERS))
                .withFaults(Set.of(Nemesis.PAUSE)));
        assertThat(report.violations()).isEmpty();
    }
}
