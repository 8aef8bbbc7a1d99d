package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.botmesh.wire.Piece.Position;
import io.botmesh.wire.WireException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** The hand-written codec against the classes that protoc generates from the same file. */
class ContentTest {
    @Test
    void anotherProtobufReadsWhatWeWrite() throws Exception {
        var random = Seed.random("anotherProtobufReadsWhatWeWrite");
        for (int i = 0; i < 300; i++) {
            var content = content(random);
            var read = io.botmesh.wire.proto.Content.parseFrom(content.toBytes());
            assertThat(read.getSender()).isEqualTo(content.sender());
            assertThat(read.getFramesCount()).isEqualTo(content.frames().size());
            for (int f = 0; f < read.getFramesCount(); f++) {
                Frame frame = content.frames().get(f);
                assertThat(read.getFrames(f).hasData()).isEqualTo(frame instanceof Data);
                if (frame instanceof Confidential confidential) {
                    assertThat(read.getFrames(f)).isEqualTo(ConfidentialTest.generated(confidential));
                } else if (frame instanceof Control control) {
                    assertThat(read.getFrames(f)).isEqualTo(ControlTest.generated(control));
                } else {
                    assertThat(content(read.getFrames(f).getData())).isEqualTo(frame);
                }
            }
            // Same order of fields and no defaults: what protobuf calls deterministic output.
            assertThat(read.toByteArray()).isEqualTo(content.toBytes());
        }
    }

    @Test
    void weReadWhatWeWroteAndWhatAnotherProtobufWrites() {
        var random = Seed.random("weReadWhatWeWroteAndWhatAnotherProtobufWrites");
        for (int i = 0; i < 300; i++) {
            var content = content(random);
            assertThat(Content.parse(content.toBytes(), false)).isEqualTo(content);
            assertThat(Content.parse(generated(content).toByteArray(), false)).isEqualTo(content);
            assertThat(Content.parse(deflated(content.toBytes()), true)).isEqualTo(content);
        }
    }

    @Test
    void aSmallMessageCostsAtMostSixBytes() {
        for (int bytes : new int[] {0, 1, 10, 100, 121}) {
            var one = new Data(1, 1_000, List.of(Piece.whole("words", List.of(), new byte[bytes])));
            var pieces = new ArrayList<>(one.pieces());
            pieces.addAll(one.pieces());
            var two = new Data(1, 1_000, pieces);
            int cost = new Content("", List.of(two)).toBytes().length - new Content("", List.of(one)).toBytes().length;
            // The frame's own length may grow by a byte as well.
            assertThat(cost - bytes).isLessThanOrEqualTo(6);
        }
        var several = new ArrayList<Piece>();
        for (int i = 0; i < 100; i++) several.add(Piece.whole("subject-" + i % 2, List.of(), new byte[100]));
        int size = new Content("", List.of(new Data(1, 5, several))).toBytes().length;
        assertThat(size).isLessThanOrEqualTo(100 * 106 + 40);
    }

    @Test
    void whatIsUnknownIsSkippedAndCounted() throws IOException {
        var known = new Content("me", List.of(new Data(0, 0, List.of(Piece.whole("", List.of(), new byte[] {5})))));
        var out = new ByteArrayOutputStream();
        var coded = CodedOutputStream.newInstance(out);
        coded.writeString(15, "a field of a later version");
        coded.writeBytes(2, ByteString.copyFrom(new byte[] {12 << 3 | 2, 3, 1, 2, 3})); // a frame of a later version
        coded.writeBytes(2, ByteString.EMPTY);
        coded.flush();
        out.writeBytes(known.toBytes());
        assertThat(Content.parse(out.toByteArray(), false)).isEqualTo(new Content("me", known.frames(), 3));
    }

    @Test
    void aSubjectTableBehindThePiecesIsUsed() {
        byte[] content = {
            0x12,
            0x0b,
            0x0a,
            0x09, // frame, data
            0x22,
            0x04,
            0x0a,
            0x02,
            'h',
            'i', // piece
            0x1a,
            0x01,
            's' // subject
        };
        assertThat(Content.parse(content, false).frames())
                .containsExactly(new Data(
                        0, 0, List.of(Piece.whole("s", List.of(), "hi".getBytes(StandardCharsets.UTF_8)))));
    }

    @Test
    void aBombIsRefusedAtItsLimit() {
        byte[] full = new byte[Limits.MAX_TEXT_CONTENT_BYTES];
        assertRefused(deflated(full), true, Reason.CONTENT_MALFORMED); // inflated, and then no content
        assertRefused(deflated(new byte[full.length + 1]), true, Reason.DEFLATE_BOMB);
        assertRefused(deflated(new byte[4 * full.length]), true, Reason.DEFLATE_BOMB);
        byte[] document = deflated(new byte[Limits.MAX_CONTENT_BYTES + 1]);
        assertThat(document.length).isGreaterThan(Limits.TEXT_BODY_BYTES);
        assertRefused(document, true, Reason.DEFLATE_BOMB);
    }

    @Test
    void aCompressedBodyMustEndWhereItsStreamEnds() {
        byte[] body = deflated(content(new SplittableRandom(1)).toBytes());
        for (int length = 0; length < body.length; length++) {
            assertRefused(java.util.Arrays.copyOf(body, length), true, Reason.DEFLATE_BROKEN);
        }
        assertRefused(java.util.Arrays.copyOf(body, body.length + 1), true, Reason.DEFLATE_BROKEN);
    }

    @Test
    void manyEmptyPiecesAreRefusedBeforeTheyFillTheMemory() {
        var pieces = new ByteArrayOutputStream();
        for (int i = 0; i <= Limits.MAX_PIECES; i++) pieces.writeBytes(new byte[] {0x22, 0});
        byte[] content = io.botmesh.wire.proto.Content.newBuilder().build().toByteArray();
        var out = new ByteArrayOutputStream();
        out.writeBytes(content);
        out.writeBytes(framed(0x12, framed(0x0a, pieces.toByteArray())));
        assertRefused(out.toByteArray(), false, Reason.LIMIT_COUNT);
    }

    private static byte[] framed(int tag, byte[] inner) {
        var out = java.nio.ByteBuffer.allocate(1 + Varint.size(inner.length) + inner.length);
        out.put((byte) tag);
        Varint.write(out, inner.length);
        return out.put(inner).array();
    }

    static void assertRefused(byte[] body, boolean deflated, Reason reason) {
        assertThatThrownBy(() -> Content.parse(body, deflated))
                .isInstanceOfSatisfying(
                        WireException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason));
    }

    static byte[] deflated(byte[] bytes) {
        var deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        var out = new byte[bytes.length + 100];
        int size = deflater.deflate(out);
        deflater.end();
        return java.util.Arrays.copyOf(out, size);
    }

    // --- to and from the generated classes

    static io.botmesh.wire.proto.Content generated(Content content) {
        var out = io.botmesh.wire.proto.Content.newBuilder().setSender(content.sender());
        for (Frame frame : content.frames()) {
            if (frame instanceof Control control) {
                out.addFrames(ControlTest.generated(control));
                continue;
            }
            if (frame instanceof Confidential confidential) {
                out.addFrames(ConfidentialTest.generated(confidential));
                continue;
            }
            Data data = (Data) frame;
            var to = io.botmesh.wire.proto.Data.newBuilder()
                    .setStream(data.stream())
                    .setSequence(data.sequence());
            for (Piece piece : data.pieces()) {
                var p = io.botmesh.wire.proto.Piece.newBuilder()
                        .setBody(ByteString.copyFrom(piece.body()))
                        .setPositionValue(piece.position().code);
                if (piece.position() == Position.FIRST) p.setLength(piece.length());
                if (piece.position().begins()) {
                    // A table with an entry per piece, and the length of whole pieces said: legal, only longer.
                    p.setSubject(to.getSubjectsCount());
                    p.setLength(piece.length());
                    to.addSubjects(piece.subject());
                }
                for (MessageHeader header : piece.headers()) {
                    p.addHeaders(io.botmesh.wire.proto.Header.newBuilder()
                            .setName(header.name())
                            .setValue(ByteString.copyFrom(header.value())));
                }
                to.addPieces(p);
            }
            out.addFrames(io.botmesh.wire.proto.Frame.newBuilder().setData(to));
        }
        return out.build();
    }

    private static Data content(io.botmesh.wire.proto.Data data) {
        var pieces = new ArrayList<Piece>();
        for (var piece : data.getPiecesList()) {
            var position = Position.valueOf(piece.getPosition().name());
            var headers = piece.getHeadersList().stream()
                    .map(header -> new MessageHeader(
                            header.getName(), header.getValue().toByteArray()))
                    .toList();
            String subject =
                    position.begins() && data.getSubjectsCount() > 0 ? data.getSubjects(piece.getSubject()) : "";
            byte[] body = piece.getBody().toByteArray();
            pieces.add(new Piece(
                    position, body, position == Position.WHOLE ? body.length : piece.getLength(), subject, headers));
        }
        return new Data(data.getStream(), data.getSequence(), pieces);
    }

    static Content content(SplittableRandom random) {
        var frames = new ArrayList<Frame>();
        for (int f = random.nextInt(4); f > 0; f--) {
            var pieces = new ArrayList<Piece>();
            int subjects = 1 + random.nextInt(4);
            for (int p = random.nextInt(30); p >= 0; p--) pieces.add(piece(random, random.nextInt(subjects)));
            frames.add(new Data(number(random), number(random) / 2, pieces));
            if (random.nextBoolean()) frames.add(ControlTest.control(random));
            if (random.nextInt(4) == 0) frames.add(ConfidentialTest.confidential(random));
        }
        return new Content(random.nextBoolean() ? "" : "node-\u00e9-" + random.nextInt(100), frames);
    }

    private static Piece piece(SplittableRandom random, int subject) {
        String name = subject == 0 ? "" : "subject." + subject + ".\ud83d\ude00".repeat(subject % 2);
        var headers = new ArrayList<MessageHeader>();
        for (int h = random.nextInt(5) - 2; h > 0; h--) {
            headers.add(new MessageHeader("name-" + h, Seed.bytes(random, random.nextInt(20))));
        }
        byte[] body = Seed.bytes(random, 1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 200));
        return switch (random.nextInt(6)) {
            case 0 -> Piece.first(name, headers, body, body.length + 1 + number(random) / 2);
            case 1 -> Piece.middle(body);
            case 2 -> Piece.last(body);
            case 3 -> Piece.whole(name, headers, new byte[0]);
            default -> Piece.whole(name, headers, body);
        };
    }

    static long number(SplittableRandom random) {
        return random.nextLong() >>> (11 + random.nextInt(53));
    }
}
