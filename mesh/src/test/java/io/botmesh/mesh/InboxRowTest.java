package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InboxRowTest {
    private static InboxRow row() {
        return new InboxRow(
                new byte[] {1},
                "anna",
                "",
                5,
                new byte[] {2},
                new byte[] {3},
                new byte[] {4, 5},
                new TreeMap<>(Map.of(-7L, 4L)),
                List.of());
    }

    @Test
    void whatHasNotComeIsReadBack() {
        InboxRow read = InboxRow.parse(row().toBytes());
        assertThat(read.missing()).containsExactly(4, 5);
        assertThat(read.firsts()).isEqualTo(Map.of(-7L, 4L));
    }

    /** As versions 2 and 3 were, which differ in what they say of streams: here are none. */
    private static byte[] before(int version) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(version);
        out.writeInt(1);
        out.writeByte(1);
        out.writeUTF("anna");
        out.writeUTF("");
        out.writeLong(5);
        for (int part : new int[] {2, 3}) {
            out.writeInt(1);
            out.writeByte(part);
        }
        out.writeInt(0);
        return bytes.toByteArray();
    }

    @Test
    void whatAnEarlierProgramWroteSaysNothingOfThat() throws IOException {
        for (int version : new int[] {2, 3}) {
            InboxRow read = InboxRow.parse(before(version));
            assertThat(read.name()).isEqualTo("anna");
            assertThat(read.link()).containsExactly(3);
            assertThat(read.missing()).isEmpty();
            assertThat(read.firsts()).isEmpty();
        }
    }

    @Test
    void whatALaterProgramWroteIsRefused() {
        byte[] later = row().toBytes();
        later[0]++;
        assertThatThrownBy(() -> InboxRow.parse(later)).isInstanceOf(MeshException.Damaged.class);
    }
}
