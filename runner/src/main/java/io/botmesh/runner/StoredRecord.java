package io.botmesh.runner;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A record as {@link GroupBuffer} has written it, in the bytes of its segment. */
final class StoredRecord {
    final int offset;
    /** Where the next one would begin. */
    final int end;

    final byte type;
    final long group;
    final int ordinal;
    private final ByteBuffer bytes;
    private final ByteBuffer head;
    private final int[] places;
    private final int[] starts;
    private final int[] lengths;
    private final int[] checksums;

    private StoredRecord(ByteBuffer bytes, int offset, int headLength, int bodyLength) {
        this.bytes = bytes;
        this.offset = offset;
        this.end = end(offset, headLength, bodyLength);
        this.group = bytes.getLong(offset + 16);
        this.ordinal = bytes.getInt(offset + 24);
        this.type = bytes.get(offset + 28);
        this.head = bytes.slice(offset + GroupBuffer.HEADER, headLength);
        int count = (int) number();
        places = new int[count];
        starts = new int[count];
        lengths = new int[count];
        checksums = new int[count];
        int place = -1;
        int start = offset + GroupBuffer.HEADER + headLength;
        for (int i = 0; i < count; i++) {
            place += 1 + (int) number();
            places[i] = place;
            starts[i] = start;
            lengths[i] = (int) number();
            checksums[i] = head.getInt();
            start += lengths[i];
        }
    }

    private static int end(int offset, int headLength, int bodyLength) {
        int end = offset + GroupBuffer.HEADER + headLength + bodyLength;
        return end + (-end & GroupBuffer.ALIGNMENT - 1);
    }

    /** The record there, or null if there is none, or one whose head is damaged. Its bodies are not looked at. */
    static @Nullable StoredRecord at(ByteBuffer bytes, int offset, int salt) {
        int left = bytes.limit() - offset - GroupBuffer.HEADER;
        if (left < 0 || bytes.getInt(offset + 12) != salt) return null;
        int head = bytes.getInt(offset + 4);
        int body = bytes.getInt(offset + 8);
        if (head < 1 || head > left || body < 0 || body > left - head) return null;
        if (bytes.getInt(offset) != headChecksum(bytes, offset, head, new CRC32C())) return null;
        try {
            return new StoredRecord(bytes, offset, head, body);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException notOurs) {
            return null;
        }
    }

    static int headChecksum(ByteBuffer bytes, int offset, int head, CRC32C checksum) {
        checksum.reset();
        checksum.update(bytes.slice(offset + 4, GroupBuffer.HEADER - 4 + head));
        return (int) checksum.getValue();
    }

    // ---- bodies -----------------------------------------------------------------------------------------------------

    int bodies() {
        return places.length;
    }

    int place(int index) {
        return places[index];
    }

    byte[] body(int index) {
        var body = new byte[lengths[index]];
        bytes.get(starts[index], body);
        return body;
    }

    boolean isSound(int index) {
        var checksum = new CRC32C();
        checksum.update(bytes.slice(starts[index], lengths[index]));
        return (int) checksum.getValue() == checksums[index];
    }

    boolean isSound() {
        for (int i = 0; i < places.length; i++) if (!isSound(i)) return false;
        return true;
    }

    int bodyBytes() {
        int sum = 0;
        for (int length : lengths) sum += length;
        return sum;
    }

    // ---- what the type wants, in the order of its writing -----------------------------------------------------------

    long number() {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = head.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) return number;
        }
    }

    long signed() {
        long number = number();
        return number >>> 1 ^ -(number & 1);
    }

    /** When something arrived; null if that is not known. */
    @Nullable
    Instant arrived() {
        long millis = signed();
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    String text() {
        var text = new byte[(int) number()];
        head.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    BitSet runs() {
        var bits = new BitSet();
        int at = 0;
        for (long runs = number(); runs > 0; runs--) {
            at += (int) number();
            int length = (int) number();
            bits.set(at, at + length);
            at += length;
        }
        return bits;
    }

    List<KnownIds.Range> ranges() {
        var ranges = new ArrayList<KnownIds.Range>();
        long before = 0;
        long hour = 0;
        for (long count = number(); count > 0; count--) {
            long first = before + signed();
            before = first + number();
            hour += signed();
            ranges.add(new KnownIds.Range(first, before, hour));
        }
        return ranges;
    }
}
