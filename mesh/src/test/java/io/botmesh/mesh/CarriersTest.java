package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Armour;
import org.junit.jupiter.api.Test;

class CarriersTest {
    @Test
    void smallPacketsTakeTheArmourThatIsCheapToReadAndFullOnesTheDensest() {
        for (int size : new int[] {1, 200, 374}) {
            assertThat(Carriers.text(new byte[size])).startsWith("A").hasSizeLessThanOrEqualTo(500);
            assertThat(Armour.decode(Carriers.text(new byte[size]))).hasSize(size);
        }
        assertThat(Carriers.text(new byte[375])).startsWith("B");
        assertThat(Carriers.text(new byte[Carriers.TEXT_BYTES])).startsWith("B").hasSize(Armour.POST_CHARACTERS);
    }
}
