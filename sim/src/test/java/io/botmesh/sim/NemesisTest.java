package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NemesisTest {
    @Test
    void readsLists() {
        assertThat(Nemesis.parse("none")).isEmpty();
        assertThat(Nemesis.parse("KILL, storm")).containsExactly(Nemesis.KILL, Nemesis.STORM);
        assertThat(Nemesis.parse("all")).doesNotContain(Nemesis.LYING_DISK).contains(Nemesis.TWIN);
        assertThat(Nemesis.parse("all,-kill")).doesNotContain(Nemesis.KILL).contains(Nemesis.TWIN);
    }

    @Test
    void namesWhatThereIsInOneLine() {
        assertThatThrownBy(() -> Nemesis.parse("kil"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'kil'")
                .hasMessageContaining("lost-reply")
                .hasMessageNotContaining("\n");
    }
}
