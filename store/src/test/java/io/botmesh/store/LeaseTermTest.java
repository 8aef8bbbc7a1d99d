package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Lease.Standing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTermTest {
    /** Such clocks may start anywhere and wrap. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    private final LeaseTerm term = new LeaseTerm(Duration.ofSeconds(20), START);

    private static long after(int millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }

    @Test
    void line27AHolderThatHearsNothingBelievesInHalfOfItsTime() {
        assertThat(term.standing(after(9_999))).isEqualTo(Standing.HELD);
        assertThat(term.standing(after(10_000))).isEqualTo(Standing.LOST);
    }

    @Test
    void countsFromWhenTheRequestWasSentAndNotFromItsAnswer() {
        term.onRenewed(after(4_000)); // the answer took until 9 s
        assertThat(term.standing(after(13_999))).isEqualTo(Standing.HELD);
        assertThat(term.standing(after(14_000))).isEqualTo(Standing.LOST);
    }

    @Test
    void onceLostItStaysLostBecauseTheWorkIsBeingEnded() {
        assertThat(term.standing(after(10_000))).isEqualTo(Standing.LOST);
        term.onRenewed(after(9_000));
        assertThat(term.standing(after(10_001))).isEqualTo(Standing.LOST);
    }

    /** A machine that slept: the server had nobody else meanwhile, but what ran here might have been ended half-way. */
    @Test
    void aRenewalThatComesTooLateIsNone() {
        term.onRenewed(after(10_000));
        assertThat(term.standing(after(10_000))).isEqualTo(Standing.LOST);
    }

    @Test
    void aRefusalEndsItAtOnce() {
        term.onRefused();
        assertThat(term.standing(after(1))).isEqualTo(Standing.LOST);
    }

    @Test
    void isWantedAsLongAsTheServerSaysSo() {
        term.onWanted(true);
        assertThat(term.standing(after(1))).isEqualTo(Standing.WANTED);
        term.onWanted(false);
        assertThat(term.standing(after(2))).isEqualTo(Standing.HELD);
    }

    @Test
    void isProlongedSeveralTimesBeforeItIsLost() {
        assertThat(term.isDue(after(3_999))).isFalse();
        assertThat(term.isDue(after(4_000))).isTrue();
        term.onRenewed(after(4_000));
        assertThat(term.isDue(after(7_999))).isFalse();
    }
}
