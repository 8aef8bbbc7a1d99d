package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as a packet, as a caption, as what stands under a seal that anybody can make, and as a content that a
 * sender signed. Sealed with the stand-in where a search would never get past the real seal.
 */
class OpenerFuzzTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Quota AMPLE = new Quota(1e6, 1_000_000, 1e12, 1L << 40);
    private static final PacketHeader HEADER =
            new PacketHeader(true, false, SealVectors.READER.key().id(), 7, 300, null);

    private final SealedOpener real = opener(new HpkeSeal());
    private final SealedOpener simulated = opener(new SimulatedSeal());

    @FuzzTest(maxDuration = "60s")
    void whateverComesIsOpenedOrRefusedWithAReason(byte[] input) {
        reads(() -> real.open(Packet.parse(input), NOON));
        reads(() -> real.admit(input, NOON));
        reads(() -> real.open(new Packet(HEADER, input), NOON));
        reads(() -> SealedText.parse(Arrays.copyOf(input, Math.max(input.length, 97))));
        for (boolean deflated : new boolean[] {false, true}) {
            var header = HEADER.withDeflated(deflated);
            byte[] body = new SimulatedSeal().seal(SealVectors.SENDER, SealVectors.READER.key(), header, input, 0);
            reads(() -> simulated.accept(simulated.open(new Packet(header, body), NOON)));
        }
    }

    private static void reads(Runnable reading) {
        try {
            reading.run();
        } catch (SealException refused) {
            assertThat(refused.reason()).isNotNull();
        } catch (WireException refused) {
            assertThat(refused.reason()).isNotNull();
        }
    }

    private static SealedOpener opener(Seal seal) {
        return new SealedOpener(
                seal, Keyring.of(SealVectors.READER), new Admissions(List.of(), AMPLE), ReplayLimits.defaults());
    }
}
