package io.botmesh.seal;

import static io.botmesh.seal.SealVectors.ADMISSION;
import static io.botmesh.seal.SealVectors.HEX;
import static io.botmesh.seal.SealVectors.OTHER_READER;
import static io.botmesh.seal.SealVectors.READER;
import static io.botmesh.seal.SealVectors.SENDER;
import static io.botmesh.seal.SealVectors.filled;
import static io.botmesh.seal.SealVectors.sealWith;
import static io.botmesh.seal.WriteSealVectors.add;
import static io.botmesh.seal.WriteSealVectors.file;
import static io.botmesh.seal.WriteSealVectors.write;

import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Confidential.Register;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of packets inside packets, of sizes that tell nothing, and of registers. */
final class WriteOnionVectors {
    private static final long INCARNATION = 0x0123456789abcdefL;
    private static final String TOPIC = "weather";

    private int ephemeral = 0x80;

    private WriteOnionVectors() {}

    static void writeAll() throws IOException {
        var writer = new WriteOnionVectors();
        writer.sizes();
        writer.goodOnions();
        writer.badOnions();
        writer.goodRegisters();
        writer.badRegisters();
    }

    private void sizes() throws IOException {
        var file = file("Sizes of packets, and the smallest class that holds each.");
        for (int size : new int[] {
            1,
            512,
            513,
            1024,
            2049,
            4096,
            4097,
            7168,
            7169,
            7678,
            7679,
            8192,
            8193,
            10_240,
            10_241,
            16_384,
            16_385,
            20_480,
            20_481,
            65_537,
            1_000_000,
            1 << 20,
            (1 << 20) + 1,
            16 << 20,
            (16 << 20) + 1,
            Limits.MAX_PACKET_BYTES
        }) add(file, "a packet of " + size).put("size", size).put("class", SizeClass.of(size));
        write("good/sizes.json", file);
    }

    private void goodOnions() throws IOException {
        var file = file(
                "Onions: the packet that its reader gets, the one around it for the gateway, and what the gateway posts."
                        + " The key that signs the inner packet, its incarnation and its tag are made for it alone; given here"
                        + " so that making it gives these very bytes. All readers let strangers in.");
        onion(file, "to a reader that lets strangers in", null, new byte[10]);
        onion(file, "with room for the gateway's tag", ADMISSION, new byte[10]);
        onion(file, "of the next sizes", ADMISSION, new byte[600]);
        write("good/onion.json", file);
    }

    private void onion(ObjectNode file, String name, @Nullable AdmissionSecret toGateway, byte[] body) {
        byte[] innerEphemeral = filled(ephemeral++);
        byte[] outerEphemeral = filled(ephemeral++);
        var content = content(new Data(0, 0, List.of(Piece.whole("s", List.of(), body))));
        var once = Identity.of(filled(8));
        var worthless = toGateway == null ? null : AdmissionSecret.of(filled(9));
        byte[] inner = Onions.inner(sealWith(innerEphemeral), once, worthless, 0xfeedL, OTHER_READER.key(), content);
        var gateway = new SealedEnvelope(sealWith(outerEphemeral), SENDER, new Recipient(READER.key(), null));
        byte[] outer = Onions.wrap(gateway, INCARNATION, 7, "archive", inner);
        var header = Packet.parse(inner).header();
        Long tag = header.admissionTag();
        add(file, name)
                .put("senderSecret", HEX.formatHex(filled(1)))
                .put("gatewaySecret", HEX.formatHex(READER.toBytes()))
                .put("readerSecret", HEX.formatHex(OTHER_READER.toBytes()))
                .put("innerSenderSecret", HEX.formatHex(filled(8)))
                .put("innerEphemeralSecret", HEX.formatHex(innerEphemeral))
                .put("innerIncarnation", HEX.toHexDigits(header.incarnation()))
                .put("innerTag", tag == null ? null : HEX.toHexDigits(tag))
                .put("content", HEX.formatHex(content.toBytes()))
                .put("inner", HEX.formatHex(inner))
                .put("next", "archive")
                .put("outerEphemeralSecret", HEX.formatHex(outerEphemeral))
                .put("incarnation", HEX.toHexDigits(INCARNATION))
                .put("packetNumber", 7)
                .put("outer", HEX.formatHex(outer))
                .put("admissionSecret", toGateway == null ? null : HEX.formatHex(filled(5)))
                .put("handedOn", HEX.formatHex(Onions.peel(new Onion("archive", inner), toGateway)));
    }

    private void badOnions() throws IOException {
        var file = file(
                "What an onion may not hold: packets that a gateway without a secret of their reader's does not hand on,"
                        + " and why.");
        byte[] plain = new Packet(PacketHeader.plain(1, 2, 3), content().toBytes()).toBytes();
        byte[] tagged = Onions.inner(
                sealWith(filled(ephemeral++)),
                Identity.of(filled(8)),
                AdmissionSecret.of(filled(9)),
                1,
                OTHER_READER.key(),
                content());
        bad(file, "a plain packet", plain, "NOT_SEALED");
        bad(file, "room for a tag that the gateway cannot make", tagged, "ADMISSION_TAG");
        bad(file, "half a header", Arrays.copyOf(tagged, 9), "HEADER_TRUNCATED");
        bad(file, "another version", new byte[] {2, 1}, "VERSION_UNKNOWN");
        write("bad/onion.json", file);
    }

    private void goodRegisters() throws IOException {
        var file = file("Pinned posts of the topic 'weather', and the value that each holds.");
        register(file, "the first value", null, new Register(TOPIC, 1, new byte[] {1, 2, 3}));
        register(file, "no value", null, new Register(TOPIC, 2, new byte[0]));
        register(file, "with the tag of a shared secret", ADMISSION, new Register(TOPIC, 300, new byte[] {4}));
        register(file, "the last one that there can be", null, new Register(TOPIC, Limits.MAX_NUMBER, new byte[] {5}));
        write("good/register.json", file);
    }

    private void register(ObjectNode file, String name, @Nullable AdmissionSecret admission, Register register) {
        byte[] key = filled(ephemeral++);
        var envelope = new SealedEnvelope(sealWith(key), SENDER, new Recipient(READER.key(), admission));
        byte[] content = content(register).toBytes();
        byte[] bytes = envelope.wrap(envelope.header(INCARNATION, register.version() % 5), content);
        var one = add(file, name)
                .put("topic", register.topic())
                .put("ownerSecret", HEX.formatHex(filled(1)))
                .put("owner", HEX.formatHex(SENDER.key().toBytes()))
                .put("topicSecret", HEX.formatHex(READER.toBytes()))
                .put("admissionSecret", admission == null ? null : HEX.formatHex(filled(5)))
                .put("ephemeralSecret", HEX.formatHex(key))
                .put("version", register.version())
                .put("value", HEX.formatHex(register.value()))
                .put("bytes", HEX.formatHex(bytes))
                .put("text", Armour.BASE32768.encode(bytes));
        one.set("header", SealVectors.json(Packet.parse(bytes).header()));
    }

    private void badRegisters() throws IOException {
        var file = file("Pinned posts that are not the register of the topic below; nothing of them counts.");
        file.put("topic", TOPIC);
        file.put("owner", HEX.formatHex(SENDER.key().toBytes()));
        file.put("topicSecret", HEX.formatHex(READER.toBytes()));
        var value = new Register(TOPIC, 9, new byte[] {1});
        not(file, "of another topic", SENDER, READER, new Register("news", 9, new byte[] {1}));
        not(file, "signed by somebody else", SealVectors.OTHER_SENDER, READER, value);
        not(file, "sealed to another key", SENDER, OTHER_READER, value);
        not(file, "two values", SENDER, READER, value, value);
        not(
                file,
                "a value and a message",
                SENDER,
                READER,
                value,
                new Data(0, 0, List.of(Piece.whole("", List.of(), new byte[0]))));
        not(file, "no frame", SENDER, READER);
        byte[] good = packet(SENDER, READER, value);
        not(file, "altered", flipped(good));
        not(file, "cut short", Arrays.copyOf(good, good.length - 1));
        not(
                file,
                "plain",
                new Packet(
                                PacketHeader.plain(READER.key().id(), 1, 1),
                                content(value).toBytes())
                        .toBytes());
        write("bad/register.json", file);
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] other = bytes.clone();
        other[other.length - 20] ^= 4;
        return other;
    }

    private byte[] packet(Identity sender, ReaderSecret topic, Frame... frames) {
        var envelope = new SealedEnvelope(sealWith(filled(ephemeral++)), sender, new Recipient(topic.key(), null));
        return envelope.wrap(envelope.header(INCARNATION, 1), content(frames).toBytes());
    }

    private void not(ObjectNode file, String name, Identity sender, ReaderSecret topic, Frame... frames) {
        not(file, name, packet(sender, topic, frames));
    }

    private static void not(ObjectNode file, String name, byte[] bytes) {
        add(file, name).put("bytes", HEX.formatHex(bytes)).put("text", Armour.BASE32768.encode(bytes));
    }

    private static void bad(ObjectNode file, String name, byte[] bytes, String reason) {
        add(file, name).put("bytes", HEX.formatHex(bytes)).put("reason", reason);
    }

    private static Content content(Frame... frames) {
        return new Content("", List.of(frames));
    }
}
