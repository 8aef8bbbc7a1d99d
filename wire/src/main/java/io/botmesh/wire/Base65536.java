package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.util.Arrays;

/**
 * Base65536: two bytes per code point, over half of them beyond the basic plane. The second byte names a block of 256 code points, the
 * first one the place in it; a single byte at the end has a block of its own. Texts are the same as those of the npm package {@code base65536} 5.
 */
final class Base65536 {
    /** First and last block of each range, by code point / 256, in the order of their values. */
    private static final int[] RANGES = {
        0x34, 0x4c, 0x4e, 0x9e, 0xa1, 0xa3, 0xa5, 0xa5, 0x106, 0x106, 0x120, 0x122, 0x130, 0x133, 0x144, 0x145, 0x168,
        0x169, 0x200, 0x285,
    };

    private static final int TAIL = 0x15;

    /** Code point / 256 of each block. */
    private static final int[] BLOCKS = new int[256];

    /** Number of the block, by code point / 256; -1 for none. */
    private static final short[] BLOCK_OF = new short[0x1100];

    static {
        Arrays.fill(BLOCK_OF, (short) -1);
        int block = 0;
        for (int i = 0; i < RANGES.length; i += 2) {
            for (int at = RANGES[i]; at <= RANGES[i + 1]; at++) {
                BLOCKS[block] = at;
                BLOCK_OF[at] = (short) block++;
            }
        }
        if (block != BLOCKS.length) throw new AssertionError("alphabet of " + block + " blocks");
    }

    private Base65536() {}

    static String encode(char magic, byte[] bytes) {
        var text = new StringBuilder(1 + bytes.length);
        text.append(magic);
        int even = bytes.length & ~1;
        for (int i = 0; i < even; i += 2) text.appendCodePoint(BLOCKS[bytes[i + 1] & 0xff] << 8 | (bytes[i] & 0xff));
        if (even < bytes.length) text.appendCodePoint(TAIL << 8 | (bytes[even] & 0xff));
        return text.toString();
    }

    /** Decodes all but the first character. */
    static byte[] decode(String text) {
        var bytes = new byte[2 * text.codePointCount(1, text.length())];
        int at = 0;
        int step;
        for (int i = 1; i < text.length(); i += step) {
            int c = text.codePointAt(i);
            step = Character.charCount(c);
            int block = BLOCK_OF[c >> 8];
            boolean tail = c >> 8 == TAIL && i + step == text.length();
            if (block < 0 && !tail)
                throw new Malformed(Reason.ARMOUR_CHARACTER, "character " + i + " is none that base65536 has there");
            bytes[at++] = (byte) c;
            if (!tail) bytes[at++] = (byte) block;
        }
        return at == bytes.length ? bytes : Arrays.copyOf(bytes, at);
    }
}
