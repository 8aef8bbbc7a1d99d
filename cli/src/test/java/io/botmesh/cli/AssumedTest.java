package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.emulator.HttpOptions;
import io.botmesh.world.Assumption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssumedTest {
    private static Assumed read(String... written) {
        return Assumed.read(List.of(written), HttpOptions.defaults(), Duration.ofHours(1));
    }

    @Test
    void everySwitchOfTheWebFrontHasBothSettings() {
        assertThat(read("file-ranges=no").http())
                .isEqualTo(HttpOptions.defaults().withFileRanges(false));
        assertThat(read("refuses-in-json=no").http())
                .isEqualTo(HttpOptions.defaults().withRefusesInJson(false));
        assertThat(read("methods-with-errors=yes").http())
                .isEqualTo(HttpOptions.defaults().withMethodsWithErrors(true));
        assertThat(read("file-ranges=no", "file-ranges=yes").http()).isEqualTo(HttpOptions.defaults());
    }

    @Test
    void linksLiveAsLongAsIsSaid() {
        assertThat(read("link-seconds=5").linkLife()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read().linkLife()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void allElseIsAnAssumptionOfTheWorld() {
        for (var assumption : Assumption.values()) {
            int other = assumption.isFlag() ? 1 - assumption.defaultValue() : assumption.defaultValue() - 1;
            var read = read(assumption.wireName() + "=" + assumption.written(other));
            assertThat(read.world().value(assumption)).isEqualTo(other);
        }
    }

    @Test
    void whatIsNoSwitchOrNoSettingIsOneLine() {
        assertThatThrownBy(() -> read("file-ranges=maybe")).hasMessage("--assume file-ranges=maybe: give yes or no");
        assertThatThrownBy(() -> read("link-seconds=1h"))
                .hasMessage("--assume link-seconds=1h: give a number of seconds");
        assertThatThrownBy(() -> read("gift-percent")).hasMessageStartingWith("--assume gift-percent: there is no");
        assertThatThrownBy(() -> read("links=1"))
                .hasMessageContainingAll("gift-percent", "file-ranges", "link-seconds");
    }
}
