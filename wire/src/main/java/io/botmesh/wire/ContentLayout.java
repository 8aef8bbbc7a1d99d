package io.botmesh.wire;

import io.botmesh.wire.Piece.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tags, sizes and bytes of {@code wire.proto}: fields in the order of their numbers, defaults left out. */
final class ContentLayout {
    // Content
    static final int SENDER = 1 << 3 | 2;
    static final int FRAME = 2 << 3 | 2;
    // Frame
    static final int DATA = 1 << 3 | 2;
    // Data
    static final int STREAM = 1 << 3;
    static final int SEQUENCE = 2 << 3;
    static final int SUBJECT = 3 << 3 | 2;
    static final int PIECE = 4 << 3 | 2;
    // Piece
    static final int BODY = 1 << 3 | 2;
    static final int POSITION = 2 << 3;
    static final int LENGTH = 3 << 3;
    static final int SUBJECT_INDEX = 4 << 3;
    static final int HEADER = 5 << 3 | 2;
    // Header
    static final int HEADER_NAME = 1 << 3 | 2;
    static final int HEADER_VALUE = 2 << 3 | 2;

    private ContentLayout() {}

    static int senderSize(String sender) {
        return sender.isEmpty() ? 0 : delimited(Utf8.size(sender));
    }

    static void writeSender(ByteBuffer out, String sender) {
        if (!sender.isEmpty()) writeText(out, SENDER, sender);
    }

    /** Size of a length-delimited field with a one-byte tag. */
    private static int delimited(int bytes) {
        return 1 + Varint.size(bytes) + bytes;
    }

    private static int numberSize(long number) {
        return number == 0 ? 0 : 1 + Varint.size(number);
    }

    private static void writeNumber(ByteBuffer out, int tag, long number) {
        if (number == 0) return;
        out.put((byte) tag);
        Varint.write(out, number);
    }

    private static void writeText(ByteBuffer out, int tag, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeStart(out, tag, bytes.length);
        out.put(bytes);
    }

    private static void writeStart(ByteBuffer out, int tag, int length) {
        out.put((byte) tag);
        Varint.write(out, length);
    }

    private static int headerSize(MessageHeader header) {
        int value = header.value().length;
        return delimited(Utf8.size(header.name())) + (value == 0 ? 0 : delimited(value));
    }

    /** A data frame that grows piece by piece and always knows its size. */
    static final class DataLayout {
        private record Entry(
                Position position, ByteBuffer body, long length, int subject, List<MessageHeader> headers) {}

        private final long stream;
        private final long sequence;
        private final List<Entry> entries = new ArrayList<>();
        private final List<String> table = new ArrayList<>();
        private final Map<String, Integer> indexes = new HashMap<>();
        private int tableSize;
        private int size;

        DataLayout(long stream, long sequence) {
            this.stream = stream;
            this.sequence = sequence;
            size = numberSize(stream) + numberSize(sequence);
        }

        int pieces() {
            return entries.size();
        }

        /** Bytes of the data message. */
        int size() {
            return size + writtenTableSize();
        }

        /** Bytes of the whole frame field inside the content. */
        int frameSize() {
            return delimited(delimited(size()));
        }

        /** What {@link #add} would grow {@link #size()} by. */
        int cost(Position position, int bodyBytes, long length, String subject, List<MessageHeader> headers) {
            int piece = fixedSize(position, length, subjectIndex(position, subject), headers)
                    + (bodyBytes == 0 ? 0 : delimited(bodyBytes));
            return delimited(piece) + tableGrowth(position, subject);
        }

        /**
         * Most body bytes of a piece that grows {@link #size()} by at most {@code room}; it may be a byte or two less
         * than possible, and is negative if not even the rest of the piece fits.
         */
        int bodyRoom(int room, Position position, long length, String subject, List<MessageHeader> headers) {
            int fixed = fixedSize(position, length, subjectIndex(position, subject), headers);
            int inner = room - tableGrowth(position, subject) - 1 - Varint.size(Math.max(0, room));
            return inner - fixed - 1 - Varint.size(Math.max(0, room));
        }

        void add(Position position, ByteBuffer body, long length, String subject, List<MessageHeader> headers) {
            int index = subjectIndex(position, subject);
            int piece = fixedSize(position, length, index, headers)
                    + (body.hasRemaining() ? delimited(body.remaining()) : 0);
            if (position.begins() && index == table.size()) {
                table.add(subject);
                indexes.put(subject, index);
                tableSize += delimited(Utf8.size(subject));
            }
            size += delimited(piece);
            entries.add(new Entry(position, body, length, index, headers));
        }

        void writeTo(ByteBuffer out) {
            int data = size();
            writeStart(out, FRAME, delimited(data));
            writeStart(out, DATA, data);
            writeNumber(out, STREAM, stream);
            writeNumber(out, SEQUENCE, sequence);
            if (writtenTableSize() > 0) for (String subject : table) writeText(out, SUBJECT, subject);
            for (Entry entry : entries) write(out, entry);
        }

        private static void write(ByteBuffer out, Entry entry) {
            int bodyBytes = entry.body.remaining();
            writeStart(
                    out,
                    PIECE,
                    fixedSize(entry.position, entry.length, entry.subject, entry.headers)
                            + (bodyBytes == 0 ? 0 : delimited(bodyBytes)));
            if (bodyBytes > 0) {
                writeStart(out, BODY, bodyBytes);
                out.put(entry.body.duplicate());
            }
            writeNumber(out, POSITION, entry.position.code);
            writeNumber(out, LENGTH, entry.length);
            writeNumber(out, SUBJECT_INDEX, entry.subject);
            for (MessageHeader header : entry.headers) {
                writeStart(out, HEADER, headerSize(header));
                writeText(out, HEADER_NAME, header.name());
                if (header.value().length > 0) {
                    writeStart(out, HEADER_VALUE, header.value().length);
                    out.put(header.value());
                }
            }
        }

        private static int fixedSize(Position position, long length, int subject, List<MessageHeader> headers) {
            int size = numberSize(position.code) + numberSize(length) + numberSize(subject);
            for (MessageHeader header : headers) size += delimited(headerSize(header));
            return size;
        }

        private int subjectIndex(Position position, String subject) {
            if (!position.begins()) return 0;
            Integer index = indexes.get(subject);
            return index == null ? table.size() : index;
        }

        /** A table that only says "no subject" is not written. */
        private int writtenTableSize() {
            return table.size() == 1 && table.getFirst().isEmpty() ? 0 : tableSize;
        }

        private int tableGrowth(Position position, String subject) {
            if (!position.begins() || indexes.containsKey(subject)) return 0;
            if (table.isEmpty() && subject.isEmpty()) return 0;
            return tableSize - writtenTableSize() + delimited(Utf8.size(subject));
        }
    }
}
