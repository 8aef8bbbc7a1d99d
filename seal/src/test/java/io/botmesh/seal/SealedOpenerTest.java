package io.botmesh.seal;

import static io.botmesh.seal.SealContract.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Packet;
import io.botmesh.wire.Piece;
import io.botmesh.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SealedOpenerTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final long INCARNATION = 0x1122334455667788L;

    private final Seal seal = new HpkeSeal();
    private final Identity ann = Identity.generate();
    private final Identity bob = Identity.generate();
    private final AdmissionSecret annsSecret = AdmissionSecret.generate();
    private final ReaderSecret reader = ReaderSecret.generate();
    private final SealedOpener opener = opener(Quota.strangers(), Enrolment.of("ann", annsSecret, ann.key()));

    @Test
    void letsAnEnrolledSenderInAndNamesIt() {
        var opened = opener.open(packet(ann, annsSecret, 0), NOON);
        assertThat(opened.sender()).isEqualTo(ann.key());
        assertThat(opened.admittedAs()).isEqualTo("ann");
        assertThat(opened.content()).isEqualTo(content());
        assertThat(opened.late()).isFalse();
    }

    @Test
    void aPacketWithAnyBitFlippedIsRefused() {
        for (AdmissionSecret secret : Arrays.asList(annsSecret, null)) {
            var generous = opener(new Quota(1, 1_000_000, 1, 1L << 40), Enrolment.of("ann", annsSecret, ann.key()));
            byte[] packet = bytes(ann, secret, 300);
            for (int bit = 0; bit < packet.length * 8; bit++) {
                byte[] flipped = packet.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> generous.open(Packet.parse(flipped), NOON))
                        .as("bit %d", bit)
                        .isInstanceOfAny(SealException.class, WireException.class);
            }
            assertThat(generous.open(Packet.parse(packet), NOON).content()).isEqualTo(content());
        }
    }

    @Test
    void aPacketCutAnywhereIsRefused() {
        byte[] packet = bytes(ann, annsSecret, 0);
        for (int length = 0; length < packet.length; length++) {
            byte[] cut = Arrays.copyOf(packet, length);
            assertThatThrownBy(() -> opener.open(Packet.parse(cut), NOON))
                    .isInstanceOfAny(SealException.class, WireException.class);
        }
    }

    @Test
    void aPacketForAnotherReaderIsLeftAlone() {
        var other = new SealedEnvelope(
                seal, ann, new Recipient(ReaderSecret.generate().key(), null));
        var packet =
                Packet.parse(other.wrap(other.header(INCARNATION, 0), content().toBytes()));
        assertThatThrownBy(() -> opener.open(packet, NOON))
                .isInstanceOfSatisfying(
                        SealException.Foreign.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.RECIPIENT_UNKNOWN));
        var plain = new PlainEnvelope("ann", reader.key().id());
        var unsealed = Packet.parse(plain.wrap(plain.header(1, 0), content().toBytes()));
        refused(() -> opener.open(unsealed, NOON), Reason.NOT_SEALED);
        assertThat(opener.refusals()).isEqualTo(Map.of("RECIPIENT_UNKNOWN", 1L, "NOT_SEALED", 1L));
    }

    @Test
    void aReplayIsRefusedOnceThePacketIsAccepted() {
        for (AdmissionSecret secret : Arrays.asList(annsSecret, null)) {
            var packet = packet(ann, secret, secret == null ? 1 : 2);
            var opened = opener.open(packet, NOON);
            opener.open(packet, NOON); // its effect was never stored, so it is welcome again
            opener.accept(opened);
            refused(() -> opener.open(packet, NOON), Reason.REPLAYED);
        }
    }

    @Test
    void aNumberThatWasGivenToTwoPacketsIsToldFromACopy() {
        for (AdmissionSecret secret : Arrays.asList(annsSecret, null)) {
            int number = secret == null ? 11 : 12;
            var packet = packet(ann, secret, number);
            opener.accept(opener.open(packet, NOON));
            var other = packet(ann, secret, number); // sealed again
            assertThat(reusedBy(packet)).isEmpty();
            assertThat(reusedBy(other)).contains(ann.key());
            assertThat(reusedBy(packet(bob, null, number))).isEmpty();
        }
    }

    private Optional<NodeKey> reusedBy(Packet packet) {
        try {
            opener.open(packet, NOON);
            return Optional.empty();
        } catch (SealException.Repeated repeated) {
            return repeated.reusedBy();
        }
    }

    @Test
    void replaysTakeNothingFromTheQuotaOfTheirSender() {
        var two = new Quota(0.001, 2, 1e6, 1_000_000);
        var tight = opener(null, new Enrolment("ann", annsSecret, ann.key(), two));
        var first = packet(ann, annsSecret, 0);
        tight.accept(tight.open(first, NOON));
        for (int i = 0; i < 10; i++) refused(() -> tight.open(first, NOON), Reason.REPLAYED);
        assertThat(tight.open(packet(ann, annsSecret, 1), NOON).sender()).isEqualTo(ann.key());
        refused(() -> tight.open(packet(ann, annsSecret, 2), NOON), Reason.QUOTA);
    }

    @Test
    void windowsAreBySenderAndIncarnation() {
        opener.accept(opener.open(packet(ann, annsSecret, 0), NOON));
        var bobs = opener.open(packet(bob, null, 0), NOON); // the same incarnation, perhaps on purpose
        assertThat(bobs.sender()).isEqualTo(bob.key());
        opener.accept(bobs);
        refused(() -> opener.open(packet(ann, annsSecret, 0), NOON), Reason.REPLAYED);
    }

    @Test
    void theWindowSurvivesARestart() {
        var packet = packet(ann, annsSecret, 5);
        byte[] stored = opener.stateAfter(opener.open(packet, NOON));
        var restarted = opener(null, Enrolment.of("ann", annsSecret, ann.key()));
        restarted.restore(ann.key(), INCARNATION, stored);
        refused(() -> restarted.open(packet, NOON), Reason.REPLAYED);
        var next = restarted.open(packet(ann, annsSecret, 6), NOON);
        assertThat(restarted.stateAfter(next)).isNotEqualTo(stored);
        assertThatThrownBy(() -> restarted.restore(ann.key(), 7, new byte[20])).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> restarted.restore(ann.key(), 7, new byte[3])).isInstanceOf(WireException.class);
    }

    @Test
    void aPacketBelowTheWindowIsRefusedOrPassedOnAsLate() {
        for (boolean pass : List.of(false, true)) {
            var limits = new ReplayLimits(1024, 10, 10, pass);
            var one = new SealedOpener(seal, Keyring.of(reader), new Admissions(List.of(), Quota.enrolled()), limits);
            one.accept(one.open(packet(ann, null, 5000), NOON));
            var old = packet(ann, null, 5000 - 1024);
            if (pass) assertThat(one.open(old, NOON).late()).isTrue();
            else refused(() -> one.open(old, NOON), Reason.TOO_OLD);
            assertThat(one.open(packet(ann, null, 5001 - 1024), NOON).late()).isFalse();
        }
    }

    @Test
    void aForgedTagIsRefusedBeforeAnythingIsOpened() {
        var packet = packet(ann, AdmissionSecret.generate(), 0);
        var unopened = new SealedOpener(
                new NeverOpens(),
                Keyring.of(reader),
                new Admissions(List.of(), Quota.enrolled()),
                ReplayLimits.defaults());
        assertThatThrownBy(() -> unopened.open(packet, NOON))
                .isInstanceOfSatisfying(
                        SealException.Forged.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.ADMISSION_TAG));
    }

    @Test
    void anExhaustedQuotaIsRefusedBeforeAnythingIsOpened() {
        var tiny = new Quota(1, 1, 1e6, 100);
        var unopened = new SealedOpener(
                new NeverOpens(),
                Keyring.of(reader),
                new Admissions(List.of(new Enrolment("ann", annsSecret, null, tiny)), tiny),
                ReplayLimits.defaults());
        refused(() -> unopened.open(packet(ann, annsSecret, 0), NOON), Reason.QUOTA);
        refused(() -> unopened.open(packet(ann, null, 0), NOON), Reason.QUOTA_STRANGERS);
    }

    @Test
    void aSecretServesOnlyTheSenderItWasGivenTo() {
        refused(() -> opener.open(packet(bob, annsSecret, 0), NOON), Reason.ADMISSION_SENDER);
        var shared = opener(null, Enrolment.shared("volunteers", annsSecret));
        assertThat(shared.open(packet(bob, annsSecret, 0), NOON).sender()).isEqualTo(bob.key());
    }

    @Test
    void strangersShareASmallBudgetAndEnrolledOnesDoNotFeelIt() {
        for (int i = 0; i < 10; i++) opener.open(packet(Identity.generate(), null, i), NOON);
        refused(() -> opener.open(packet(bob, null, 11), NOON), Reason.QUOTA_STRANGERS);
        assertThat(opener.open(packet(ann, annsSecret, 0), NOON).admittedAs()).isEqualTo("ann");
        assertThat(opener.open(packet(bob, null, 12), NOON.plusSeconds(1)).admittedAs())
                .isNull();
        var closed = opener(null);
        refused(() -> closed.open(packet(bob, null, 0), NOON), Reason.QUOTA_STRANGERS);
    }

    @Test
    void whoIsExpelledIsAStrangerWithAForgedTag() {
        opener.open(packet(ann, annsSecret, 0), NOON);
        opener.expel(annsSecret);
        refused(() -> opener.open(packet(ann, annsSecret, 1), NOON), Reason.ADMISSION_TAG);
        opener.enrol(Enrolment.of("ann again", annsSecret, ann.key()));
        assertThat(opener.open(packet(ann, annsSecret, 1), NOON).admittedAs()).isEqualTo("ann again");
    }

    /** Whoever is let in himself sees the incarnations of others, and could come first with one of them. */
    @Test
    void nobodyKeepsAnotherOutByTakingItsIncarnation() {
        var bobsSecret = AdmissionSecret.generate();
        opener.enrol(Enrolment.of("bob", bobsSecret, bob.key()));
        opener.accept(opener.open(packet(bob, bobsSecret, 0), NOON));
        assertThat(opener.open(packet(ann, annsSecret, 0), NOON).admittedAs()).isEqualTo("ann");
    }

    @Test
    void aSenderWithTooManyOutboxesIsRefusedAnother() {
        var limits = new ReplayLimits(1024, 2, 3, false);
        var one = new SealedOpener(seal, Keyring.of(reader), new Admissions(List.of(), Quota.enrolled()), limits);
        for (int i = 0; i < 2; i++) one.accept(one.open(packet(ann, null, i, 0), NOON));
        refused(() -> one.open(packet(ann, null, 2, 0), NOON), Reason.LIMIT_INCARNATIONS);
        one.accept(one.open(packet(ann, null, 1, 1), NOON));
        one.accept(one.open(packet(bob, null, 0, 0), NOON));
        refused(() -> one.open(packet(bob, null, 1, 0), NOON), Reason.LIMIT_INCARNATIONS);
    }

    @Test
    void windowsAreForgottenOnceNoKeyOpensTheirPackets() {
        var limits = new ReplayLimits(1024, 1, 10, false);
        var keys = Keyring.of(reader);
        var one = new SealedOpener(seal, keys, new Admissions(List.of(), Quota.enrolled()), limits);
        one.accept(one.open(packet(ann, null, 1, 0), NOON));
        var next = ReaderSecret.generate();
        var rotated = keys.rotated(next, NOON, Keyring.LIFE);
        one.useKeys(rotated);
        refused(() -> one.open(packet(ann, null, 1, 0), NOON), Reason.REPLAYED);
        one.useKeys(rotated.expired(NOON.plus(Keyring.LIFE)));
        refused(() -> one.open(packet(ann, null, 1, 0), NOON), Reason.RECIPIENT_UNKNOWN);
        var fresh = new SealedEnvelope(seal, ann, new Recipient(next.key(), null));
        byte[] other = fresh.wrap(fresh.header(2, 0), content().toBytes());
        one.accept(one.open(Packet.parse(other), NOON)); // there is room for one window only
    }

    @Test
    void packetsToAReplacedKeyOpenForItsLife() {
        var packet = packet(ann, annsSecret, 0);
        var rotated = Keyring.of(reader).rotated(ReaderSecret.generate(), NOON, Keyring.LIFE);
        opener.useKeys(rotated.expired(NOON.plus(Duration.ofHours(47))));
        assertThat(opener.open(packet, NOON).sender()).isEqualTo(ann.key());
        opener.useKeys(rotated.expired(NOON.plus(Duration.ofDays(2))));
        refused(() -> opener.open(packet, NOON), Reason.RECIPIENT_UNKNOWN);
    }

    @Test
    void aDocumentIsAdmittedByItsCaptionAndMustBeTheOneAnnounced() {
        var packet = packet(ann, annsSecret, 0);
        byte[] caption = Announcement.of(packet).toBytes();
        var admitted = opener.admit(caption, NOON);
        assertThat(opener.open(packet, admitted).content()).isEqualTo(content());
        refused(() -> opener.open(packet(ann, annsSecret, 1), admitted), Reason.ANNOUNCEMENT);

        for (int bit = 0; bit < caption.length * 8; bit++) {
            byte[] flipped = caption.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if ((bit / 8) == 1 && bit % 8 == 2) continue; // without the tag's flag: below
            assertThatThrownBy(() -> opener.admit(flipped, NOON))
                    .isInstanceOfAny(SealException.class, WireException.class);
        }
        for (int length = 0; length < caption.length; length++) {
            byte[] cut = Arrays.copyOf(caption, length);
            assertThatThrownBy(() -> opener.admit(cut, NOON)).isInstanceOfAny(SealException.class, WireException.class);
        }
        byte[] untagged = caption.clone();
        untagged[1] ^= 4;
        refused(() -> opener.admit(untagged, NOON), Reason.ANNOUNCEMENT); // eight bytes too long
    }

    @Test
    void strangersAnnounceNoLargeDocuments() {
        var packet = packet(bob, null, 0);
        var large = new Announcement(packet.header(), 200_000, new byte[32]);
        refused(() -> opener.admit(large.toBytes(), NOON), Reason.QUOTA_STRANGERS);
    }

    @Test
    void twoKeysWithOneIdAreToldApart() {
        var one = numbered(109_271);
        var other = numbered(144_504);
        assertThat(one.key().id()).isEqualTo(other.key().id()).isEqualTo(0x170de35d);
        var both = new SealedOpener(
                seal,
                Keyring.of(one).rotated(other, NOON, Keyring.LIFE),
                new Admissions(List.of(), Quota.enrolled()),
                ReplayLimits.defaults());
        for (var key : List.of(one, other)) {
            var envelope = new SealedEnvelope(seal, ann, new Recipient(key.key(), null));
            byte[] packet =
                    envelope.wrap(envelope.header(INCARNATION, 0), content().toBytes());
            assertThat(both.open(Packet.parse(packet), NOON).sender()).isEqualTo(ann.key());
            packet[packet.length - 1] ^= 1;
            refused(() -> both.open(Packet.parse(packet), NOON), Reason.SEAL_BROKEN);
        }
    }

    /** Found by search: two of the first 150,000 such keys share an id. */
    private static ReaderSecret numbered(int number) {
        return ReaderSecret.of(ByteBuffer.allocate(32).putInt(0, number).array());
    }

    @Test
    void anAuthenticContentIsStillHeldToTheProtocol() {
        var envelope = envelope(bob, null);
        var header = envelope.header(INCARNATION, 0);
        byte[] bomb = deflated(new byte[Limits.MAX_TEXT_CONTENT_BYTES + 1]);
        wireRefused(envelope.wrap(header.withDeflated(true), bomb), WireException.Reason.DEFLATE_BOMB);
        byte[] padded = envelope.wrapPadded(header.withDeflated(true), bomb, 16_000); // padding buys no larger bomb
        wireRefused(padded, WireException.Reason.DEFLATE_BOMB);
        wireRefused(envelope.wrap(header, new byte[] {0x0a, 5, 'a'}), WireException.Reason.CONTENT_MALFORMED);
        wireRefused(
                envelope.wrap(header, new byte[] {0x0a, -1, -1, -1, -1, 7}), WireException.Reason.CONTENT_MALFORMED);
        wireRefused(
                envelope.wrap(header.withDeflated(true), Arrays.copyOf(bomb, bomb.length - 3)),
                WireException.Reason.DEFLATE_BROKEN);
        assertThat(opener.refusals()).containsEntry("DEFLATE_BOMB", 2L).containsEntry("CONTENT_MALFORMED", 2L);
    }

    @Test
    void aPostIsFilledToTheLastByte() {
        var random = Seed.random("aPostIsFilledToTheLastByte");
        var queue = List.of(Outgoing.of("noise", List.of(), Seed.bytes(random, 50_000)));
        int room = Armour.BASE32768.maxBytes(Armour.POST_CHARACTERS);
        for (AdmissionSecret secret : Arrays.asList(annsSecret, null)) {
            var envelope = envelope(ann, secret);
            var header = envelope.header(INCARNATION, 300);
            assertThat(envelope.overhead(header)).isEqualTo(16 + (secret == null ? 0 : 8) + 145);
            var filled = new Packer().fill(envelope.sender(), 0, 0, queue, room - envelope.overhead(header));
            byte[] packet = envelope.wrap(header.withDeflated(filled.deflated()), filled.body());
            assertThat(packet.length).isBetween(room - 2, room);
            assertThat(Armour.BASE32768.encode(packet)).hasSizeBetween(Armour.POST_CHARACTERS - 1, 4096);
            assertThat(opener.open(Packet.parse(packet), NOON).content().frames())
                    .hasSize(1);
        }
    }

    @Test
    void threadsMaySealAndOpenAtOnce() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var results = new ArrayList<java.util.concurrent.Future<Opened>>();
            for (int i = 0; i < 200; i++) {
                long number = i;
                results.add(threads.submit(() -> {
                    var opened = opener.open(packet(ann, annsSecret, number % 4, number), NOON);
                    opener.accept(opened);
                    return opened;
                }));
            }
            for (var result : results) assertThat(result.get().content()).isEqualTo(content());
        }
        refused(() -> opener.open(packet(ann, annsSecret, 1, 5), NOON), Reason.REPLAYED);
    }

    private void wireRefused(byte[] packet, WireException.Reason reason) {
        assertThatThrownBy(() -> opener.open(Packet.parse(packet), NOON))
                .isInstanceOfSatisfying(
                        WireException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private SealedOpener opener(@Nullable Quota strangers, Enrolment... enrolments) {
        return new SealedOpener(
                seal, Keyring.of(reader), new Admissions(List.of(enrolments), strangers), ReplayLimits.defaults());
    }

    private SealedEnvelope envelope(Identity sender, @Nullable AdmissionSecret secret) {
        return new SealedEnvelope(seal, sender, new Recipient(reader.key(), secret));
    }

    private Packet packet(Identity sender, @Nullable AdmissionSecret secret, long number) {
        return Packet.parse(bytes(sender, secret, number));
    }

    private Packet packet(Identity sender, @Nullable AdmissionSecret secret, long incarnation, long number) {
        var envelope = envelope(sender, secret);
        return Packet.parse(
                envelope.wrap(envelope.header(incarnation, number), content().toBytes()));
    }

    private byte[] bytes(Identity sender, @Nullable AdmissionSecret secret, long number) {
        var envelope = envelope(sender, secret);
        return envelope.wrap(envelope.header(INCARNATION, number), content().toBytes());
    }

    private static Content content() {
        byte[] body = "17".getBytes(StandardCharsets.US_ASCII);
        return new Content("", List.of(new Data(1, 2, List.of(Piece.whole("weather", List.of(), body)))));
    }

    private static byte[] deflated(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var deflating = new DeflaterOutputStream(out, new Deflater(9, true))) {
            deflating.write(content);
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
        return out.toByteArray();
    }

    /** Another cryptographic step would be a flaw of the opener. */
    private static final class NeverOpens implements Seal {
        @Override
        public byte[] seal(
                Identity sender,
                ReaderKey to,
                io.botmesh.wire.PacketHeader header,
                byte[] content,
                int pad,
                byte[] ephemeral) {
            throw new AssertionError("seals");
        }

        @Override
        public byte[] ephemeral() {
            throw new AssertionError("seals");
        }

        @Override
        public Unsealed reopen(byte[] ephemeral, ReaderKey to, io.botmesh.wire.PacketHeader header, byte[] body) {
            throw new AssertionError("opens");
        }

        @Override
        public Unsealed open(ReaderSecret key, io.botmesh.wire.PacketHeader header, byte[] body) {
            throw new AssertionError("opens");
        }
    }
}
