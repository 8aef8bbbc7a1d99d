package io.botmesh.runner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The records of one write to a segment, as bytes. A record is
 *
 * <pre>
 * int  checksum of the 28 bytes after it and of the head
 * int  length of the head
 * int  length of the bodies
 * int  salt of the segment
 * long group: how many syncs there were before
 * int  place in the group
 * byte type, three bytes of zero
 * head: number of bodies; of each the gap to the place before, its length, its checksum; then what the type wants
 * bodies, then zeros up to a multiple of eight bytes
 * </pre>
 *
 * Big endian; checksums are CRC-32C; other numbers are seven bits a byte, the lowest first.
 */
final class GroupBuffer {
    static final int HEADER = 32;
    static final int ALIGNMENT = 8;
    /** Kept from one group to the next; a larger one was an exception. */
    private static final int KEPT = 4 << 20;

    private static final byte[][] NONE = {};

    private final CRC32C checksum = new CRC32C();
    private ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 18);
    private int salt;
    private long group;
    private int ordinal;
    private int start;

    /** @param ordinal of the first record in its group */
    void begin(int salt, long group, int ordinal) {
        if (bytes.capacity() > KEPT) bytes = ByteBuffer.allocateDirect(KEPT);
        bytes.clear();
        this.salt = salt;
        this.group = group;
        this.ordinal = ordinal;
    }

    int size() {
        return bytes.position();
    }

    int ordinal() {
        return ordinal;
    }

    /** What was put in, to be written. */
    ByteBuffer written() {
        return bytes.duplicate().flip();
    }

    /** Takes out what has been put in since there were so many bytes and records. */
    void cut(int size, int ordinal) {
        bytes.position(size);
        this.ordinal = ordinal;
    }

    /** Begins a record without bodies, and returns where. */
    int open(byte type) {
        return open(type, NONE, null);
    }

    /**
     * Begins a record, and returns where. Then come its numbers, then {@link #close}.
     *
     * @param places of the bodies, in order; null if they are 0, 1, 2 …
     */
    int open(byte type, byte[][] bodies, @Nullable BitSet places) {
        start = bytes.position();
        room(HEADER);
        bytes.putInt(0).putInt(0).putInt(0).putInt(salt).putLong(group).putInt(ordinal++);
        bytes.put(type).put((byte) 0).putShort((short) 0);
        number(bodies.length);
        int next = 0;
        for (var body : bodies) {
            int place = places == null ? next : places.nextSetBit(next);
            number(place - next);
            next = place + 1;
            number(body.length);
            checksum.reset();
            checksum.update(body, 0, body.length);
            fixed((int) checksum.getValue());
        }
        return start;
    }

    void number(long number) {
        room(10);
        long rest = number;
        for (; (rest & ~0x7fL) != 0; rest >>>= 7) bytes.put((byte) (rest | 0x80));
        bytes.put((byte) rest);
    }

    /** One that may be negative. */
    void signed(long number) {
        number(number << 1 ^ number >> 63);
    }

    void text(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        number(encoded.length);
        room(encoded.length);
        bytes.put(encoded);
    }

    /** The bits as gaps and lengths of their runs. */
    void runs(BitSet bits) {
        int runs = 0;
        for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(bits.nextClearBit(from))) runs++;
        number(runs);
        int before = 0;
        for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(before)) {
            int to = bits.nextClearBit(from);
            number(from - before);
            number(to - from);
            before = to;
        }
    }

    void ranges(List<KnownIds.Range> ranges) {
        number(ranges.size());
        long before = 0;
        long hour = 0;
        for (var range : ranges) {
            signed(range.first() - before);
            number(range.last() - range.first());
            signed(range.hour() - hour);
            before = range.last();
            hour = range.hour();
        }
    }

    private void fixed(int number) {
        room(Integer.BYTES);
        bytes.putInt(number);
    }

    void close() {
        close(NONE);
    }

    /** Ends the record that is open, with the bodies that it was opened with. */
    void close(byte[][] bodies) {
        int head = bytes.position() - start - HEADER;
        int body = 0;
        for (var one : bodies) body = Math.addExact(body, one.length);
        room(Math.addExact(body, ALIGNMENT));
        for (var one : bodies) bytes.put(one);
        while (bytes.position() % ALIGNMENT != 0) bytes.put((byte) 0);
        bytes.putInt(start + 4, head).putInt(start + 8, body);
        bytes.putInt(start, StoredRecord.headChecksum(bytes, start, head, checksum));
    }

    private void room(int more) {
        if (bytes.remaining() >= more) return;
        long wanted = Math.max(2L * bytes.capacity(), (long) bytes.position() + more);
        var larger = ByteBuffer.allocateDirect(Math.toIntExact(Math.min(wanted, Integer.MAX_VALUE)));
        bytes = larger.put(bytes.flip());
    }
}
