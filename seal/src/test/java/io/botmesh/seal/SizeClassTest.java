package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.Limits;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SizeClassTest {
    @Test
    void aClassHoldsWhatIsAskedAndIsAClassItself() {
        for (int bytes = 1; bytes <= Limits.MAX_PACKET_BYTES; bytes += Math.max(1, bytes / 997)) {
            int size = SizeClass.of(bytes);
            assertThat(size).isBetween(bytes, Limits.MAX_PACKET_BYTES);
            assertThat(SizeClass.of(size)).isEqualTo(size);
        }
    }

    @Test
    void thereAreFewClassesAndNoneWastesMuch() {
        var classes = new TreeSet<Integer>();
        for (int bytes = 1; bytes <= Limits.MAX_PACKET_BYTES; bytes += Math.max(1, bytes / 997)) {
            classes.add(SizeClass.of(bytes));
            if (bytes > 7678) assertThat(SizeClass.of(bytes)).isLessThan((int) (bytes * 1.3) + 1);
        }
        assertThat(classes).startsWith(512, 1024, 2048, 4096, 7168, 7678, 8192).hasSizeLessThan(60);
        assertThat(classes.last()).isEqualTo(Limits.MAX_PACKET_BYTES);
    }

    @Test
    void whatNoPacketHoldsHasNoClass() {
        assertThatThrownBy(() -> SizeClass.of(Limits.MAX_PACKET_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
