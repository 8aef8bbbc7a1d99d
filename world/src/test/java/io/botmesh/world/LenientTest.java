package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How values are read that are not what they should be. */
class LenientTest {
    @Test
    void threeWordsAreTrueInAnyCaseAndAllElseIsFalse() {
        for (var yes : List.of("true", "True", "TRUE", "yes", "YES", "1", " true\n")) {
            assertThat(Lenient.flag(yes)).as(yes).isTrue();
        }
        for (var no : List.of("", "false", "on", "y", "2", "01", "tru", "null")) {
            assertThat(Lenient.flag(no)).as(no).isFalse();
        }
        assertThat(Lenient.flag(null)).isFalse();
    }

    @Test
    void aNumberEndsAtItsFirstNonDigitAndGarbageIsZero() {
        assertThat(Lenient.number("12abc")).isEqualTo(12);
        assertThat(Lenient.number("-5.9")).isEqualTo(-5);
        for (var garbage : List.of("", "-", "+5", " 5", "abc", "null", "\u0665")) {
            assertThat(Lenient.number(garbage)).as(garbage).isZero();
        }
    }

    @Test
    void numbersAreClampedAfterTheyHaveLostWhatDoesNotFit() {
        assertThat(Lenient.integer("7", 3, 1, 100)).isEqualTo(7);
        assertThat(Lenient.integer("-7", 3, 1, 100)).isEqualTo(1);
        assertThat(Lenient.integer("1000", 3, 1, 100)).isEqualTo(100);
        assertThat(Lenient.integer("4294967305", 3, 1, 100)).isEqualTo(9);
        assertThat(Lenient.integer("garbage", 3, 1, 100)).isEqualTo(1);
        assertThat(Lenient.integer("", 3, 1, 100)).isEqualTo(3);
        assertThat(Lenient.integer(null, 3, 1, 100)).isEqualTo(3);
    }

    /** What is said again must be JSON again. */
    @Test
    void numbersBeyondTheLargestAreTheLargest() {
        assertThat(String.valueOf(Lenient.json("[1e400,-1e400,1e-400,0.5]")))
                .isEqualTo("[" + Double.MAX_VALUE + ",-" + Double.MAX_VALUE + ",0.0,0.5]");
    }
}
