package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {
    private final Identity identity = Identity.generate();
    private final ReaderSecret reader = ReaderSecret.generate();

    @Test
    void keysReadBackFromTheirText() {
        assertThat(NodeKey.parse(identity.key().toString())).isEqualTo(identity.key());
        assertThat(Identity.parse(identity.secretText()).key()).isEqualTo(identity.key());
        assertThat(ReaderKey.parse(reader.key().toString())).isEqualTo(reader.key());
        assertThat(ReaderSecret.parse(reader.secretText())).isEqualTo(reader);
        assertThat(identity.key().toString()).startsWith("bm-node-").hasSize(8 + 48);
    }

    @Test
    void aTextWithAnyCharacterChangedIsRefused() {
        for (String text : List.of(reader.key().toString(), reader.secretText())) {
            for (int i = 0; i < text.length(); i++) {
                char other = text.charAt(i) == 'A' ? 'B' : 'A';
                String changed = text.substring(0, i) + other + text.substring(i + 1);
                assertThatThrownBy(() -> {
                            if (text.startsWith("bm-reader-secret-")) ReaderSecret.parse(changed);
                            else ReaderKey.parse(changed);
                        })
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void keysOfOneKindAreNotTakenForAnother() {
        assertThatThrownBy(() -> ReaderKey.parse(identity.key().toString())).hasMessageContaining("bm-reader-");
        assertThatThrownBy(() -> ReaderKey.parse(reader.secretText())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Identity.parse(reader.secretText()))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(secretPart(reader)));
    }

    @Test
    void nothingPrintsAPrivateKey() {
        assertThat(identity.toString()).contains(identity.key().toString()).doesNotContain(part(identity.secretText()));
        assertThat(reader.toString()).contains(reader.key().toString()).doesNotContain(secretPart(reader));
    }

    @Test
    void theKeyIdIsTheStartOfALabelledHash() throws Exception {
        byte[] key = reader.key().toBytes();
        byte[] labelled = Arrays.copyOf("botmesh/key/".getBytes(StandardCharsets.US_ASCII), 12 + 32);
        System.arraycopy(key, 0, labelled, 12, 32);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(labelled);
        assertThat(reader.key().id()).isEqualTo(ByteBuffer.wrap(digest).getInt());
    }

    @Test
    void aReaderKeyThatHidesNothingIsRefused() {
        byte[] one = new byte[32];
        one[0] = 1;
        for (byte[] weak : List.of(new byte[32], one)) {
            assertThatThrownBy(() -> ReaderKey.of(weak)).hasMessageContaining("small order");
        }
    }

    @Test
    void changingTheBytesGivenOutChangesNoKey() {
        byte[] bytes = reader.key().toBytes();
        bytes[0] ^= 1;
        assertThat(reader.key().toBytes()).isNotEqualTo(bytes);
        byte[] secret = reader.toBytes();
        secret[5] ^= 1;
        assertThat(ReaderSecret.of(secret)).isNotEqualTo(reader);
    }

    private static String secretPart(ReaderSecret secret) {
        return part(secret.secretText());
    }

    private static String part(String text) {
        return text.substring(text.lastIndexOf("secret-") + 7, text.lastIndexOf("secret-") + 27);
    }
}
