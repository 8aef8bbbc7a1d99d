package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyringTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final ReaderSecret first = ReaderSecret.generate();
    private final ReaderSecret second = ReaderSecret.generate();
    private final ReaderSecret third = ReaderSecret.generate();

    @Test
    void aReplacedKeyLivesOnForItsTime() {
        var rotated = Keyring.of(first).rotated(second, NOON, Duration.ofHours(50));
        assertThat(rotated.current()).isEqualTo(second.key());
        assertThat(rotated.find(first.key().id())).containsExactly(first);
        assertThat(rotated.expired(NOON.plus(Duration.ofHours(50)).minusNanos(1))
                        .find(first.key().id()))
                .containsExactly(first);
        var later = rotated.expired(NOON.plus(Duration.ofHours(50)));
        assertThat(later.find(first.key().id())).isEmpty();
        assertThat(later.find(second.key().id())).containsExactly(second);
    }

    @Test
    void anotherRotationDoesNotLengthenTheLifeOfAnOlderKey() {
        var twice = Keyring.of(first)
                .rotated(second, NOON, Keyring.LIFE)
                .rotated(third, NOON.plusSeconds(3600), Keyring.LIFE);
        var later = twice.expired(NOON.plus(Keyring.LIFE));
        assertThat(later.find(first.key().id())).isEmpty();
        assertThat(later.find(second.key().id())).containsExactly(second);
        assertThat(later.current()).isEqualTo(third.key());
    }

    @Test
    void aKeyInUseNeverExpires() {
        assertThat(Keyring.of(first).expired(Instant.MAX).current()).isEqualTo(first.key());
    }

    @Test
    void aGroupKeyReplacesOnlyAnOlderOneOfItsGroup() {
        var joined = Keyring.of(first).joined("readers", 4, second, NOON, Keyring.LIFE);
        assertThat(joined.current()).isEqualTo(first.key());
        assertThat(joined.current("readers")).contains(second);
        assertThat(joined.joined("readers", 4, third, NOON, Keyring.LIFE)).isSameAs(joined);
        assertThat(joined.joined("readers", 3, third, NOON, Keyring.LIFE)).isSameAs(joined);
        var next = joined.joined("readers", 5, third, NOON, Keyring.LIFE);
        assertThat(next.current("readers")).contains(third);
        assertThat(next.find(second.key().id())).containsExactly(second);
        assertThat(next.expired(NOON.plus(Keyring.LIFE)).find(second.key().id()))
                .isEmpty();
        assertThat(next.left("readers").current("readers")).isEmpty();
        assertThat(next.left("readers").current()).isEqualTo(first.key());
    }

    @Test
    void generationsCountEveryKeyAndNeverGoBack() {
        var keys = Keyring.of(first);
        assertThat(keys.oldestGeneration()).isEqualTo(keys.newestGeneration()).isZero();
        keys = keys.rotated(second, NOON, Keyring.LIFE).joined("g", 1, third, NOON, Keyring.LIFE);
        assertThat(keys.oldestGeneration()).isZero();
        assertThat(keys.newestGeneration()).isEqualTo(2);
        keys = keys.expired(NOON.plus(Keyring.LIFE)).left("g");
        assertThat(keys.oldestGeneration()).isEqualTo(1);
        assertThat(keys.newestGeneration()).isEqualTo(2);
    }

    @Test
    void aKeyringWithoutAnOwnKeyIsNone() {
        assertThatThrownBy(() -> new Keyring(List.of(), 1)).hasMessageContaining("own key");
        assertThatThrownBy(() -> Keyring.of(first).left("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Keyring.of(first).joined("", 1, second, NOON, Keyring.LIFE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsNoSecret() {
        assertThat(Keyring.of(first).toString())
                .contains(first.key().toString())
                .doesNotContain(first.secretText().substring(17, 40));
    }
}
