package io.botmesh.seal;

import static io.botmesh.seal.SealVectors.ADMISSION;
import static io.botmesh.seal.SealVectors.HEX;
import static io.botmesh.seal.SealVectors.OTHER_READER;
import static io.botmesh.seal.SealVectors.OTHER_SENDER;
import static io.botmesh.seal.SealVectors.READER;
import static io.botmesh.seal.SealVectors.SENDER;
import static io.botmesh.seal.SealVectors.filled;

import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the vectors of sealed packets. Run by hand when the protocol gains something; what stood in the files must not
 * change. Bytes depend on nothing but the keys here: Ed25519 has no randomness, and the ephemeral keys are given.
 */
final class WriteSealVectors {
    private static final long INCARNATION = 0x0123456789abcdefL;

    private int ephemeral = 0x40;

    private WriteSealVectors() {}

    public static void main(String[] args) throws IOException {
        var writer = new WriteSealVectors();
        writer.keys();
        writer.good();
        writer.bad();
        WriteOnionVectors.writeAll();
        QuotaVectors.write();
    }

    private void keys() throws IOException {
        var file = file("Keys: private and public halves, ids, and texts as in peer files.");
        for (Identity one : List.of(SENDER, OTHER_SENDER)) {
            add(file, "node")
                    .put("secret", one == SENDER ? hex(filled(1)) : hex(filled(2)))
                    .put("key", hex(one.key().toBytes()))
                    .put("text", one.key().toString())
                    .put("secretText", one.secretText());
        }
        for (ReaderSecret one : List.of(READER, OTHER_READER)) {
            add(file, "reader")
                    .put("secret", hex(one.toBytes()))
                    .put("key", hex(one.key().toBytes()))
                    .put("id", HEX.toHexDigits(one.key().id()))
                    .put("text", one.key().toString())
                    .put("secretText", one.secretText());
        }
        add(file, "admission").put("secret", hex(filled(5))).put("secretText", ADMISSION.secretText());
        write("good/keys.json", file);
    }

    private void good() throws IOException {
        var file = file("Sealed packets. The ephemeral key is given so that sealing gives these very bytes; a program"
                + " takes a new random one for every packet. Under the seal stand key, signature, content, 01 and"
                + " padding zeros; content is deflated if the header says so.");
        sealed(file, "of a stranger", null, 0, false, new Content("", List.of()).toBytes(), 0);
        sealed(file, "of an enrolled sender", ADMISSION, 300, false, content(), 0);
        sealed(file, "padded", ADMISSION, 301, false, content(), 7);
        sealed(file, "a content that ends like padding", ADMISSION, 302, false, new byte[] {0x08, 1, 0x08, 0}, 0);
        sealed(file, "deflated", ADMISSION, Limits.MAX_NUMBER, true, deflated(content()), 0);
        sealed(file, "deflated and padded", null, 1, true, deflated(content()), 300);
        write("good/sealed.json", file);
    }

    private void sealed(
            ObjectNode file,
            String name,
            @Nullable AdmissionSecret admission,
            long number,
            boolean deflated,
            byte[] content,
            int padding) {
        byte[] key = filled(ephemeral++);
        var envelope = new SealedEnvelope(SealVectors.sealWith(key), SENDER, new Recipient(READER.key(), admission));
        var header = envelope.header(INCARNATION, number).withDeflated(deflated);
        byte[] bytes = envelope.wrapPadded(header, content, content.length + padding + envelope.overhead(header));
        var packet = Packet.parse(bytes);
        var one = add(file, name)
                .put("senderSecret", hex(filled(1)))
                .put("readerSecret", hex(READER.toBytes()))
                .put("admissionSecret", admission == null ? null : hex(filled(5)))
                .put("ephemeralSecret", hex(key))
                .put("sender", hex(SENDER.key().toBytes()))
                .put("content", hex(content))
                .put("padding", padding)
                .put("bytes", hex(bytes))
                .put("text", Armour.BASE32768.encode(bytes))
                .put("caption", hex(Announcement.of(packet).toBytes()));
        one.set("header", SealVectors.json(packet.header()));
    }

    private void bad() throws IOException {
        var file =
                file("Sealed packets that are refused, and why. The reader has the one key and the one enrolment below"
                        + " and lets strangers in; what stands under accepted came before.");
        file.put("readerSecret", hex(READER.toBytes()));
        file.put("admissionSecret", hex(filled(5)));
        file.put("enrolled", hex(SENDER.key().toBytes()));
        byte[] good = packet(ADMISSION, SENDER, READER, 1, content());
        byte[] strange = packet(null, SENDER, READER, 1, content());
        var header = Packet.parse(good).header();
        int size = header.size();

        bad(file, "to another reader", packet(ADMISSION, SENDER, OTHER_READER, 1, content()), "RECIPIENT_UNKNOWN");
        bad(file, "another recipient", flipped(good, 5), "RECIPIENT_UNKNOWN");
        bad(file, "plain", new Packet(PacketHeader.plain(READER.key().id(), 1, 1), content()).toBytes(), "NOT_SEALED");
        bad(file, "a forged tag", flipped(good, size - 1), "ADMISSION_TAG");
        bad(file, "another incarnation", flipped(good, 6), "ADMISSION_TAG");
        bad(file, "another number", flipped(good, 14), "ADMISSION_TAG");
        bad(file, "flagged as deflated", flipped(good, 1, 2), "ADMISSION_TAG");
        bad(file, "a changed body", flipped(good, good.length - 1), "ADMISSION_TAG");
        bad(file, "a byte more", Arrays.copyOf(good, good.length + 1), "ADMISSION_TAG");
        bad(file, "a byte less", Arrays.copyOf(good, good.length - 1), "ADMISSION_TAG");
        byte[] noTag = new byte[good.length - 8];
        System.arraycopy(good, 0, noTag, 0, size - 8);
        System.arraycopy(good, size, noTag, size - 8, good.length - size);
        bad(file, "the tag taken away", flipped(noTag, 1, 4), "SEAL_BROKEN");
        bad(
                file,
                "the secret of another sender",
                packet(ADMISSION, OTHER_SENDER, READER, 1, content()),
                "ADMISSION_SENDER");
        bad(file, "a stranger's with another number", flipped(strange, 14), "SEAL_BROKEN");
        bad(file, "a stranger's with another ephemeral key", flipped(strange, 15), "SEAL_BROKEN");
        bad(file, "the bit that X25519 ignores", flipped(strange, 15 + 31, 0x80), "SEAL_BROKEN");
        byte[] zero = strange.clone();
        Arrays.fill(zero, 15, 15 + 32, (byte) 0);
        bad(file, "an ephemeral key of small order", zero, "SEAL_BROKEN");
        bad(file, "a stranger's with a changed seal", flipped(strange, strange.length - 1), "SEAL_BROKEN");
        bad(file, "no body", Arrays.copyOf(strange, 15), "SEAL_TRUNCATED");
        bad(file, "a body of 144 bytes", Arrays.copyOf(strange, 15 + 144), "SEAL_TRUNCATED");
        bad(file, "cut short", Arrays.copyOf(strange, 15 + 145), "SEAL_BROKEN");

        var plainHeader = Packet.parse(strange).header();
        byte[] signature = Forge.signature(SENDER, READER.key(), plainHeader, content());
        bad(file, "signed by another", forged(plainHeader, OTHER_SENDER.key(), signature, content()), "SIGNATURE");
        bad(
                file,
                "signed for another reader",
                forged(
                        plainHeader,
                        SENDER.key(),
                        Forge.signature(SENDER, OTHER_READER.key(), plainHeader, content()),
                        content()),
                "SIGNATURE");
        bad(
                file,
                "signed for another packet",
                forged(
                        plainHeader,
                        SENDER.key(),
                        Forge.signature(SENDER, READER.key(), plainHeader.withPacketNumber(2), content()),
                        content()),
                "SIGNATURE");
        bad(file, "signed for another content", forged(plainHeader, SENDER.key(), signature, new byte[0]), "SIGNATURE");
        byte[] neutral = new byte[32];
        neutral[0] = 1;
        bad(
                file,
                "a sender key of small order",
                forged(plainHeader, NodeKey.of(neutral), Arrays.copyOf(neutral, 64), content()),
                "SIGNATURE");
        bad(file, "no mark behind the content", text(plainHeader, new byte[97]), "PADDING");
        byte[] two = new byte[99];
        two[97] = 2;
        bad(file, "another mark behind the content", text(plainHeader, two), "PADDING");

        var deflated = plainHeader.withDeflated(true);
        bad(file, "a bomb", sealed(deflated, deflated(new byte[Limits.MAX_TEXT_CONTENT_BYTES + 1])), "DEFLATE_BOMB");
        bad(file, "not deflated, flagged so", sealed(deflated, new byte[] {-1, -1, -1}), "DEFLATE_BROKEN");
        bad(file, "a content that is none", sealed(plainHeader, new byte[] {0x0a, 5, 'a'}), "CONTENT_MALFORMED");

        replayed(file, "a copy", good, "REPLAYED", good);
        replayed(file, "a stranger's copy", strange, "REPLAYED", strange);
        byte[] again = packet(ADMISSION, SENDER, READER, 1, new byte[0]);
        replayed(file, "another packet of the same number", again, "REPLAYED", good);
        byte[] far = packet(ADMISSION, SENDER, READER, 1 + 4096, content());
        replayed(file, "below a window of 4096", good, "TOO_OLD", far);
        write("bad/sealed.json", file);

        var captions = file("Captions of documents that are refused, by the reader of bad/sealed.json, and why.");
        byte[] caption = Announcement.of(Packet.parse(good)).toBytes();
        bad(captions, "a byte less", Arrays.copyOf(caption, caption.length - 1), "ANNOUNCEMENT");
        bad(captions, "a byte more", Arrays.copyOf(caption, caption.length + 1), "ANNOUNCEMENT");
        bad(captions, "a header only", Arrays.copyOf(caption, size), "ANNOUNCEMENT");
        bad(captions, "19 MiB and a byte", with(caption, size, 0x01, 0x30, 0, 1), "ANNOUNCEMENT");
        bad(captions, "a negative length", with(caption, size, 0xff, 0xff, 0xff, 0xff), "ANNOUNCEMENT");
        bad(captions, "another length", flipped(caption, size + 3), "ADMISSION_TAG");
        bad(captions, "another digest", flipped(caption, caption.length - 1), "ADMISSION_TAG");
        write("bad/caption.json", captions);
    }

    private byte[] packet(
            @Nullable AdmissionSecret admission, Identity sender, ReaderSecret reader, long number, byte[] content) {
        var envelope = new SealedEnvelope(
                SealVectors.sealWith(filled(ephemeral++)), sender, new Recipient(reader.key(), admission));
        return envelope.wrap(envelope.header(INCARNATION, number), content);
    }

    private byte[] sealed(PacketHeader header, byte[] content) {
        var seal = SealVectors.sealWith(filled(ephemeral++));
        return new Packet(header, seal.seal(SENDER, READER.key(), header, content, 0)).toBytes();
    }

    private byte[] forged(PacketHeader header, NodeKey claimed, byte[] signature, byte[] content) {
        return text(header, JdkHpke.join(claimed.toBytes(), signature, content, new byte[] {1}));
    }

    private byte[] text(PacketHeader header, byte[] text) {
        return new Packet(header, Forge.text(READER.key(), header, text, filled(ephemeral++))).toBytes();
    }

    private static byte[] content() {
        byte[] body = "17".getBytes(StandardCharsets.US_ASCII);
        return new Content("", List.of(new Data(1, 2, List.of(Piece.whole("weather", List.of(), body))))).toBytes();
    }

    /** Stored and compressed blocks alike inflate; level 0 gives the same bytes in every version of zlib. */
    private static byte[] deflated(byte[] content) {
        boolean bomb = content.length > 1000;
        var deflater = new Deflater(bomb ? 9 : 0, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] out = new byte[content.length + 100];
        int size = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, size);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        return flipped(bytes, at, 1);
    }

    private static byte[] flipped(byte[] bytes, int at, int bits) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) bits;
        return flipped;
    }

    private static byte[] with(byte[] bytes, int at, int... values) {
        byte[] copy = bytes.clone();
        for (int i = 0; i < values.length; i++) copy[at + i] = (byte) values[i];
        return copy;
    }

    private static void bad(ObjectNode file, String name, byte[] bytes, String reason) {
        add(file, name).put("bytes", hex(bytes)).put("reason", reason);
    }

    private static void replayed(ObjectNode file, String name, byte[] bytes, String reason, byte[] before) {
        var one = add(file, name);
        one.putArray("accepted").add(hex(before));
        one.put("bytes", hex(bytes)).put("reason", reason);
    }

    static ObjectNode file(String about) {
        var file = SealVectors.JSON.createObjectNode().put("about", about);
        file.putArray("cases");
        return file;
    }

    static ObjectNode add(ObjectNode file, String name) {
        return ((ArrayNode) file.get("cases")).addObject().put("name", name);
    }

    private static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    static void write(String name, ObjectNode file) throws IOException {
        Files.writeString(
                SealVectors.file(name), SealVectors.JSON.writeValueAsString(file) + "\n", StandardCharsets.UTF_8);
    }
}
