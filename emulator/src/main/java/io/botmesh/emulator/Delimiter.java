package io.botmesh.emulator;

import java.util.Arrays;

/** Bytes that end something, searched for by their last one: most of what is looked through is stepped over. */
final class Delimiter {
    private final byte[] bytes;
    /** By the byte that lies under the end: how far on the delimiter may begin. */
    private final byte[] steps = new byte[256];

    /**
     * @param bytes at most 127
     */
    Delimiter(byte[] bytes) {
        this.bytes = bytes;
        Arrays.fill(steps, (byte) bytes.length);
        for (int i = 0; i < bytes.length - 1; i++) steps[bytes[i] & 0xFF] = (byte) (bytes.length - 1 - i);
    }

    int length() {
        return bytes.length;
    }

    /** Where it begins; if it does not, from where on it still may with more to come, which is after {@code to - length()}. */
    int find(byte[] in, int from, int to) {
        int last = to - bytes.length;
        int i = from;
        while (i <= last && !Arrays.equals(in, i, i + bytes.length, bytes, 0, bytes.length)) {
            i += steps[in[i + bytes.length - 1] & 0xFF];
        }
        return i;
    }
}
