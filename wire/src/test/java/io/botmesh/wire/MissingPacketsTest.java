package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MissingPacketsTest {
    private static final int MOST = 1_000;

    @Test
    void eachHoleIsGivenUpAfterItsOwnTime() {
        var missing = MissingPackets.from(0, MOST);
        missing.onPacket(3, 100); // 0 to 2
        missing.onPacket(6, 200); // 4 and 5
        missing.onPacket(1, 300);
        assertThat(missing.since()).isEqualTo(100);
        assertThat(missing.giveUp(99)).isZero();
        assertThat(missing.giveUp(199)).isEqualTo(2);
        assertThat(missing.giveUp(199)).isZero();
        assertThat(missing.since()).isEqualTo(200);
        assertThat(missing.giveUp(200)).isEqualTo(2);
        assertThat(missing.isEmpty()).isTrue();
        assertThat(missing.since()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatComesAfterItWasGivenUpIsNotAwaitedAndChangesNothing() {
        var missing = MissingPackets.from(0, MOST);
        missing.onPacket(3, 100);
        assertThat(missing.awaits(1)).isTrue();
        assertThat(missing.awaits(3)).isFalse();
        assertThat(missing.awaits(4)).isTrue();
        missing.giveUp(100);
        assertThat(missing.awaits(1)).isFalse();
        missing.onPacket(1, 200);
        missing.onPacket(4, 200);
        assertThat(missing.isEmpty()).isTrue();
    }

    @Test
    void anAccountThatBeginsAmidTheNumbersMissesNothingOfBefore() {
        var missing = MissingPackets.beyond(5, MOST);
        missing.onPacket(2, 100);
        missing = MissingPackets.parse(missing.toBytes(), MOST);
        assertThat(missing.awaits(4)).isFalse();
        assertThat(missing.awaits(7)).isTrue();
        missing.onPacket(7, 100);
        assertThat(missing.awaits(6)).isFalse();
        missing.onPacket(9, 100);
        assertThat(missing.giveUp(100)).isEqualTo(1);
    }

    @Test
    void ofASenderThatRepeatsOnlyWhatWasMissingBeforeIsOnTheAccount() {
        var missing = MissingPackets.from(0, MOST);
        missing.onPacket(2, 100);
        missing.onRepeatable(9);
        missing.onRepeatable(1);
        missing.onRepeatable(12);
        missing.onPacket(11, 150); // a copy
        assertThat(missing.giveUp(100)).isEqualTo(1);
        missing.onPacket(20, 200); // from here on it repeats nothing again
        missing.onPacket(22, 200);
        assertThat(missing.giveUp(200)).isEqualTo(1);
    }

    @Test
    void aJumpToTheLastNumberIsOneRunAndNoLoop() {
        var missing = MissingPackets.from(0, MOST);
        missing.onPacket(Limits.MAX_NUMBER, 1);
        missing.onPacket(1L << 40, 2);
        assertThat(missing.toBytes()).hasSizeLessThan(100);
        assertThat(missing.giveUp(1)).isEqualTo(Limits.MAX_NUMBER - 1);
        assertThat(missing.isEmpty()).isTrue();
    }

    @Test
    void ofTooManyRunsTheFirstIsGivenUp() {
        var missing = MissingPackets.from(0, 10);
        long gone = 0;
        for (long number = 2; number < 60; number += 3) gone += missing.onPacket(number, number);
        assertThat(gone).isEqualTo(20);
        assertThat(missing.cost()).isEqualTo(10 * MissingPackets.RUN_COST);
        assertThat(missing.giveUp(100)).isEqualTo(20);
    }

    @Test
    void tellsOfEachNumberOnceThroughJumpsAndRestarts() {
        var random = Seed.random("tellsOfEachNumberOnceThroughJumpsAndRestarts");
        for (int round = 0; round < 20; round++) {
            var missing = MissingPackets.from(0, MOST);
            var holes = new TreeMap<Long, Long>(); // since when
            long next = 0;
            for (int step = 1; step < 2_000; step++) {
                long now = 10L * step;
                long number = Math.max(0, next + random.nextInt(8) - random.nextInt(6));
                assertThat(missing.awaits(number)).isEqualTo(number >= next || holes.containsKey(number));
                assertThat(missing.onPacket(number, now)).isZero();
                for (; next < number; next++) holes.put(next, now);
                next = Math.max(next, number + 1);
                holes.remove(number);
                if (random.nextInt(20) == 0) {
                    long since = now - random.nextInt(500);
                    int before = holes.size();
                    holes.values().removeIf(at -> at <= since);
                    assertThat(missing.giveUp(since)).isEqualTo(before - holes.size());
                }
                if (random.nextInt(50) == 0) missing = MissingPackets.parse(missing.toBytes(), MOST);
                assertThat(missing.lowest()).isEqualTo(holes.isEmpty() ? Long.MAX_VALUE : holes.firstKey());
                assertThat(missing.isEmpty()).isEqualTo(holes.isEmpty());
            }
        }
    }

    @Test
    void damagedStatesAreRefused() {
        var missing = MissingPackets.from(0, MOST);
        missing.onPacket(5, 1);
        byte[] state = missing.toBytes();
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> MissingPackets.parse(cut, MOST)).isInstanceOf(WireException.class);
        }
        byte[] longer = Arrays.copyOf(state, state.length + 1);
        assertThatThrownBy(() -> MissingPackets.parse(longer, MOST)).isInstanceOf(WireException.class);
        byte[] empty = state.clone();
        System.arraycopy(empty, 13, empty, 21, 8); // a run that ends where it begins
        assertThatThrownBy(() -> MissingPackets.parse(empty, MOST)).isInstanceOf(WireException.class);
    }
}
