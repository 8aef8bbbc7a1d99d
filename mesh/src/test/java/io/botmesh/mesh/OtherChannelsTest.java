package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.seal.PlainEnvelope;
import io.botmesh.wire.Content;
import io.botmesh.wire.PacketHeader;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherChannelsTest {
    private static final long OURS = -1;
    private static final long OTHER = -2;

    private final MemoryNodeStore store = new MemoryNodeStore();
    private long next;

    @Test
    void aNodeEndsRatherThanLoseAPostThatItHasNoRoomFor() throws InterruptedException {
        var turn = new TurnBuilder(store);
        var others = new OtherChannels(OURS, 9_500, turn);
        assertThat(others.keeps(update(1_000), arrival(OURS, packet()), false)).isFalse();
        assertThat(others.keeps(update(100_000), arrival(OTHER, "people talk there, too"), false))
                .isTrue();
        for (int n = 0; n < 9; n++)
            assertThat(others.keeps(update(1_000), arrival(OTHER, packet()), false))
                    .isTrue();
        assertThatThrownBy(() -> others.keeps(update(1_000), arrival(OTHER, packet()), false))
                .isInstanceOf(MeshException.Full.class)
                .hasMessage(
                        "posts of other channels than -1 fill 0 MiB of the store: take them by a run for all channels, and take the"
                                + " bot out of channels that are not yours");
        Turn taken = turn.take();
        assertThat(taken.writes()).hasSize(9);
        assertThat(taken.effects()).containsExactly(new NodeEffect.Tell(new NodeEvent.OfAnotherChannel(OTHER)));

        // The next process counts what is there, goes on with its own, and has all of it for who takes all channels.
        var again = new OtherChannels(OURS, 9_500, turn);
        for (int n = 0; n < 9; n++)
            assertThat(again.keeps(update(1_000), arrival(OTHER, packet()), true))
                    .isTrue();
        assertThat(again.keeps(update(1_000), arrival(OURS, packet()), false)).isFalse();
        assertThatThrownBy(() -> again.keeps(update(2_000), arrival(OTHER, packet()), false))
                .isInstanceOf(MeshException.Full.class);
        assertThat(new OtherChannels(null, 9_500, turn).keeps(update(1_000), arrival(OTHER, packet()), true))
                .isFalse();
    }

    private RawUpdate update(int size) {
        String json = "{\"update_id\":" + next++ + ",\"x\":\"";
        return RawUpdate.parse((json + "x".repeat(size - json.length() - 2) + "\"}").getBytes(UTF_8));
    }

    private static Arrival arrival(long channel, String text) {
        return new Arrival(new PostId(channel, 1), null, Instant.EPOCH, text, null);
    }

    private static String packet() {
        var envelope = new PlainEnvelope("n", PacketHeader.labelId(""));
        byte[] packet = envelope.wrap(envelope.header(1, 1), new Content("n", List.of()).toBytes());
        return Carriers.armour(packet.length).encode(packet);
    }
}
