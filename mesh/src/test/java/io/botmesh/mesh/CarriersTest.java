package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CarriersTest {
    /** A preview could fetch what looks like an address, a channel's people would hear each post, and bytes that look like a film are sent as one. */
    @Test
    void postsAreSilentAndNobodyMakesMoreOfThem() {
        var channel = ChatId.of(-100);
        SendMessage text = ChatWriters.text(channel, new byte[100]);
        assertThat(text.disableNotification()).isTrue();
        assertThat(Objects.requireNonNull(text.linkPreviewOptions()).isDisabled())
                .isTrue();
        assertThat(text.parseMode()).isNull();
        var header = PacketHeader.plain(1, 2, 3);
        SendDocument document = ChatWriters.document(channel, new Packet(header, new byte[100]).toBytes());
        assertThat(document.disableNotification()).isTrue();
        assertThat(document.disableContentTypeDetection()).isTrue();
        assertThat(document.parseMode()).isNull();
    }

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
