package io.botmesh.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.botmesh.wire.Piece.Position;
import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.OverLimit;
import io.botmesh.wire.WireException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Content to and from protobuf bytes. Written by hand over the library's stream rather than with generated classes:
 * limits are checked before anything is allocated, what is unknown is counted, and the packer knows sizes before it
 * writes. The tests read and write the same bytes with the generated classes.
 */
final class ContentCodec {
    private static final byte[] NO_BYTES = new byte[0];

    private final CodedInputStream in;
    private final ControlReader control = new ControlReader(this);
    private int unknown;
    private int pieces;
    private int headers;
    private int subjects;

    private ContentCodec(byte[] bytes) {
        in = CodedInputStream.newInstance(bytes);
    }

    static Content decode(byte[] bytes) {
        try {
            return new ContentCodec(bytes).content();
        } catch (InvalidProtocolBufferException malformed) {
            throw new Malformed(Reason.CONTENT_MALFORMED, "the content is no protobuf: " + malformed.getMessage());
        } catch (IOException impossible) {
            throw new AssertionError("reading from memory", impossible);
        }
    }

    private Content content() throws IOException {
        String sender = "";
        var frames = new ArrayList<Frame>();
        int seen = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ContentLayout.SENDER -> sender = text("sender", Limits.MAX_SENDER_BYTES);
                case ContentLayout.FRAME -> {
                    if (++seen > Limits.MAX_FRAMES) throw tooMany("frames", Limits.MAX_FRAMES);
                    int outer = begin();
                    Frame frame = frame();
                    end(outer);
                    if (frame != null) frames.add(frame);
                }
                default -> skip(tag);
            }
        }
        return new Content(sender, frames, unknown);
    }

    private @Nullable Frame frame() throws IOException {
        Frame frame = null;
        boolean empty = true;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            empty = false;
            Frame kind;
            if (tag == ContentLayout.DATA) {
                int outer = begin();
                kind = data();
                end(outer);
            } else {
                kind = control.read(tag);
                if (kind == null) kind = ConfidentialCodec.read(tag, this);
            }
            if (kind == null) skip(tag);
            else if (frame != null) throw invalid("a frame with two kinds");
            else frame = kind;
        }
        if (empty) unknown++;
        return frame;
    }

    private Data data() throws IOException {
        long stream = 0;
        long sequence = 0;
        var table = new ArrayList<String>();
        var raw = new ArrayList<RawPiece>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ContentLayout.STREAM -> stream = number("stream");
                case ContentLayout.SEQUENCE -> sequence = number("sequence");
                case ContentLayout.SUBJECT -> {
                    if (++subjects > Limits.MAX_PIECES) throw tooMany("subjects", Limits.MAX_PIECES);
                    table.add(text("subject", Limits.MAX_SUBJECT_BYTES));
                }
                case ContentLayout.PIECE -> {
                    if (++pieces > Limits.MAX_PIECES) throw tooMany("pieces", Limits.MAX_PIECES);
                    int outer = begin();
                    raw.add(piece());
                    end(outer);
                }
                default -> skip(tag);
            }
        }
        if (raw.isEmpty()) throw invalid("a data frame without pieces");
        if (sequence > Limits.MAX_NUMBER - raw.size()) throw tooLarge("sequence", sequence);
        var list = new ArrayList<Piece>(raw.size());
        for (RawPiece piece : raw) list.add(piece.resolve(table));
        return new Data(stream, sequence, list);
    }

    private RawPiece piece() throws IOException {
        var piece = new RawPiece();
        int headerBytes = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ContentLayout.BODY -> piece.body = bytes();
                case ContentLayout.POSITION -> {
                    piece.position = position(in.readRawVarint64());
                }
                case ContentLayout.LENGTH -> piece.length = number("length");
                case ContentLayout.SUBJECT_INDEX -> piece.subject = number("subject index");
                case ContentLayout.HEADER -> {
                    if (++headers > Limits.MAX_PACKET_HEADERS) throw tooMany("headers", Limits.MAX_PACKET_HEADERS);
                    if (piece.headers.size() >= Limits.MAX_HEADERS) throw tooMany("headers", Limits.MAX_HEADERS);
                    int outer = begin();
                    MessageHeader header = header();
                    end(outer);
                    headerBytes += header.size();
                    if (headerBytes > Limits.MAX_HEADERS_BYTES) throw tooLong("headers", headerBytes);
                    if (piece.headers.isEmpty()) piece.headers = new ArrayList<>();
                    piece.headers.add(header);
                }
                default -> skip(tag);
            }
        }
        return piece;
    }

    private MessageHeader header() throws IOException {
        String name = "";
        byte[] value = NO_BYTES;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ContentLayout.HEADER_NAME -> name = text("header", Limits.MAX_HEADERS_BYTES);
                case ContentLayout.HEADER_VALUE -> value = bytes();
                default -> skip(tag);
            }
        }
        if (name.isEmpty()) throw invalid("a header without a name");
        if (Utf8.size(name) + value.length > Limits.MAX_HEADERS_BYTES) {
            throw tooLong("headers", Utf8.size(name) + value.length);
        }
        return new MessageHeader(name, value);
    }

    int tag() throws IOException {
        return in.readTag();
    }

    /** Enters an embedded message; what comes back goes to {@link #end}. */
    int begin() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    void end(int outer) {
        in.popLimit(outer);
    }

    boolean atLimit() throws IOException {
        return in.isAtEnd();
    }

    boolean flag() throws IOException {
        return in.readBool();
    }

    /** The id of a chat, which may be negative. */
    long channel() throws IOException {
        long channel = in.readSInt64();
        if (channel < -Limits.MAX_NUMBER || channel > Limits.MAX_NUMBER) throw tooLarge("channel", channel);
        return channel;
    }

    void skip(int tag) throws IOException {
        unknown++;
        if (!in.skipField(tag)) throw invalid("a group ends that never began");
    }

    /** The stream itself refuses a length beyond its input before it allocates. */
    byte[] bytes() throws IOException {
        byte[] bytes = in.readByteArray();
        return bytes.length == 0 ? NO_BYTES : bytes;
    }

    String text(String what, int most) throws IOException {
        String text = in.readStringRequireUtf8();
        if (text.length() > most || Utf8.size(text) > most) throw tooLong(what, Utf8.size(text));
        return text;
    }

    long number(String what) throws IOException {
        long number = in.readRawVarint64();
        if (number < 0 || number > Limits.MAX_NUMBER) throw tooLarge(what, number);
        return number;
    }

    /** A position that this program does not know cannot be skipped: the message would miss a part. */
    private static Position position(long code) {
        for (Position position : Position.values()) {
            if (position.code == code) return position;
        }
        throw invalid("piece position " + code);
    }

    static Malformed invalid(String what) {
        return new Malformed(Reason.CONTENT_INVALID, what);
    }

    static OverLimit tooMany(String what, int most) {
        return new OverLimit(Reason.LIMIT_COUNT, "more than " + most + " " + what);
    }

    private static OverLimit tooLong(String what, int size) {
        return new OverLimit(Reason.LIMIT_NAME, what + " of " + size + " bytes");
    }

    static OverLimit tooLarge(String what, long number) {
        return new OverLimit(Reason.LIMIT_NUMBER, what + " " + Long.toUnsignedString(number));
    }

    /** A piece whose subject is still an index: the table may stand behind the pieces. */
    private static final class RawPiece {
        private Position position = Position.WHOLE;
        private byte[] body = NO_BYTES;
        private long length;
        private long subject;
        private List<MessageHeader> headers = List.of();

        private Piece resolve(List<String> table) {
            boolean later = !position.begins();
            if (later ? subject != 0 : subject >= Math.max(1, table.size())) {
                throw invalid("subject " + subject + " of " + table.size());
            }
            String text = later || table.isEmpty() ? "" : table.get((int) subject);
            long whole = position == Position.WHOLE && length == 0 ? body.length : length;
            String flaw = Piece.flaw(position, body.length, whole, text.isEmpty() && headers.isEmpty());
            if (!flaw.isEmpty()) throw invalid(flaw);
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
