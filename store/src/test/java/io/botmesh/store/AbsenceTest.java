package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.logging.Filter;
import java.util.logging.Logger;
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

    /** It promises a wait. */
    @Test
    void nothingIsToldByWhoDoesNotWait() {
        var lines = new ArrayList<String>();
        var log = Logger.getLogger("io.botmesh.store");
        Filter before = log.getFilter();
        log.setFilter(told -> {
            lines.add(told.getMessage());
            return false;
        });
        try {
            var absence = absence(Duration.ofSeconds(4));
            closing = true;
            assertThat(absence.awaitBack("refused")).isFalse();
            assertThat(absence.awaitBack("refused")).isFalse();
            assertThat(lines).isEmpty();
            closing = false;
            assertThat(absence.awaitBack("refused")).isTrue();
            assertThat(absence.awaitBack("refused")).isTrue();
            assertThat(lines).hasSize(1);
        } finally {
            log.setFilter(before);
        }
    }

    @Test
    void noPatienceWaitsForNothing() {
        assertThat(absence(Duration.ZERO).awaitBack("refused")).isFalse();
        assertThat(pauses).isEmpty();
    }
}
