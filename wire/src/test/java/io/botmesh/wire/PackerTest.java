package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackerTest {
    private static final PacketHeader HEADER = PacketHeader.plain(PacketHeader.labelId("words"), 0x1234, 7);

    @Test
    void packsWholeMessagesAndTheBeginningOfTheNext() {
        var queue = new ArrayList<Outgoing>();
        for (int i = 0; i < 1000; i++) {
            queue.add(Outgoing.of("count", List.of(), ("word-" + i * 7919 + " " + i).getBytes(StandardCharsets.UTF_8)));
        }
        var packed = new Packer().pack(HEADER, "node-1", 3, 100, queue, 3071);
        assertThat(packed.packet()).hasSizeLessThanOrEqualTo(3071).hasSizeGreaterThan(3071 * 97 / 100);
        var packet = Packet.parse(packed.packet());
        assertThat(packet.header()).isEqualTo(packed.header());
        var data = (Data) packet.content().frames().getFirst();
        assertThat(data.pieces()).hasSize(packed.pieces());
        assertThat(data.pieces().getFirst())
                .isEqualTo(Piece.whole("count", List.of(), "word-0 0".getBytes(StandardCharsets.UTF_8)));
    }
}
