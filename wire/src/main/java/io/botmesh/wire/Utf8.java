package io.botmesh.wire;

/** Lengths of texts on the wire. */
final class Utf8 {
    private Utf8() {}

    /**
     * Bytes of a text in UTF-8.
     *
     * @throws IllegalArgumentException when the text holds half a surrogate pair, which UTF-8 cannot say
     */
    static int size(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) continue;
            size++;
            if (c < 0x800) continue;
            size++;
            if (!Character.isSurrogate(c)) continue;
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++; // two units, four bytes: each has been counted as two
            } else {
                throw new IllegalArgumentException("half a surrogate pair at " + i);
            }
        }
        return size;
    }

    /** Refuses a text that takes more bytes than allowed. */
    static void check(String what, String text, int most) {
        int size = size(text);
        if (size > most) throw new IllegalArgumentException(what + " of " + size + " bytes, at most " + most);
    }
}
