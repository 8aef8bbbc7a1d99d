package io.botmesh.seal;

import static io.botmesh.seal.SealContract.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import io.botmesh.wire.WireException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OnionsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Seal seal = new HpkeSeal();
    private final Identity sender = Identity.generate();
    private final ReaderSecret gateway = ReaderSecret.generate();
    private final ReaderSecret reader = ReaderSecret.generate();
    private final AdmissionSecret gatewaysSecret = AdmissionSecret.generate();
    private final SealedEnvelope toGateway = new SealedEnvelope(seal, sender, new Recipient(gateway.key(), null));

    @Test
    void theGatewayLearnsTheSenderAndTheReaderOnlyTheContent() {
        byte[] outer = Onions.wrap(toGateway, 5, 9, "archive", Onions.inner(seal, reader.key(), true, content(100)));
        var atGateway = opener(gateway, null).open(Packet.parse(outer), NOON);
        assertThat(atGateway.sender()).isEqualTo(sender.key());
        var onion = (Onion) atGateway.content().frames().getFirst();
        assertThat(onion.next()).isEqualTo("archive");

        byte[] handedOn = Onions.peel(onion, gatewaysSecret);
        var atReader = opener(reader, gatewaysSecret).open(Packet.parse(handedOn), NOON);
        assertThat(atReader.admittedAs()).isEqualTo("gateway");
        assertThat(atReader.content()).isEqualTo(content(100));
        assertThat(atReader.sender()).isNotEqualTo(sender.key());
        assertThat(atReader.header().incarnation()).isNotEqualTo(5);
    }

    @Test
    void nothingIsCommonToTwoInnerPacketsOfOneSender() {
        var one = Packet.parse(Onions.inner(seal, reader.key(), false, content(10)));
        var two = Packet.parse(Onions.inner(seal, reader.key(), false, content(10)));
        assertThat(one.header().incarnation()).isNotEqualTo(two.header().incarnation());
        var opener = opener(reader, null);
        assertThat(opener.open(one, NOON).sender())
                .isNotEqualTo(opener.open(two, NOON).sender());
    }

    @Test
    void contentsOfDifferentLengthMakeFewSizes() {
        var inner = new HashSet<Integer>();
        var outer = new HashSet<Integer>();
        for (int bytes = 1; bytes < 6900; bytes += 97) {
            byte[] packet = Onions.inner(seal, reader.key(), true, content(bytes));
            inner.add(packet.length);
            outer.add(Onions.wrap(toGateway, 1, bytes, "archive", packet).length);
        }
        assertThat(inner).containsExactlyInAnyOrder(512, 1024, 2048, 4096, 7168);
        assertThat(outer).containsExactlyInAnyOrder(1024, 2048, 4096, 7168, 7678);
    }

    @Test
    void onionsNest() {
        var second = ReaderSecret.generate();
        var hidden = new SealedEnvelope(seal, Identity.generate(), new Recipient(second.key(), null));
        byte[] inner = Onions.inner(seal, reader.key(), false, content(10));
        byte[] packet = Onions.wrap(toGateway, 1, 0, "second", Onions.wrap(hidden, 2, 0, "archive", inner));
        var one = opener(gateway, null).open(Packet.parse(packet), NOON);
        byte[] next = Onions.peel((Onion) one.content().frames().getFirst(), null);
        var two = opener(second, null).open(Packet.parse(next), NOON);
        byte[] last = Onions.peel((Onion) two.content().frames().getFirst(), null);
        assertThat(last).isEqualTo(inner);
        assertThat(opener(reader, null).open(Packet.parse(last), NOON).content())
                .isEqualTo(content(10));
    }

    @Test
    void aGatewayHandsNothingOnThatIsNoSealedPacket() {
        var plain = new Packet(PacketHeader.plain(1, 2, 3), new byte[0]).toBytes();
        refused(() -> Onions.peel(new Onion("", plain), null), Reason.NOT_SEALED);
        assertThatThrownBy(() -> Onions.peel(new Onion("", new byte[] {1, 2, 3}), null))
                .isInstanceOf(WireException.class);
        byte[] tagged = Onions.inner(seal, reader.key(), true, content(1));
        refused(() -> Onions.peel(new Onion("", tagged), null), Reason.ADMISSION_TAG);
    }

    @Test
    void aContentThatNamesItsSenderIsNotHidden() {
        assertThatThrownBy(() -> Onions.inner(seal, reader.key(), false, new Content("me", List.of())))
                .hasMessageContaining("me");
    }

    private SealedOpener opener(ReaderSecret key, @Nullable AdmissionSecret secret) {
        var enrolments = secret == null ? List.<Enrolment>of() : List.of(Enrolment.shared("gateway", secret));
        return new SealedOpener(
                seal, Keyring.of(key), new Admissions(enrolments, Quota.enrolled()), ReplayLimits.defaults());
    }

    private static Content content(int bytes) {
        return new Content("", List.of(new Data(0, 0, List.of(Piece.whole("", List.of(), new byte[bytes])))));
    }
}
