package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.PacketWindow.Verdict;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PacketWindowTest {
    @Test
    void tellsRepeatedFromForgotten() {
        var window = new PacketWindow(1024);
        assertThat(window.accept(5)).isEqualTo(Verdict.NEW);
        assertThat(window.accept(5)).isEqualTo(Verdict.DUPLICATE);
        assertThat(window.accept(1028)).isEqualTo(Verdict.NEW);
        assertThat(window.verdict(5)).isEqualTo(Verdict.DUPLICATE);
        assertThat(window.verdict(4)).isEqualTo(Verdict.TOO_OLD);
        assertThat(window.accept(1029)).isEqualTo(Verdict.NEW);
        assertThat(window.accept(5)).isEqualTo(Verdict.TOO_OLD);
        assertThat(window.accept(6)).isEqualTo(Verdict.NEW);
    }

    @Test
    void lookingDoesNotMark() {
        var window = new PacketWindow(1024);
        assertThat(window.verdict(7)).isEqualTo(Verdict.NEW);
        assertThat(window.verdict(7)).isEqualTo(Verdict.NEW);
    }

    @Test
    void behavesLikeASetOfNumbersThroughJumpsAndRestarts() {
        var random = Seed.random("behavesLikeASetOfNumbersThroughJumpsAndRestarts");
        for (int round = 0; round < 20; round++) {
            int width = 1024 + 64 * random.nextInt(20);
            var window = new PacketWindow(width);
            var seen = new TreeSet<Long>();
            long base = random.nextInt(100_000);
            for (int step = 0; step < 5000; step++) {
                if (random.nextInt(200) == 0) base += random.nextInt(3 * width);
                long number = Math.max(0, ++base - random.nextInt(random.nextInt(3) == 0 ? width + 200 : 8));
                Verdict expected = seen.isEmpty() || number > seen.last() - width
                        ? seen.contains(number) ? Verdict.DUPLICATE : Verdict.NEW
                        : Verdict.TOO_OLD;
                assertThat(window.accept(number)).isEqualTo(expected);
                if (expected == Verdict.NEW) seen.add(number);
                if (random.nextInt(500) == 0) window = PacketWindow.parse(window.toBytes());
            }
        }
    }

    @Test
    void aJumpToTheLastNumberIsNoLoop() {
        var window = new PacketWindow(2048);
        window.accept(3);
        assertThat(window.accept(Limits.MAX_NUMBER)).isEqualTo(Verdict.NEW);
        assertThat(window.accept(3)).isEqualTo(Verdict.TOO_OLD);
        assertThat(PacketWindow.parse(window.toBytes()).verdict(Limits.MAX_NUMBER))
                .isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void aDamagedStateIsRefused() {
        byte[] state = new PacketWindow(1024).toBytes();
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> PacketWindow.parse(cut)).isInstanceOf(WireException.Malformed.class);
        }
        state[0] = 2;
        assertThatThrownBy(() -> PacketWindow.parse(state)).isInstanceOf(WireException.Malformed.class);
        assertThatThrownBy(() -> new PacketWindow(1000)).isInstanceOf(IllegalArgumentException.class);
    }
}
