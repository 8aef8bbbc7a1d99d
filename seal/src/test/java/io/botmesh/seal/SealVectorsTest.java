package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Packet;
import io.botmesh.wire.WireException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The committed vectors are the protocol: whatever changes the outcome of one breaks it. */
class SealVectorsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Quota AMPLE = new Quota(1, 1_000_000, 1, 1L << 40);

    @Test
    void keysHaveTheirTextsAndIds() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/keys.json"))) {
            byte[] secret = SealVectors.bytes(one, "secret");
            String secretText = one.get("secretText").asString();
            switch (one.get("name").asString()) {
                case "node" -> {
                    assertThat(Identity.of(secret).secretText()).isEqualTo(secretText);
                    assertThat(Identity.parse(secretText).key().toBytes()).isEqualTo(SealVectors.bytes(one, "key"));
                    assertThat(Identity.of(secret).key())
                            .hasToString(one.get("text").asString());
                }
                case "reader" -> {
                    var reader = ReaderSecret.of(secret);
                    assertThat(reader.secretText()).isEqualTo(secretText);
                    assertThat(reader.key().toBytes()).isEqualTo(SealVectors.bytes(one, "key"));
                    assertThat(reader.key()).hasToString(one.get("text").asString());
                    assertThat(SealVectors.HEX.toHexDigits(reader.key().id()))
                            .isEqualTo(one.get("id").asString());
                }
                default -> assertThat(AdmissionSecret.of(secret).secretText()).isEqualTo(secretText);
            }
        }
    }

    @Test
    void quotasLetInWhatTheyHold() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/quota.json")))
            assertThat(QuotaVectors.holds(one)).as(name(one)).isTrue();
    }

    @Test
    void packetsAreSealedAndOpened() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/sealed.json"))) {
            byte[] bytes = SealVectors.bytes(one, "bytes");
            var packet = Packet.parse(bytes);
            assertThat(Armour.decode(one.get("text").asString())).as(name(one)).isEqualTo(bytes);
            assertThat(SealVectors.json(packet.header())).as(name(one)).isEqualTo(one.get("header"));
            assertThat(Announcement.of(packet).toBytes()).as(name(one)).isEqualTo(SealVectors.bytes(one, "caption"));

            var reader = ReaderSecret.of(SealVectors.bytes(one, "readerSecret"));
            var sender = Identity.of(SealVectors.bytes(one, "senderSecret"));
            byte[] secret = SealVectors.optional(one, "admissionSecret");
            var admission = secret == null ? null : AdmissionSecret.of(secret);
            byte[] content = SealVectors.bytes(one, "content");
            var envelope = new SealedEnvelope(
                    SealVectors.sealWith(SealVectors.bytes(one, "ephemeralSecret")),
                    sender,
                    new Recipient(reader.key(), admission));
            var header = envelope.header(
                            packet.header().incarnation(), packet.header().packetNumber())
                    .withDeflated(packet.header().deflated());
            int padding = one.get("padding").asInt();
            assertThat(envelope.wrapPadded(header, content, content.length + envelope.overhead(header) + padding))
                    .as(name(one))
                    .isEqualTo(bytes);

            var unsealed = new HpkeSeal().open(reader, packet.header(), packet.body());
            assertThat(unsealed.content()).as(name(one)).isEqualTo(content);
            assertThat(unsealed.sender().toBytes()).as(name(one)).isEqualTo(SealVectors.bytes(one, "sender"));
            var opened = opener(reader, sender.key(), SealVectors.ADMISSION).open(packet, NOON);
            assertThat(opened.admittedAs()).as(name(one)).isEqualTo(admission == null ? null : "enrolled");
        }
    }

    @Test
    void aSealedPacketCutAnywhereIsRefused() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/sealed.json"))) {
            byte[] bytes = SealVectors.bytes(one, "bytes");
            var opener = opener(SealVectors.READER, SealVectors.SENDER.key(), SealVectors.ADMISSION);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThat(catchThrowable(() -> opener.open(Packet.parse(cut), NOON)))
                        .as(name(one))
                        .isInstanceOfAny(SealException.class, WireException.class);
            }
        }
    }

    @Test
    void whatIsBadIsRefusedForItsReason() throws IOException {
        Set<String> reasons = new TreeSet<>();
        JsonNode file = SealVectors.read("bad/sealed.json");
        for (JsonNode one : SealVectors.cases(file)) {
            var opener = opener(file);
            if (one.has("accepted")) {
                for (JsonNode before : one.get("accepted")) {
                    byte[] bytes = SealVectors.HEX.parseHex(before.asString());
                    opener.accept(opener.open(Packet.parse(bytes), NOON));
                }
            }
            var refused = catchThrowable(() -> opener.open(Packet.parse(SealVectors.bytes(one, "bytes")), NOON));
            reasons.add(same(one, refused));
        }
        for (JsonNode one : SealVectors.cases(SealVectors.read("bad/caption.json"))) {
            reasons.add(same(one, catchThrowable(() -> opener(file).admit(SealVectors.bytes(one, "bytes"), NOON))));
        }
        var left = EnumSet.allOf(Reason.class);
        left.removeIf(reason -> reasons.contains(reason.name()));
        // Of one program's limits and choices, with tests of their own.
        assertThat(left)
                .containsExactly(Reason.NOT_PLAIN, Reason.QUOTA, Reason.QUOTA_STRANGERS, Reason.LIMIT_INCARNATIONS);
    }

    @Test
    void sizesHaveTheirClasses() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/sizes.json"))) {
            assertThat(SizeClass.of(one.get("size").asInt()))
                    .as(name(one))
                    .isEqualTo(one.get("class").asInt());
        }
    }

    @Test
    void onionsAreMadeHandedOnAndRead() throws IOException {
        for (JsonNode one : SealVectors.cases(SealVectors.read("good/onion.json"))) {
            var reader = ReaderSecret.of(SealVectors.bytes(one, "readerSecret"));
            var gateway = ReaderSecret.of(SealVectors.bytes(one, "gatewaySecret"));
            var sender = Identity.of(SealVectors.bytes(one, "senderSecret"));
            byte[] secret = SealVectors.optional(one, "admissionSecret");
            var admission = secret == null ? null : AdmissionSecret.of(secret);
            byte[] inner = SealVectors.bytes(one, "inner");

            var toGateway = new SealedEnvelope(
                    SealVectors.sealWith(SealVectors.bytes(one, "outerEphemeralSecret")),
                    sender,
                    new Recipient(gateway.key(), null));
            long incarnation = Long.parseUnsignedLong(one.get("incarnation").asString(), 16);
            String next = one.get("next").asString();
            assertThat(Onions.wrap(
                            toGateway, incarnation, one.get("packetNumber").asLong(), next, inner))
                    .as(name(one))
                    .isEqualTo(SealVectors.bytes(one, "outer"));

            var atGateway = opener(gateway, sender.key(), SealVectors.ADMISSION)
                    .open(Packet.parse(SealVectors.bytes(one, "outer")), NOON);
            var onion = (Onion) atGateway.content().frames().getFirst();
            assertThat(onion.next()).isEqualTo(next);
            assertThat(onion.packet()).isEqualTo(inner);
            byte[] handedOn = Onions.peel(onion, admission);
            assertThat(handedOn).as(name(one)).isEqualTo(SealVectors.bytes(one, "handedOn"));

            var once = Identity.of(SealVectors.bytes(one, "innerSenderSecret"));
            var opened = opener(reader, once.key(), SealVectors.ADMISSION).open(Packet.parse(handedOn), NOON);
            assertThat(opened.content().toBytes()).isEqualTo(SealVectors.bytes(one, "content"));
            assertThat(opened.sender()).isEqualTo(once.key());
        }
        for (JsonNode one : SealVectors.cases(SealVectors.read("bad/onion.json"))) {
            same(one, catchThrowable(() -> Onions.peel(new Onion("", SealVectors.bytes(one, "bytes")), null)));
        }
    }

    private static String same(JsonNode one, Throwable refused) {
        String reason = one.get("reason").asString();
        String seen = switch (refused) {
            case SealException seal -> seal.reason().name();
            case WireException wire -> wire.reason().name();
            default -> String.valueOf(refused);
        };
        assertThat(seen).as(name(one)).isEqualTo(reason);
        return reason;
    }

    private static SealedOpener opener(JsonNode file) {
        return opener(
                ReaderSecret.of(SealVectors.bytes(file, "readerSecret")),
                NodeKey.of(SealVectors.bytes(file, "enrolled")),
                AdmissionSecret.of(SealVectors.bytes(file, "admissionSecret")));
    }

    private static SealedOpener opener(ReaderSecret reader, NodeKey enrolled, AdmissionSecret secret) {
        var enrolment = new Enrolment("enrolled", secret, enrolled, AMPLE);
        return new SealedOpener(
                new HpkeSeal(), Keyring.of(reader), new Admissions(List.of(enrolment), AMPLE), ReplayLimits.defaults());
    }

    private static String name(JsonNode one) {
        return one.get("name").asString();
    }
}
