package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class ArmourFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aTextIsRefusedOrTheOnlyOneForItsBytes(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        byte[] bytes;
        try {
            bytes = Armour.decode(text);
        } catch (WireException refused) {
            return;
        }
        var armour = text.charAt(0) == 'A' ? Armour.BASE64URL : Armour.BASE32768;
        assertThat(armour.encode(bytes)).isEqualTo(text);
    }
}
