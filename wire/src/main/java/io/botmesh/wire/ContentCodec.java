package io.botmesh.wire;

import io.botmesh.wire.Piece.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Content to and from protobuf bytes. Written by hand rather than with generated classes:
 * limits are checked before anything is allocated, what is unknown is counted, and the packer knows sizes before it
 * writes. The tests read and write the same bytes with the generated classes.
 */
final class ContentCodec {
    private final FieldReader in;
    private final ControlReader control;
    private int pieces;
    private int headers;
    private int subjects;

    private ContentCodec(byte[] bytes) {
        in = new FieldReader(bytes);
        control = new ControlReader(in);
    }

    static Content decode(byte[] bytes) {
        return new ContentCodec(bytes).content();
    }

    private Content content() {
        String sender = "";
        var frames = new ArrayList<Frame>();
        int seen = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case ContentLayout.SENDER -> sender = in.text("sender", Limits.MAX_SENDER_BYTES);
                case ContentLayout.FRAME -> {
                    if (++seen > Limits.MAX_FRAMES) throw FieldReader.tooMany("frames", Limits.MAX_FRAMES);
                    int outer = in.begin();
                    Frame frame = frame();
                    in.end(outer);
                    if (frame != null) frames.add(frame);
                }
                default -> in.skip(tag);
            }
        }
        return new Content(sender, frames, in.unknown());
    }

    private @Nullable Frame frame() {
        Frame frame = null;
        boolean empty = true;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            empty = false;
            Frame kind;
            if (tag == ContentLayout.DATA) {
                int outer = in.begin();
                kind = data();
                in.end(outer);
            } else {
                kind = control.read(tag);
                if (kind == null) kind = ConfidentialCodec.read(tag, in);
            }
            if (kind == null) in.skip(tag);
            else if (frame != null) throw FieldReader.invalid("a frame with two kinds");
            else frame = kind;
        }
        if (empty) in.countUnknown();
        return frame;
    }

    private Data data() {
        long stream = 0;
        long sequence = 0;
        var table = new ArrayList<String>();
        var raw = new ArrayList<RawPiece>();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case ContentLayout.STREAM -> stream = in.number("stream");
                case ContentLayout.SEQUENCE -> sequence = in.number("sequence");
                case ContentLayout.SUBJECT -> {
                    if (++subjects > Limits.MAX_PIECES) throw FieldReader.tooMany("subjects", Limits.MAX_PIECES);
                    table.add(in.text("subject", Limits.MAX_SUBJECT_BYTES));
                }
                case ContentLayout.PIECE -> {
                    if (++pieces > Limits.MAX_PIECES) throw FieldReader.tooMany("pieces", Limits.MAX_PIECES);
                    int outer = in.begin();
                    raw.add(piece());
                    in.end(outer);
                }
                default -> in.skip(tag);
            }
        }
        if (raw.isEmpty()) throw FieldReader.invalid("a data frame without pieces");
        if (sequence > Limits.MAX_NUMBER - raw.size()) throw FieldReader.tooLarge("sequence", sequence);
        var list = new ArrayList<Piece>(raw.size());
        for (RawPiece piece : raw) list.add(piece.resolve(table));
        return new Data(stream, sequence, list);
    }

    private RawPiece piece() {
        var piece = new RawPiece();
        int headerBytes = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case ContentLayout.BODY -> piece.body = in.bytes();
                case ContentLayout.POSITION -> {
                    piece.position = position(in.varint());
                }
                case ContentLayout.LENGTH -> piece.length = in.number("length");
                case ContentLayout.SUBJECT_INDEX -> piece.subject = in.number("subject index");
                case ContentLayout.HEADER -> {
                    if (++headers > Limits.MAX_PACKET_HEADERS)
                        throw FieldReader.tooMany("headers", Limits.MAX_PACKET_HEADERS);
                    if (piece.headers.size() >= Limits.MAX_HEADERS)
                        throw FieldReader.tooMany("headers", Limits.MAX_HEADERS);
                    int outer = in.begin();
                    MessageHeader header = header();
                    in.end(outer);
                    headerBytes += header.size();
                    if (headerBytes > Limits.MAX_HEADERS_BYTES) throw FieldReader.tooLong("headers", headerBytes);
                    if (piece.headers.isEmpty()) piece.headers = new ArrayList<>();
                    piece.headers.add(header);
                }
                default -> in.skip(tag);
            }
        }
        return piece;
    }

    private MessageHeader header() {
        String name = "";
        byte[] value = FieldReader.NO_BYTES;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case ContentLayout.HEADER_NAME -> name = in.text("header", Limits.MAX_HEADERS_BYTES);
                case ContentLayout.HEADER_VALUE -> value = in.bytes();
                default -> in.skip(tag);
            }
        }
        if (name.isEmpty()) throw FieldReader.invalid("a header without a name");
        if (Utf8.size(name) + value.length > Limits.MAX_HEADERS_BYTES) {
            throw FieldReader.tooLong("headers", Utf8.size(name) + value.length);
        }
        return new MessageHeader(name, value);
    }

    /** A position that this program does not know cannot be skipped: the message would miss a part. */
    private static Position position(long code) {
        for (Position position : Position.values()) {
            if (position.code == code) return position;
        }
        throw FieldReader.invalid("piece position " + code);
    }

    /** A piece whose subject is still an index: the table may stand behind the pieces. */
    private static final class RawPiece {
        private Position position = Position.WHOLE;
        private byte[] body = FieldReader.NO_BYTES;
        private long length;
        private long subject;
        private List<MessageHeader> headers = List.of();

        private Piece resolve(List<String> table) {
            boolean later = !position.begins();
            if (later ? subject != 0 : subject >= Math.max(1, table.size())) {
                throw FieldReader.invalid("subject " + subject + " of " + table.size());
            }
            String text = later || table.isEmpty() ? "" : table.get((int) subject);
            long whole = position == Position.WHOLE && length == 0 ? body.length : length;
            String flaw = Piece.flaw(position, body.length, whole, text.isEmpty() && headers.isEmpty());
            if (!flaw.isEmpty()) throw FieldReader.invalid(flaw);
            return new Piece(position, body, whole, text, headers);
        }
    }

    static byte[] encode(Content content) {
        int size = ContentLayout.senderSize(content.sender());
        var frames = new ArrayList<Written>();
        for (Frame frame : content.frames()) {
            Written written = switch (frame) {
                case Data data -> written(data);
                case Control control -> written(ControlLayout.frame(control));
                case Confidential confidential -> written(ConfidentialCodec.frame(confidential));
            };
            frames.add(written);
            size += written.size;
        }
        var out = ByteBuffer.allocate(size);
        ContentLayout.writeSender(out, content.sender());
        for (Written frame : frames) frame.write.accept(out);
        return out.array();
    }

    /** A frame that knows its size before it is written. */
    private record Written(int size, Consumer<ByteBuffer> write) {}

    private static Written written(byte[] bytes) {
        return new Written(bytes.length, out -> out.put(bytes));
    }

    private static Written written(Data data) {
        var layout = new ContentLayout.DataLayout(data.stream(), data.sequence());
        for (Piece piece : data.pieces()) {
            layout.add(
                    piece.position(),
                    ByteBuffer.wrap(piece.body()),
                    piece.position() == Position.FIRST ? piece.length() : 0,
                    piece.subject(),
                    piece.headers());
        }
        return new Written(layout.frameSize(), layout::writeTo);
    }
}
