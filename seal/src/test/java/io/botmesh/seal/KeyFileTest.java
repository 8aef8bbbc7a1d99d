package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class KeyFileTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.5Z");
    private static final char[] PASSPHRASE = "correct horse \u00e9".toCharArray();

    private final KeyFile file = new KeyFile(
            Identity.generate(),
            Keyring.of(ReaderSecret.generate())
                    .rotated(ReaderSecret.generate(), NOON, Keyring.LIFE)
                    .joined("the readers", 4, ReaderSecret.generate(), NOON, Keyring.LIFE));

    @Test
    void readsBackUnderItsPassphrase() {
        var read = KeyFile.unlock(file.lock(PASSPHRASE) + "\n", PASSPHRASE);
        assertThat(read.identity().secretText()).isEqualTo(file.identity().secretText());
        assertThat(read.keyring()).isEqualTo(file.keyring());
    }

    @Test
    void opensUnderNoOtherPassphraseAndWithNothingChanged() {
        String text = file.lock(PASSPHRASE, 4);
        assertThat(KeyFile.unlock(text, PASSPHRASE).keyring()).isEqualTo(file.keyring());
        refused(text, "correct horse".toCharArray());
        for (int i = 0; i < text.length(); i++) {
            // Not the cost, which only takes longer, and not the last character, which may hold bits that count
            // nothing.
            if (i == 10 || i == 11 || i == text.length() - 1) continue;
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            refused(text.substring(0, i) + other + text.substring(i + 1), PASSPHRASE);
        }
        for (int length = 0; length < text.length(); length += 7) refused(text.substring(0, length), PASSPHRASE);
    }

    @Test
    void withoutAPassphraseItReadsBackTooAndIsRefusedWhereItIsDamaged() {
        String text = file.plainText();
        assertThat(KeyFile.isPlain(text)).isTrue();
        assertThat(KeyFile.isPlain(file.lock(PASSPHRASE, 4))).isFalse();
        var read = KeyFile.parsePlain(text + "\n");
        assertThat(read.identity().secretText()).isEqualTo(file.identity().secretText());
        assertThat(read.keyring()).isEqualTo(file.keyring());
        for (int at = 14; at < text.length() - 1; at += 5) {
            String other = text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);
            String cut = text.substring(0, at);
            for (String damaged : new String[] {other, cut})
                assertThatThrownBy(() -> KeyFile.parsePlain(damaged))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("damaged");
        }
    }

    @Test
    void aFileThatAsksForGigabytesIsRefused() {
        refused("bm-keys-1-" + "_".repeat(80), PASSPHRASE);
        refused("bm-keys-1-Eg" + "A".repeat(80), PASSPHRASE); // cost 18
    }

    @Test
    void showsNoSecret() {
        String secret = file.identity().secretText().substring(15);
        assertThat(file.toString()).doesNotContain(secret);
        assertThat(file.lock(PASSPHRASE, 4)).doesNotContain(secret).isNotEqualTo(file.lock(PASSPHRASE, 4));
    }

    private static void refused(String text, char[] passphrase) {
        assertThatThrownBy(() -> KeyFile.unlock(text, passphrase)).isInstanceOf(IllegalArgumentException.class);
    }
}
