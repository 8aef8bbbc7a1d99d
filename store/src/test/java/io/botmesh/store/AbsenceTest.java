package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class AbsenceTest {
    private long nanos;
    private boolean closing;
    private final ArrayList<Long> pauses = new ArrayList<>();

    private Absence absence(Duration patience) {
        return new Absence("db", patience, () -> nanos, time -> {
            pauses.add(time.toMillis());
            nanos += time.toNanos();
            return !closing;
        });
    }

    @Test
    void pausesGrowToASecondAndEndWithThePatience() {
        var absence = absence(Duration.ofSeconds(4));
        while (absence.awaitBack("refused")) assertThat(absence.reason()).hasValue("db does not answer: refused");
        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L, 500L);
        assertThat(absence.reason()).isEmpty();
    }

    @Test
    void whatHasBeenAwayForTooLongIsNotWaitedForUntilItIsBack() {
        var absence = absence(Duration.ofSeconds(1));
        while (absence.awaitBack("refused")) {}
        pauses.clear();
        assertThat(absence.awaitBack("refused")).isFalse();
        assertThat(pauses).isEmpty();
        absence.over();
        assertThat(absence.awaitBack("refused")).isTrue();
        assertThat(pauses).containsExactly(100L);
    }

    @Test
    void aCloseEndsIt() {
        var absence = absence(Duration.ofSeconds(1));
        closing = true;
        assertThat(absence.awaitBack("refused")).isFalse();
        assertThat(absence.reason()).isEmpty();
    }

    @Test
    void noPatienceWaitsForNothing() {
        assertThat(absence(Duration.ZERO).awaitBack("refused")).isFalse();
        assertThat(pauses).isEmpty();
    }
}
