package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.util.Arrays;

/**
 * Base32768: 15 bits per UTF-16 unit, most significant bit first, the last unit filled up with ones. When at most 7
 * bits remain at the end, the last unit comes from a second alphabet of 128 characters. Texts are the same as those
 * of the npm package {@code base32768} 5.
 *
 * <p>Both alphabets consist of whole blocks of 32 code points that start at a multiple of 32, so a table of blocks is
 * all that is needed: 1024 for the main alphabet, 4 for the tail.
 */
final class Base32768 {
    /** First and last character of each range of the main alphabet, in the order of their values. */
    private static final String MAIN = "\u04a0\u04bf\u0500\u051f\u0680\u06bf\u0760\u079f\u07c0\u07df\u1000\u101f"
            + "\u10a0\u10bf\u1100\u115f\u1180\u119f\u11e0\u123f\u1260\u127f\u12e0\u12ff\u1320\u133f\u13a0\u13df"
            + "\u1420\u165f\u16a0\u16df\u1780\u179f\u1820\u185f\u18c0\u18df\u1980\u199f\u19e0\u19ff\u1a20\u1a3f"
            + "\u1bc0\u1bdf\u1c00\u1c1f\u1d00\u1d1f\u21e0\u21ff\u22c0\u22df\u2340\u23df\u2400\u241f\u2500\u275f"
            + "\u2780\u27bf\u2800\u297f\u29a0\u29bf\u2a20\u2a5f\u2a80\u2abf\u2ae0\u2b5f\u2c00\u2c1f\u2c80\u2cdf"
            + "\u2d00\u2d1f\u2d40\u2d5f\u2ea0\u2edf\u31c0\u31df\u3400\u4d9f\u4dc0\u9fbf\ua000\ua47f\ua4a0\ua4bf"
            + "\ua500\ua5ff\ua640\ua65f\ua6a0\ua6df\ua700\ua75f\ua780\ua79f\ua840\ua85f";

    private static final String TAIL = "\u0180\u019f\u0240\u029f";

    private static final int TAIL_BLOCK = 1024;

    /** First character of each block: 1024 of the main alphabet, then 4 of the tail. */
    private static final char[] BLOCK_START = new char[TAIL_BLOCK + 4];

    /** Number of the block that a character belongs to, by character / 32; -1 for none. */
    private static final short[] BLOCK_OF = new short[1 << 11];

    static {
        Arrays.fill(BLOCK_OF, (short) -1);
        int block = 0;
        for (String ranges : new String[] {MAIN, TAIL}) {
            for (int i = 0; i < ranges.length(); i += 2) {
                for (int first = ranges.charAt(i); first < ranges.charAt(i + 1); first += 32) {
                    BLOCK_START[block] = (char) first;
                    BLOCK_OF[first >> 5] = (short) block++;
                }
            }
        }
        if (block != BLOCK_START.length) throw new AssertionError("alphabet of " + block + " blocks");
    }

    private Base32768() {}

    static String encode(char magic, byte[] bytes) {
        long bits = bytes.length * 8L;
        var text = new char[(int) (1 + (bits + 14) / 15)];
        text[0] = magic;
        int at = 1;
        int held = 0; // bits not yet written, in the low end of pool
        int pool = 0;
        for (byte b : bytes) {
            pool = pool << 8 | (b & 0xff);
            held += 8;
            if (held >= 15) {
                held -= 15;
                text[at++] = main(pool >>> held & 0x7fff);
            }
        }
        int rest = pool & ((1 << held) - 1);
        if (held > 7) {
            text[at] = main(rest << (15 - held) | ((1 << (15 - held)) - 1));
        } else if (held > 0) {
            int value = rest << (7 - held) | ((1 << (7 - held)) - 1);
            text[at] = (char) (BLOCK_START[TAIL_BLOCK + (value >> 5)] | (value & 31));
        }
        return new String(text);
    }

    private static char main(int value) {
        return (char) (BLOCK_START[value >> 5] | (value & 31));
    }

    /** Decodes all but the first character. */
    static byte[] decode(String text) {
        int last = text.length() - 1;
        if (last == 0) return new byte[0];
        boolean tail = BLOCK_OF[text.charAt(last) >> 5] >= TAIL_BLOCK;
        long bits = tail ? 15L * (last - 1) + 7 : 15L * last;
        int padding = (int) (bits % 8);
        if (tail && padding == 7) {
            throw new Malformed(Reason.ARMOUR_PADDING, "the last base32768 character holds only padding");
        }
        var bytes = new byte[(int) (bits / 8)];
        int at = 0;
        int held = 0;
        int pool = 0;
        for (int i = 1; i <= last; i++) {
            char c = text.charAt(i);
            int block = BLOCK_OF[c >> 5];
            if (block < 0 || (block >= TAIL_BLOCK && i < last)) {
                throw new Malformed(Reason.ARMOUR_CHARACTER, "character " + i + " is none that base32768 has there");
            }
            if (block < TAIL_BLOCK) {
                pool = pool << 15 | block << 5 | (c & 31);
                held += 15;
            } else {
                pool = pool << 7 | (block - TAIL_BLOCK) << 5 | (c & 31);
                held += 7;
            }
            while (held >= 8) {
                held -= 8;
                bytes[at++] = (byte) (pool >>> held);
            }
        }
        int ones = (1 << held) - 1;
        if ((pool & ones) != ones) throw new Malformed(Reason.ARMOUR_PADDING, "base32768 padding bits are not ones");
        return bytes;
    }
}
