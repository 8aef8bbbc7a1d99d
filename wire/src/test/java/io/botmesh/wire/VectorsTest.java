package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.WireException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The committed vectors are the protocol: whatever changes the outcome of one breaks it. */
class VectorsTest {
    @ParameterizedTest
    @EnumSource
    void armourIsWhatOtherEncodersWrite(Armour armour) throws IOException {
        for (JsonNode one : Vectors.read("good/armour-" + armour.name().toLowerCase(Locale.ROOT) + ".json")) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            String text = one.get("text").asString();
            assertThat(armour.encode(bytes)).as(name(one)).isEqualTo(text);
            assertThat(Armour.decode(text)).as(name(one)).isEqualTo(bytes);
        }
    }

    @Test
    void headersAreReadAndWritten() throws IOException {
        for (JsonNode one : Vectors.read("good/header.json")) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            var header = PacketHeader.parse(Arrays.copyOf(bytes, bytes.length + 3));
            assertThat(Vectors.json(header)).as(name(one)).isEqualTo(one.get("header"));
            assertThat(header.toBytes()).as(name(one)).isEqualTo(bytes);
        }
    }

    @Test
    void aHeaderCutAnywhereIsRefused() throws IOException {
        for (JsonNode one : Vectors.read("good/header.json")) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                refused(one, length == 0 ? Reason.EMPTY : Reason.HEADER_TRUNCATED, () -> PacketHeader.parse(cut));
            }
        }
    }

    @Test
    void labelsHaveTheirIds() throws IOException {
        JsonNode file =
                Vectors.JSON.readTree(Files.readString(Vectors.file("good/header.json"), StandardCharsets.UTF_8));
        assertThat(file.get("labels").size()).isPositive();
        for (JsonNode one : file.get("labels")) {
            assertThat(Vectors.HEX.toHexDigits(
                            PacketHeader.labelId(one.get("label").asString())))
                    .isEqualTo(one.get("recipient").asString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"good/content.json", "good/control.json", "good/confidential.json"})
    void contentsAreReadAndTheCanonicalOnesWritten(String file) throws IOException {
        for (JsonNode one : Vectors.read(file)) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            var content = Content.parse(bytes, false);
            assertThat(Vectors.json(content)).as(name(one)).isEqualTo(one.get("content"));
            if (one.get("canonical").asBoolean()) {
                assertThat(content.toBytes()).as(name(one)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void packetsAreReadFromTheirPosts() throws IOException {
        for (JsonNode one : Vectors.read("good/packet.json")) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            assertThat(Armour.decode(one.get("text").asString())).as(name(one)).isEqualTo(bytes);
            var packet = Packet.parse(bytes);
            assertThat(packet.toBytes()).as(name(one)).isEqualTo(bytes);
            assertThat(Vectors.json(packet.header())).as(name(one)).isEqualTo(one.get("header"));
            if (packet.header().sealed()) {
                assertThat(packet.body()).as(name(one)).isEqualTo(Vectors.bytes(one, "body"));
            } else {
                assertThat(Vectors.json(packet.content())).as(name(one)).isEqualTo(one.get("content"));
            }
        }
    }

    @Test
    void aPlainPacketCutAnywhereIsRefused() throws IOException {
        for (JsonNode one : Vectors.read("good/packet.json")) {
            byte[] bytes = Vectors.bytes(one, "bytes");
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> Packet.parse(cut).content())
                        .as(name(one))
                        .isInstanceOf(WireException.class);
            }
        }
    }

    @Test
    void piecesBecomeMessagesAndAcks() throws IOException {
        for (JsonNode one : Vectors.read("good/stream.json")) {
            var reader = WriteStreamVectors.reader();
            for (JsonNode packet : one.get("packets")) {
                var content = Content.parse(Vectors.bytes(packet, "content"), false);
                JsonNode seen = Vectors.JSON.readTree(
                        Vectors.JSON.writeValueAsString(WriteStreamVectors.packet(reader, content)));
                assertThat(seen).as(name(one)).isEqualTo(packet);
            }
        }
    }

    @Test
    void aSenderRepeatsForFourCausesAndNoOther() throws IOException {
        for (JsonNode one : Vectors.read("good/link.json"))
            assertThat(LinkVectors.again(one)).as(name(one)).isEqualTo(one.get("steps"));
    }

    @Test
    void whatIsBadIsRefusedForItsReason() throws IOException {
        var reasons = EnumSet.noneOf(Reason.class);
        for (JsonNode one : Vectors.read("bad/armour.json")) {
            reasons.add(refused(one, () -> Armour.decode(one.get("text").asString())));
        }
        for (JsonNode one : Vectors.read("bad/header.json")) {
            reasons.add(refused(one, () -> PacketHeader.parse(Vectors.bytes(one, "bytes"))));
            reasons.add(refused(one, () -> Packet.parse(Vectors.bytes(one, "bytes"))));
        }
        for (String file : List.of("bad/content.json", "bad/control.json", "bad/confidential.json")) {
            for (JsonNode one : Vectors.read(file)) {
                reasons.add(refused(one, () -> Content.parse(Vectors.bytes(one, "bytes"), false)));
            }
        }
        for (JsonNode one : Vectors.read("bad/packet.json")) {
            reasons.add(
                    refused(one, () -> Packet.parse(Vectors.bytes(one, "bytes")).content()));
        }
        // Too large for a file, and local to one program; both have tests of their own.
        assertThat(EnumSet.complementOf(reasons)).containsExactly(Reason.LIMIT_PACKET, Reason.STATE_MALFORMED);
    }

    private static Reason refused(JsonNode one, ThrowingCallable reading) {
        return refused(one, Reason.valueOf(one.get("reason").asString()), reading);
    }

    private static Reason refused(JsonNode one, Reason reason, ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .as(name(one))
                .isInstanceOfSatisfying(
                        WireException.class,
                        refused -> assertThat(refused.reason()).as(name(one)).isEqualTo(reason));
        return reason;
    }

    private static String name(JsonNode one) {
        return one.get("name").asString();
    }
}
