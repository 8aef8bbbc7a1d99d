package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.OutboxRow.Keyed;
import io.botmesh.wire.LinkSender;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxRowTest {
    private static final LinkSender.State SENDER = LinkSender.State.fresh();

    @Test
    void saysSinceWhenATopicsKeyIsInUse() {
        var row = new OutboxRow("bm-topic-t", 4, 3, 2, List.of(), new Keyed(new byte[] {1, 2}, 9), SENDER);
        Keyed keyed = Objects.requireNonNull(OutboxRow.parse(row.toBytes()).keyed());
        assertThat(keyed.key()).containsExactly(1, 2);
        assertThat(keyed.from()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void earlierVersionsAreRead(int version) {
        byte[] bytes = Rows.write(version, out -> {
            out.writeUTF("ben");
            out.writeLong(4);
            out.writeLong(3);
            if (version > 1) out.writeLong(2);
            out.writeInt(0);
            Rows.writeBytes(out, SENDER.toBytes());
        });
        OutboxRow row = OutboxRow.parse(bytes);
        assertThat(row.packets()).isEqualTo(4);
        assertThat(row.given()).isEqualTo(version > 1 ? 2 : 3);
        assertThat(row.keyed()).isNull();
    }
}
