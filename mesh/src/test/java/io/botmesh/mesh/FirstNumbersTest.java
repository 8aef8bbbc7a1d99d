package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.MissingPackets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstNumbersTest {
    private static final long HERE = -1;
    private static final long THERE = -2;
    private static final long MINUTE = 60_000_000_000L;

    private final MissingPackets missing = MissingPackets.from(0, 100);
    private FirstNumbers firsts = new FirstNumbers(Collections.emptySortedMap());

    private void come(long channel, long number, long now) {
        missing.onPacket(number, now / 1_000_000);
        firsts.mark(channel, number, now);
    }

    private List<Long> lackedIn() {
        return firsts.above(missing.lowest());
    }

    @Test
    void whoIsHeardFromTheBeginningLacksNothing() {
        for (int n = 0; n < 10; n++) come(HERE, n, 0);
        assertThat(lackedIn()).isEmpty();
    }

    @Test
    void whatWasBeforeTheFirstPacketOfAChannelIsLackingThere() {
        come(HERE, 3, 0);
        assertThat(lackedIn()).containsExactly(HERE);
        firsts = new FirstNumbers(firsts.byChannel());
        for (int n : new int[] {1, 0, 1, 2}) {
            assertThat(lackedIn()).containsExactly(HERE);
            come(HERE, n, MINUTE);
        }
        assertThat(lackedIn()).isEmpty();
    }

    @Test
    void ofWhatIsMissingAmidAChannelItsPostsTell() {
        come(HERE, 0, 0);
        come(HERE, 5, 2 * MINUTE);
        assertThat(missing.lowest()).isEqualTo(1);
        assertThat(lackedIn()).isEmpty();
    }

    @Test
    void anotherChannelIsHeardLater() {
        come(HERE, 0, 0);
        come(HERE, 100, 2 * MINUTE);
        come(THERE, 101, 2 * MINUTE);
        assertThat(lackedIn()).containsExactly(THERE);
    }

    @Test
    void theFirstPacketsOfAChannelOvertakeEachOther() {
        come(HERE, 3, 0);
        come(HERE, 9, MINUTE - 1);
        come(HERE, 20, MINUTE);
        for (int n : new int[] {0, 1, 2}) come(HERE, n, 2 * MINUTE);
        assertThat(lackedIn()).containsExactly(HERE);
        for (int n = 4; n < 9; n++) come(HERE, n, 2 * MINUTE);
        assertThat(missing.lowest()).isEqualTo(10);
        assertThat(lackedIn()).isEmpty();
    }

    @Test
    void channelsAreBounded() {
        for (int channel = 1; channel < 1_000; channel++) firsts.mark(-channel, 20_000, 0);
        assertThat(firsts.byChannel()).hasSizeLessThanOrEqualTo(64);
    }
}
