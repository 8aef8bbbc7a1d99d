package io.botmesh.wire;

import io.botmesh.wire.WireException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes all vectors but those of the armour's alphabets, which come from elsewhere. Run by hand when the protocol
 * gains something; what stands in the files must be reviewed, and what stood there must not change.
 */
final class WriteVectors {
    private static final List<MessageHeader> NONE = List.of();

    private WriteVectors() {}

    public static void main(String[] args) throws IOException {
        goodHeaders();
        goodContents();
        goodPackets();
        badArmour();
        badHeaders();
        badContents();
        badPackets();
        WriteControlVectors.write();
        WriteStreamVectors.write();
        LinkVectors.write();
        ConfidentialVectors.write();
    }

    // --- good

    private static List<PacketHeader> headers() {
        var plain = PacketHeader.plain(PacketHeader.labelId("words"), 0x0123456789abcdefL, 0);
        return List.of(
                plain,
                plain.withPacketNumber(127),
                plain.withPacketNumber(128),
                plain.withPacketNumber(16_384).withDeflated(true),
                plain.withPacketNumber(Limits.MAX_NUMBER),
                plain.withPacketNumber(7).withAdmissionTag(0xfedcba9876543210L),
                plain.withSealed(true),
                plain.withSealed(true).withDeflated(true).withAdmissionTag(0L).withPacketNumber(1_000_000),
                new PacketHeader(false, false, 0, 0, 0, null),
                new PacketHeader(true, true, -1, -1, Limits.MAX_NUMBER, -1L));
    }

    private static void goodHeaders() throws IOException {
        var file = file("Headers and their bytes; a parser ignores what follows them. Labels and their recipient ids.");
        for (PacketHeader header : headers()) {
            add(file, header.sealed() ? "sealed" : "plain", header.toBytes()).set("header", Vectors.json(header));
        }
        var labels = file.putArray("labels");
        for (String label : List.of("", "words", "weather/riga", "\u0440\u0438\u0433\u0430")) {
            labels.addObject()
                    .put("label", label)
                    .put("recipient", Vectors.HEX.toHexDigits(PacketHeader.labelId(label)));
        }
        write("good/header.json", file);
    }

    private record Named(String name, Content content) {}

    private static List<Named> contents() {
        var small = Piece.whole("", NONE, text("hello"));
        var many = new ArrayList<Piece>();
        for (int i = 0; i < 12; i++) many.add(Piece.whole(i % 3 == 0 ? "a" : "b.c", NONE, new byte[] {(byte) i}));
        var big = new byte[300];
        Arrays.fill(big, (byte) 'x');
        return List.of(
                new Named("nothing", new Content("", List.of())),
                new Named("a sender only", new Content("node-1", List.of())),
                new Named("one message", new Content("", List.of(new Data(0, 0, List.of(small))))),
                new Named(
                        "an empty message",
                        new Content("", List.of(new Data(0, 0, List.of(Piece.whole("", NONE, new byte[0])))))),
                new Named(
                        "one subject",
                        new Content("n", List.of(new Data(1, 2, List.of(Piece.whole("weather", NONE, text("17"))))))),
                new Named("two subjects", new Content("n", List.of(new Data(1, 200, many)))),
                new Named(
                        "no subject, then one",
                        new Content("n", List.of(new Data(1, 3, List.of(small, Piece.whole("s", NONE, new byte[0])))))),
                new Named(
                        "headers",
                        new Content(
                                "n",
                                List.of(new Data(
                                        1,
                                        3,
                                        List.of(Piece.whole(
                                                "s",
                                                List.of(
                                                        MessageHeader.of("id", "7"),
                                                        new MessageHeader("empty", new byte[0]),
                                                        MessageHeader.of("id", "\u00e9")),
                                                big)))))),
                new Named(
                        "a run",
                        new Content(
                                "n",
                                List.of(new Data(
                                        4,
                                        300,
                                        List.of(
                                                Piece.last(text("end")),
                                                Piece.first(
                                                        "s", List.of(MessageHeader.of("id", "8")), text("begin"), 300),
                                                Piece.middle(big)))))),
                new Named(
                        "two streams",
                        new Content(
                                "\u0443\u0437\u0435\u043b",
                                List.of(
                                        new Data(1, 0, List.of(small, small)),
                                        new Data(2, 1_000_000, List.of(small)),
                                        new Data(1, 2, List.of(small))))),
                new Named(
                        "largest numbers",
                        new Content(
                                "n",
                                List.of(new Data(
                                        Limits.MAX_NUMBER,
                                        Limits.MAX_NUMBER - 1,
                                        List.of(Piece.first("", NONE, new byte[] {0}, Limits.MAX_NUMBER)))))));
    }

    private static void goodContents() throws IOException {
        var file = file("Contents and their protobuf bytes. A writer produces exactly the bytes of those marked"
                + " canonical; a reader reads all.");
        for (Named named : contents()) {
            var one = add(file, named.name, named.content.toBytes());
            one.put("canonical", true).set("content", Vectors.json(named.content));
        }
        byte[] piece = field(0x22, field(0x0a, text("hi")));
        tolerated(file, "subjects behind the pieces", frame(piece, field(0x1a, text("s"))));
        tolerated(file, "a table that is not used up", frame(field(0x1a, text("s")), field(0x1a, text("t")), piece));
        tolerated(file, "stream after the pieces", frame(piece, new byte[] {0x08, 5}));
        tolerated(file, "the length of a whole message", frame(field(0x22, field(0x0a, text("hi")), new byte[] {0x18, 2
        })));
        tolerated(file, "varints longer than needed", frame(piece, new byte[] {0x08, (byte) 0x85, (byte) 0x80, 0}));
        tolerated(file, "the last of two senders counts", join(field(0x0a, text("a")), field(0x0a, text("b"))));
        tolerated(
                file,
                "unknown fields of every wire type",
                join(
                        new byte[] {0x78, 1}, // varint
                        new byte[] {0x79, 1, 2, 3, 4, 5, 6, 7, 8}, // 64 bits
                        field(0x7a, text("later")),
                        new byte[] {0x7b, 0x08, 1, 0x7c}, // group
                        new byte[] {0x7d, 1, 2, 3, 4}, // 32 bits
                        frame(piece, new byte[] {0x30, 1}),
                        frame(field(0x22, field(0x0a, text("hi")), new byte[] {0x30, 1}))));
        tolerated(
                file,
                "frames of a later version",
                join(field(0x12, field(0x62, text("object"))), field(0x12), frame(piece), field(0x12, field(0x7a))));
        tolerated(file, "a known field with another wire type is unknown", new byte[] {0x08, 1});
        tolerated(file, "a hundred groups inside each other", groups(100));
        tolerated(file, "two unknown fields in a frame of no kind", field(0x12, new byte[] {0x78, 1, 0x78, 2}));
        write("good/content.json", file);
    }

    private static void tolerated(ObjectNode file, String name, byte[] bytes) {
        var one = add(file, name, bytes);
        one.put("canonical", false).set("content", Vectors.json(Content.parse(bytes, false)));
    }

    private static void goodPackets() throws IOException {
        var file =
                file("Packets, the posts that carry them, and what they hold; of sealed ones the body as it stands.");
        var plain = PacketHeader.plain(PacketHeader.labelId("words"), 0x0123456789abcdefL, 300);
        for (Named named : contents()) packet(file, named.name, new Packet(plain, named.content.toBytes()));
        packet(
                file,
                "tagged",
                new Packet(plain.withAdmissionTag(1L), contents().get(4).content.toBytes()));
        var lines = new ArrayList<Outgoing>();
        for (int i = 0; i < 40; i++) lines.add(Outgoing.of("words", NONE, text("word-" + i + " " + i * i)));
        var packed = new Packer().pack(plain, "node-1", 3, 70, lines, 7678);
        packet(file, "deflated", Packet.parse(packed.packet()));
        packet(
                file,
                "stored blocks only",
                new Packet(
                        plain.withDeflated(true),
                        stored(contents().get(5).content.toBytes())));
        packet(file, "sealed", new Packet(plain.withSealed(true).withDeflated(true), text("not opened here")));
        write("good/packet.json", file);
    }

    private static void packet(ObjectNode file, String name, Packet packet) {
        byte[] bytes = packet.toBytes();
        var one = add(file, name, bytes);
        one.put("text", Armour.BASE32768.encode(bytes));
        one.set("header", Vectors.json(packet.header()));
        if (packet.header().sealed()) {
            one.put("body", Vectors.HEX.formatHex(packet.body()));
        } else {
            one.set("content", Vectors.json(packet.content()));
        }
    }

    // --- bad

    private static void badArmour() throws IOException {
        var file = file("Texts that are no armour, and why.");
        post(file, "no text", "", Reason.EMPTY);
        post(file, "a greeting", "hello", Reason.ARMOUR_UNKNOWN);
        post(file, "a blank before it", " AAAA", Reason.ARMOUR_UNKNOWN);
        post(file, "an armour of later", "Dxx", Reason.ARMOUR_UNKNOWN);
        post(file, "a sentence", "All the best", Reason.ARMOUR_CHARACTER);
        post(file, "plain base64", "A+/AA", Reason.ARMOUR_CHARACTER);
        post(file, "padding characters", "AAA==", Reason.ARMOUR_CHARACTER);
        post(file, "a letter that is no ASCII", "AAA\u0410A", Reason.ARMOUR_CHARACTER);
        post(file, "a character too many", "AAAAAA", Reason.ARMOUR_LENGTH);
        post(file, "four padding bits", "AAB", Reason.ARMOUR_PADDING);
        post(file, "two padding bits", "AAAB", Reason.ARMOUR_PADDING);
        post(file, "ASCII in base32768", "BAAA", Reason.ARMOUR_CHARACTER);
        post(file, "half a surrogate pair", "B\u04a0\ud83d", Reason.ARMOUR_CHARACTER);
        post(file, "a tail that is not last", "B\u0180\u04a0", Reason.ARMOUR_CHARACTER);
        post(file, "padding of zeros in 15 bits", "B\u04a0", Reason.ARMOUR_PADDING);
        post(file, "padding of zeros in 7 bits", "B\u04a0\u0180", Reason.ARMOUR_PADDING);
        post(file, "a tail of padding only", "B" + "\u04a0".repeat(8) + "\u029f", Reason.ARMOUR_PADDING);
        post(file, "ASCII in base65536", "CAA", Reason.ARMOUR_CHARACTER);
        post(file, "half a surrogate pair in base65536", "C\u3400\ud840", Reason.ARMOUR_CHARACTER);
        post(file, "a single byte that is not last", "C\u1500\u3400", Reason.ARMOUR_CHARACTER);
        post(file, "two single bytes", "C\u1500\u1501", Reason.ARMOUR_CHARACTER);
        post(file, "between the blocks of base65536", "C\u4d00", Reason.ARMOUR_CHARACTER);
        post(file, "behind the last block", "C\ud861\ude00", Reason.ARMOUR_CHARACTER);
        write("bad/armour.json", file);
    }

    private static void badHeaders() throws IOException {
        var file = file("Bytes that start with no header, and why; cutting a good header anywhere is one more.");
        bad(file, "nothing", new byte[0], Reason.EMPTY);
        bad(file, "version 0", header(0, 0, 0), Reason.VERSION_UNKNOWN);
        bad(file, "version 2", header(2, 0, 0), Reason.VERSION_UNKNOWN);
        bad(file, "a JPEG", new byte[] {-1, -40, -1, -32, 0, 16}, Reason.VERSION_UNKNOWN);
        bad(file, "version only", new byte[] {1}, Reason.HEADER_TRUNCATED);
        bad(file, "no packet number", Arrays.copyOf(header(1, 0, 0), 14), Reason.HEADER_TRUNCATED);
        bad(file, "half a packet number", header(1, 0, 0x80), Reason.HEADER_TRUNCATED);
        bad(file, "half an admission tag", header(1, 4, 0, 1, 2, 3, 4), Reason.HEADER_TRUNCATED);
        for (int flag = 8; flag < 256; flag *= 2) bad(file, "flag " + flag, header(1, flag, 0), Reason.FLAGS_RESERVED);
        bad(file, "zero in two bytes", header(1, 0, 0x80, 0), Reason.HEADER_NUMBER);
        bad(file, "one in three bytes", header(1, 0, 0x81, 0x80, 0), Reason.HEADER_NUMBER);
        bad(file, "2^53", header(1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10), Reason.HEADER_NUMBER);
        bad(file, "nine bytes", header(1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), Reason.HEADER_NUMBER);
        write("bad/header.json", file);
    }

    private static byte[] header(int version, int flags, int... numberAndTag) {
        var out = ByteBuffer.allocate(14 + numberAndTag.length);
        out.put((byte) version).put((byte) flags).putInt(0x01020304).putLong(0x1122334455667788L);
        for (int b : numberAndTag) out.put((byte) b);
        return out.array();
    }

    private static void badContents() throws IOException {
        var file = file("Uncompressed contents that are refused, and why.");
        byte[] body = field(0x0a, text("hi"));
        byte[] whole = field(0x22, body);
        Reason malformed = Reason.CONTENT_MALFORMED;
        bad(file, "half a tag", new byte[] {(byte) 0x8a}, malformed);
        bad(file, "tag zero", new byte[] {0}, malformed);
        bad(file, "a length beyond the end", new byte[] {0x0a, 5, 'a'}, malformed);
        bad(file, "a length of 2 GiB", new byte[] {0x0a, -1, -1, -1, -1, 7}, malformed);
        bad(file, "a negative length", new byte[] {0x12, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, malformed);
        bad(file, "an inner length beyond the outer", field(0x12, new byte[] {0x0a, 9, 0x22, 0}), malformed);
        bad(
                file,
                "a number of eleven bytes",
                frame(whole, new byte[] {0x08, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, 0}),
                malformed);
        byte[] endless = new byte[10];
        Arrays.fill(endless, (byte) -1);
        bad(
                file,
                "a number of ten bytes that does not end",
                join(new byte[] {0x78}, endless, new byte[] {0}),
                malformed);
        bad(file, "a group that does not end", new byte[] {0x7b, 0x08, 1}, malformed);
        bad(file, "a group that never began", new byte[] {0x7c}, malformed);
        bad(file, "a group that another one ends", new byte[] {0x7b, 0x74}, malformed);
        bad(file, "a hundred and one groups inside each other", groups(101), malformed);
        bad(file, "wire type 6", new byte[] {0x7e, 0}, malformed);
        byte[] more = {-128, -128, -128, -128, 16}; // 2^32
        bad(
                file,
                "a tag of 33 bits",
                join(new byte[] {(byte) 0x8a}, Arrays.copyOfRange(more, 1, 5), text("x")),
                malformed);
        bad(file, "a length of 2^32 for no bytes", join(new byte[] {0x0a}, more), malformed);
        bad(file, "a frame's length of 2^32 for none", join(new byte[] {0x12}, more), malformed);
        bad(file, "a body's length of 2^32 for none", piece(new byte[] {0x0a}, more), malformed);
        bad(file, "a length of 2^32 that is skipped", join(new byte[] {0x7a}, more), malformed);
        bad(file, "a name that is no UTF-8", field(0x0a, new byte[] {-1}), malformed);
        bad(
                file,
                "a sign that is not as short as it can be",
                field(0x0a, new byte[] {(byte) 0xc1, (byte) 0x81}),
                malformed);
        bad(file, "a surrogate in UTF-8", field(0x0a, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}), malformed);

        Reason invalid = Reason.CONTENT_INVALID;
        bad(file, "a data frame without pieces", frame(new byte[] {0x08, 1}), invalid);
        bad(file, "a frame of two kinds", field(0x12, field(0x0a, whole), field(0x0a, whole)), invalid);
        bad(file, "an unknown position", piece(body, new byte[] {0x10, 4}), invalid);
        bad(
                file,
                "a negative position",
                piece(body, new byte[] {0x10, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}),
                invalid);
        bad(file, "a whole message that says more", piece(body, new byte[] {0x18, 3}), invalid);
        bad(file, "a first piece without bytes", piece(new byte[] {0x10, 1, 0x18, 3}), invalid);
        bad(file, "a first piece without length", piece(body, new byte[] {0x10, 1}), invalid);
        bad(file, "a first piece that is all", piece(body, new byte[] {0x10, 1, 0x18, 2}), invalid);
        bad(file, "a middle piece without bytes", piece(new byte[] {0x10, 2}), invalid);
        bad(file, "a middle piece with length", piece(body, new byte[] {0x10, 2, 0x18, 9}), invalid);
        bad(
                file,
                "a last piece with subject",
                frame(field(0x1a, text("a")), field(0x1a, text("b")), field(0x22, body, new byte[] {0x10, 3, 0x20, 1})),
                invalid);
        bad(
                file,
                "a last piece with headers",
                piece(body, new byte[] {0x10, 3}, field(0x2a, field(0x0a, text("h")))),
                invalid);
        bad(
                file,
                "a subject beyond the table",
                frame(field(0x1a, text("a")), field(0x22, body, new byte[] {0x20, 1})),
                invalid);
        bad(file, "a subject without table", piece(body, new byte[] {0x20, 1}), invalid);
        bad(file, "a header without name", piece(body, field(0x2a, field(0x12, text("v")))), invalid);

        bad(file, "a sender of 129 bytes", field(0x0a, text("x".repeat(129))), Reason.LIMIT_NAME);
        bad(file, "a subject of 257 bytes", frame(field(0x1a, text("x".repeat(257))), whole), Reason.LIMIT_NAME);
        bad(
                file,
                "a header of 1025 bytes",
                piece(field(0x2a, field(0x0a, text("h")), field(0x12, new byte[1024]))),
                Reason.LIMIT_NAME);
        bad(
                file,
                "headers of 1026 bytes",
                piece(
                        field(0x2a, field(0x0a, text("h")), field(0x12, new byte[512])),
                        field(0x2a, field(0x0a, text("h")), field(0x12, new byte[512]))),
                Reason.LIMIT_NAME);
        bad(
                file,
                "33 headers",
                piece(join(Collections.nCopies(33, field(0x2a, field(0x0a, text("h"))))
                        .toArray(byte[][]::new))),
                Reason.LIMIT_COUNT);
        bad(
                file,
                "stream 2^53",
                frame(whole, new byte[] {0x08, -128, -128, -128, -128, -128, -128, -128, 0x10}),
                Reason.LIMIT_NUMBER);
        bad(
                file,
                "sequence 2^53 after the last piece",
                frame(whole, new byte[] {0x10, -1, -1, -1, -1, -1, -1, -1, 0x0f}),
                Reason.LIMIT_NUMBER);
        bad(
                file,
                "length 2^64 - 1",
                piece(body, new byte[] {0x10, 1, 0x18, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}),
                Reason.LIMIT_NUMBER);
        write("bad/content.json", file);
    }

    private static void badPackets() throws IOException {
        var file = file("Packets that are refused, and why; cutting a good plain one anywhere is one more.");
        var plain = PacketHeader.plain(1, 2, 3);
        var deflated = plain.withDeflated(true);
        byte[] content = contents().get(5).content.toBytes();
        byte[] good = new Packet(plain, content).toBytes();
        byte[] wrong = good.clone();
        wrong[wrong.length - 1] ^= 1;
        bad(file, "another checksum", wrong, Reason.CHECKSUM);
        byte[] garbled = good.clone();
        garbled[20] ^= 0x20;
        bad(file, "a garbled byte", garbled, Reason.CHECKSUM);
        byte[] redirected = good.clone();
        redirected[3] ^= 1;
        bad(file, "another recipient", redirected, Reason.CHECKSUM);
        bad(file, "a byte more", Arrays.copyOf(good, good.length + 1), Reason.CHECKSUM);
        var crc = new CRC32C();
        crc.update(good, 0, good.length - 4);
        byte[] little = good.clone();
        ByteBuffer.wrap(little).putInt(little.length - 4, Integer.reverseBytes((int) crc.getValue()));
        bad(file, "a little-endian checksum", little, Reason.CHECKSUM);
        bad(file, "no checksum", Arrays.copyOf(good, good.length - 4), Reason.CHECKSUM);
        bad(file, "a header only", header(1, 0, 0), Reason.CHECKSUM);
        bad(file, "sealed", new Packet(plain.withSealed(true), content).toBytes(), Reason.SEALED);
        bad(
                file,
                "not compressed, flagged so",
                new Packet(deflated, new byte[] {-1, -1, -1}).toBytes(),
                Reason.DEFLATE_BROKEN);
        bad(file, "no compressed bytes", new Packet(deflated, new byte[0]).toBytes(), Reason.DEFLATE_BROKEN);
        byte[] stored = stored(content);
        bad(
                file,
                "half a compressed body",
                new Packet(deflated, Arrays.copyOf(stored, stored.length / 2)).toBytes(),
                Reason.DEFLATE_BROKEN);
        bad(
                file,
                "a byte after the compressed body",
                new Packet(deflated, Arrays.copyOf(stored, stored.length + 1)).toBytes(),
                Reason.DEFLATE_BROKEN);
        bad(
                file,
                "zlib instead of raw",
                new Packet(deflated, join(new byte[] {0x78, (byte) 0x9c}, stored)).toBytes(),
                Reason.DEFLATE_BROKEN);
        bad(
                file,
                "a bomb",
                new Packet(deflated, ContentTest.deflated(new byte[Limits.MAX_TEXT_CONTENT_BYTES + 1])).toBytes(),
                Reason.DEFLATE_BOMB);
        byte[] frames =
                join(Collections.nCopies(Limits.MAX_FRAMES + 1, field(0x12)).toArray(byte[][]::new));
        bad(file, "4097 frames", new Packet(deflated, ContentTest.deflated(frames)).toBytes(), Reason.LIMIT_COUNT);
        byte[] pieces = frame(
                join(Collections.nCopies(Limits.MAX_PIECES + 1, field(0x22)).toArray(byte[][]::new)));
        bad(file, "262145 pieces", new Packet(deflated, ContentTest.deflated(pieces)).toBytes(), Reason.LIMIT_COUNT);
        bad(
                file,
                "a compressed content that is none",
                new Packet(deflated, stored(new byte[] {0x0a, 5, 'a'})).toBytes(),
                Reason.CONTENT_MALFORMED);
        write("bad/packet.json", file);
    }

    // --- bytes

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    /** Unknown groups, each but the innermost around another one. */
    private static byte[] groups(int depth) {
        var bytes = new byte[2 * depth];
        Arrays.fill(bytes, 0, depth, (byte) 0x7b);
        Arrays.fill(bytes, depth, 2 * depth, (byte) 0x7c);
        return bytes;
    }

    static byte[] field(int tag, byte[]... parts) {
        byte[] inner = join(parts);
        var out = ByteBuffer.allocate(1 + Varint.size(inner.length) + inner.length);
        out.put((byte) tag);
        Varint.write(out, inner.length);
        return out.put(inner).array();
    }

    private static byte[] frame(byte[]... dataFields) {
        return field(0x12, field(0x0a, dataFields));
    }

    private static byte[] piece(byte[]... pieceFields) {
        return frame(field(0x22, pieceFields));
    }

    /** Raw DEFLATE without compression: one stored block (RFC 1951, 3.2.4). */
    private static byte[] stored(byte[] bytes) {
        var out = ByteBuffer.allocate(5 + bytes.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return out.put((byte) 1)
                .putShort((short) bytes.length)
                .putShort((short) ~bytes.length)
                .put(bytes)
                .array();
    }

    // --- files

    static ObjectNode file(String about) {
        var file = Vectors.JSON.createObjectNode().put("about", about);
        file.putArray("cases");
        return file;
    }

    static ObjectNode add(ObjectNode file, String name, byte[] bytes) {
        return ((ArrayNode) file.get("cases")).addObject().put("name", name).put("bytes", Vectors.HEX.formatHex(bytes));
    }

    static void bad(ObjectNode file, String name, byte[] bytes, Reason reason) {
        add(file, name, bytes).put("reason", reason.name());
    }

    private static void post(ObjectNode file, String name, String text, Reason reason) {
        ((ArrayNode) file.get("cases"))
                .addObject()
                .put("name", name)
                .put("text", text)
                .put("reason", reason.name());
    }

    static void write(String name, ObjectNode file) throws IOException {
        Files.createDirectories(Vectors.file(name).getParent());
        Files.writeString(Vectors.file(name), Vectors.JSON.writeValueAsString(file) + "\n", StandardCharsets.UTF_8);
    }
}
