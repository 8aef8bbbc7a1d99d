package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Admissions;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.ReplayLimits;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every carrier does. */
@Timeout(300)
abstract class CarrierContract {
    private long offset;
    private long number;

    abstract Carrier.Writers writers();

    abstract Carrier.Reader reader();

    /** The pinned post of the channel as a bot sees it that may write it, or that may not; nothing where there is none. */
    Optional<Carrier.Board> board(boolean writes) {
        return Optional.empty();
    }

    /** A plain packet of about that many bytes, at most a text or so many. */
    private byte[] packet(int bytes) {
        byte[] body = new byte[bytes];
        new Random(bytes + number).nextBytes(body);
        return new Packer()
                .pack(
                        PacketHeader.plain(7, 8, number++),
                        "",
                        0,
                        0,
                        List.of(Outgoing.of("", List.of(), body)),
                        Math.max(bytes, Carriers.TEXT_BYTES))
                .packet();
    }

    private Outcome.Posted post(int lane, byte[] packet, boolean document) throws InterruptedException {
        Outcome outcome = writers().post(lane, packet, document);
        assertThat(outcome).isInstanceOf(Outcome.Posted.class);
        return (Outcome.Posted) outcome;
    }

    private List<Arrival> await(int posts) throws InterruptedException {
        List<Arrival> came = new ArrayList<>();
        while (came.size() < posts) {
            for (RawUpdate update : reader().poll(offset, 100, Duration.ofSeconds(10))) {
                offset = update.updateId() + 1;
                reader().arrival(update).ifPresent(came::add);
            }
        }
        return came;
    }

    private byte[] bytes(Arrival arrival) throws InterruptedException {
        if (arrival.attachment() != null) return reader().fetch(arrival.attachment(), 1 << 20);
        return Armour.decode(Objects.requireNonNull(arrival.text()));
    }

    @Test
    void aReaderThatCanReadPassesItsCheck() throws Exception {
        reader().check();
    }

    @Test
    void aTextOfFullSizeComesThroughUnchangedAndItsReceiptNamesThePost() throws Exception {
        byte[] packet = packet(writers().capabilities().textBytes());
        assertThat(packet.length).isGreaterThan(7_600);
        Outcome.Posted receipt = post(0, packet, false);
        Arrival arrival = await(1).getFirst();
        assertThat(bytes(arrival)).isEqualTo(packet);
        assertThat(arrival.attachment()).isNull();
        assertThat(arrival.origin()).isNull();
        assertThat(arrival.date()).isEqualTo(receipt.date());
        if (reader().capabilities().shared()) assertThat(arrival.post()).isEqualTo(receipt.post());
    }

    @Test
    void aTextInTheDensestArmourComesThroughUnchanged() throws Exception {
        byte[] packet = packet(Carriers.MOST_TEXT_BYTES);
        assertThat(packet.length).isBetween(8_120, 8_190);
        post(0, packet, false);
        Arrival arrival = await(1).getFirst();
        assertThat(arrival.text()).startsWith("C");
        assertThat(bytes(arrival)).isEqualTo(packet);
        assertThat(arrival.attachment()).isNull();
    }

    @Test
    void aSealedDocumentIsAnnouncedBesideItSoThatItsReaderAdmitsItUnfetched() throws Exception {
        var secret = ReaderSecret.generate();
        var identity = Identity.generate();
        var admission = AdmissionSecret.generate();
        var envelope = new SealedEnvelope(new HpkeSeal(), identity, new Recipient(secret.key(), admission));
        byte[] body = new byte[20_000];
        new Random(1).nextBytes(body);
        var content = new Packer().fill("", 0, 0, List.of(Outgoing.of("", List.of(), body)), 30_000);
        byte[] packet = envelope.wrap(envelope.header(5, number++).withDeflated(content.deflated()), content.body());
        post(1, packet, true);
        Arrival arrival = await(1).getFirst();
        var opener = new SealedOpener(
                new HpkeSeal(),
                Keyring.of(secret),
                new Admissions(List.of(Enrolment.of("node", admission, identity.key())), null),
                ReplayLimits.defaults());
        var admitted = opener.admit(Armour.decode(Objects.requireNonNull(arrival.text())), arrival.date());
        assertThat(admitted.by()).isNotNull();
        assertThat(opener.open(Packet.parse(bytes(arrival)), admitted).sender()).isEqualTo(identity.key());
    }

    @Test
    void aPlainDocumentComesThroughUnchangedWithItsHeaderAlone() throws Exception {
        byte[] packet = packet(300_000);
        post(1, packet, true);
        Arrival arrival = await(1).getFirst();
        assertThat(Objects.requireNonNull(arrival.attachment()).bytes()).isEqualTo(packet.length);
        assertThat(bytes(arrival)).isEqualTo(packet);
        byte[] header = Armour.decode(Objects.requireNonNull(arrival.text()));
        assertThat(header).isEqualTo(PacketHeader.parse(packet).toBytes());
    }

    @Test
    void postsComeInTheOrderInWhichTheyWereAcceptedAndStayUntilConfirmed() throws Exception {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            packets.add(packet(100));
            post(i % 2, packets.get(i), false);
        }
        List<Arrival> arrivals = await(5);
        for (int i = 0; i < 5; i++) assertThat(bytes(arrivals.get(i))).isEqualTo(packets.get(i));
        List<RawUpdate> again = reader().poll(offset - 2, 100, Duration.ZERO);
        assertThat(again).hasSize(2);
        assertThat(reader().poll(offset, 100, Duration.ZERO)).isEmpty();
        post(0, packets.get(0), false);
        post(0, packets.get(1), false);
        await(1);
        assertThat(reader().poll(offset - 1, 1, Duration.ZERO)).hasSize(1);
    }

    @Test
    void aPostIsForwardedByItsPlaceWithTheSameBytes() throws Exception {
        byte[] packet = packet(500);
        PostId first = post(0, packet, false).post();
        Arrival original = await(1).getFirst();
        assertThat(writers().forward(0, first)).isInstanceOf(Outcome.Posted.class);
        Arrival copy = await(1).getFirst();
        assertThat(bytes(copy)).isEqualTo(packet);
        assertThat(copy.post()).isNotEqualTo(original.post());
        if (reader().capabilities().shared()) assertThat(copy.origin()).isEqualTo(first);
    }

    @Test
    void anOldPostIsRecalledByItsPlaceUntilItIsDeleted() throws Exception {
        assertThat(reader().capabilities().history()).isTrue();
        byte[] text = packet(500);
        byte[] document = packet(20_000);
        PostId asSent = post(0, text, false).post();
        post(0, document, true);
        List<Arrival> arrivals = await(2);
        assertThat(bytes(reader().recall(arrivals.get(0).post()).orElseThrow())).isEqualTo(text);
        assertThat(bytes(reader().recall(arrivals.get(1).post()).orElseThrow())).isEqualTo(document);
        if (!reader().capabilities().shared()) return; // each end of a private chat has its own copy
        writers().delete(0, List.of(asSent.message(), 999_999L));
        assertThat(reader().recall(asSent)).isEmpty();
        assertThat(reader().recall(arrivals.get(1).post())).isPresent();
    }

    @Test
    void aReaderDeletesAHundredPostsAtOnce() throws Exception {
        if (!reader().capabilities().shared()) return;
        List<Long> messages = new ArrayList<>();
        for (int i = 0; i < 100; i++)
            messages.add(post(i % 2, packet(60), false).post().message());
        List<Arrival> arrivals = await(100);
        reader().delete(arrivals.getFirst().post().channel(), messages);
        assertThat(reader().recall(arrivals.getFirst().post())).isEmpty();
        assertThat(reader().recall(arrivals.getLast().post())).isEmpty();
    }

    @Test
    void thePinnedPostIsReadByAllAndKeepsItsPlaceWhenItIsWrittenAgain() throws Exception {
        Carrier.Board owner = board(true).orElse(null);
        if (owner == null) return;
        Carrier.Board anybody = board(false).orElseThrow();
        assertThat(anybody.pinned()).isEmpty();
        byte[] first = packet(400);
        PostId place = posted(owner.pin(first, false));
        assertThat(bytes(owner.pinned().orElseThrow())).isEqualTo(first);
        byte[] second = packet(7_000);
        assertThat(posted(owner.pin(second, false))).isEqualTo(place);
        assertThat(posted(owner.pin(second, false))).isEqualTo(place);
        assertThat(bytes(anybody.pinned().orElseThrow())).isEqualTo(second);
    }

    @Test
    void aPinnedDocumentTakesThePlaceOfATextAndGivesItBack() throws Exception {
        Carrier.Board owner = board(true).orElse(null);
        if (owner == null) return;
        Carrier.Board anybody = board(false).orElseThrow();
        posted(owner.pin(packet(400), false));
        for (int i = 0; i < 2; i++) {
            byte[] large = packet(40_000 + i);
            posted(owner.pin(large, true));
            Arrival pinned = anybody.pinned().orElseThrow();
            Arrival.Attachment attachment = Objects.requireNonNull(pinned.attachment());
            assertThat(anybody.fetch(attachment, 50_000)).isEqualTo(large);
            assertThatThrownBy(() -> anybody.fetch(attachment, 1_000)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] small = packet(300);
        posted(owner.pin(small, false));
        assertThat(bytes(anybody.pinned().orElseThrow())).isEqualTo(small);
    }

    private static PostId posted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Posted.class);
        return ((Outcome.Posted) outcome).post();
    }

    @Test
    void eachLaneIsOneWriterInOneChannel() {
        assertThat(writers().lanes()).hasSize(2).doesNotHaveDuplicates();
    }
}
