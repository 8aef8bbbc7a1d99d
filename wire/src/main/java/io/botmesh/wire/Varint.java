package io.botmesh.wire;

import java.nio.ByteBuffer;

/** Base-128 numbers, low group first, as protobuf and the packet header write them. */
final class Varint {
    private Varint() {}

    /** Bytes of a number that is not negative. */
    static int size(long number) {
        return (70 - Long.numberOfLeadingZeros(number | 1)) / 7;
    }

    static void write(ByteBuffer out, long number) {
        long rest = number;
        while (rest > 0x7f) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
