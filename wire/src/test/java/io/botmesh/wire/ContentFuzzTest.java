package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class ContentFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aContentIsRefusedOrReadsBackAsItWasWritten(byte[] input) {
        Content content;
        try {
            content = Content.parse(input, false);
        } catch (WireException refused) {
            return;
        }
        byte[] written = content.toBytes();
        var again = Content.parse(written, false);
        assertThat(again.sender()).isEqualTo(content.sender());
        assertThat(again.frames()).isEqualTo(content.frames());
        assertThat(again.unknown()).isZero();
        assertThat(again.toBytes()).isEqualTo(written);
    }
}
