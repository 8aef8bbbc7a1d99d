package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Any bytes as a packet, and with the checksum that they ought to have, so that what follows is reached. */
class PacketFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aPacketIsRefusedOrTheOnlyOneForWhatItSays(byte[] input) {
        try {
            var packet = Packet.parse(input);
            assertThat(packet.toBytes()).isEqualTo(input);
            if (!packet.header().sealed()) packet.content();
        } catch (WireException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        try {
            var header = PacketHeader.parse(input);
            byte[] body = Arrays.copyOfRange(input, header.size(), input.length);
            var content = Packet.parse(new Packet(header.withSealed(false), body).toBytes())
                    .content();
            assertThat(Content.parse(content.toBytes(), false).frames()).isEqualTo(content.frames());
        } catch (WireException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
