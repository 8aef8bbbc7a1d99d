package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.WireException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacketTest {
    @Test
    void everyHeaderReadsBackAsWritten() {
        var random = Seed.random("everyHeaderReadsBackAsWritten");
        for (int i = 0; i < 10_000; i++) {
            var header = header(random);
            byte[] bytes = Arrays.copyOf(header.toBytes(), header.size() + 5);
            assertThat(PacketHeader.parse(bytes)).isEqualTo(header);
            assertThat(header.size()).isBetween(15, PacketHeader.MAX_BYTES);
        }
    }

    @Test
    void whateverParsesAsHeaderIsItsOnlyEncoding() {
        var random = Seed.random("whateverParsesAsHeaderIsItsOnlyEncoding");
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = header(random).toBytes();
            bytes[2 + random.nextInt(bytes.length - 2)] ^= (byte) (1 << random.nextInt(8));
            try {
                var header = PacketHeader.parse(bytes);
                assertThat(header.toBytes()).isEqualTo(Arrays.copyOf(bytes, header.size()));
            } catch (WireException refused) {
                assertThat(refused.reason()).isIn(Reason.HEADER_NUMBER, Reason.HEADER_TRUNCATED);
            }
        }
    }

    @Test
    void aPlainPacketCutAnywhereIsRefused() {
        byte[] packet = sample().toBytes();
        for (int length = 0; length < packet.length; length++) {
            byte[] cut = Arrays.copyOf(packet, length);
            assertThatThrownBy(() -> Packet.parse(cut))
                    .isInstanceOfSatisfying(
                            WireException.class,
                            refused -> assertThat(refused.reason())
                                    .isIn(Reason.EMPTY, Reason.HEADER_TRUNCATED, Reason.CHECKSUM));
        }
    }

    @Test
    void aPlainPacketWithAnyBitFlippedIsRefused() {
        byte[] packet = sample().toBytes();
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] flipped = packet.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Packet.parse(flipped).content()).isInstanceOf(WireException.class);
        }
    }

    @Test
    void aPacketWithBytesAddedIsRefused() {
        byte[] packet = sample().toBytes();
        byte[] longer = Arrays.copyOf(packet, packet.length + 1);
        assertThatThrownBy(() -> Packet.parse(longer)).isInstanceOf(WireException.Malformed.class);
    }

    @Test
    void aSealedPacketIsSplitButNotRead() {
        var header = PacketHeader.plain(1, 2, 3).withSealed(true).withAdmissionTag(-4L);
        var packet = new Packet(header, new byte[] {9, 8, 7});
        assertThat(packet.toBytes()).hasSize(header.size() + 3);
        var parsed = Packet.parse(packet.toBytes());
        assertThat(parsed).isEqualTo(packet);
        assertThatThrownBy(parsed::content)
                .isInstanceOfSatisfying(
                        WireException.Unsupported.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SEALED));
    }

    @Test
    void aPacketAboveTheLimitIsRefusedUnread() {
        assertThatThrownBy(() -> Packet.parse(new byte[Limits.MAX_PACKET_BYTES + 1]))
                .isInstanceOfSatisfying(
                        WireException.OverLimit.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.LIMIT_PACKET));
    }

    @Test
    void garbageIsRefusedAndNothingElseHappens() {
        var random = Seed.random("garbageIsRefusedAndNothingElseHappens");
        byte[] sample = sample().toBytes();
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = switch (i % 4) {
                case 0 -> Seed.bytes(random, random.nextInt(200));
                case 1 -> headed(Seed.bytes(random, random.nextInt(400)), false);
                case 2 -> headed(Seed.bytes(random, random.nextInt(400)), true);
                default -> headed(mutated(random, sample), false);
            };
            try {
                Packet.parse(bytes).content();
                read++;
            } catch (WireException refused) {
                assertThat(refused.getMessage()).isNotBlank();
                assertThat(refused.getStackTrace()).isEmpty();
            }
        }
        // Some damaged contents are valid by accident; all being refused would mean that nothing was reached.
        assertThat(read).isPositive();
    }

    private static byte[] headed(byte[] body, boolean deflated) {
        return new Packet(PacketHeader.plain(1, 2, 3).withDeflated(deflated), body).toBytes();
    }

    private static byte[] mutated(SplittableRandom random, byte[] packet) {
        byte[] body = Packet.parse(packet).body().clone();
        for (int i = random.nextInt(4); i >= 0; i--) body[random.nextInt(body.length)] = (byte) random.nextInt();
        return body;
    }

    private static Packet sample() {
        var data = new Data(
                2,
                40,
                List.of(
                        Piece.last(new byte[] {1, 2, 3}),
                        Piece.whole("weather.riga", List.of(MessageHeader.of("unit", "celsius")), new byte[] {17}),
                        Piece.first(
                                "log",
                                List.of(),
                                "the first part".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                4000)));
        var header = PacketHeader.plain(PacketHeader.labelId("station"), -77, 300);
        return new Packet(header, new Content("station-1", List.of(data)).toBytes());
    }

    private static PacketHeader header(SplittableRandom random) {
        return new PacketHeader(
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(),
                random.nextLong(),
                random.nextLong() >>> (11 + random.nextInt(53)),
                random.nextBoolean() ? random.nextLong() : null);
    }
}
