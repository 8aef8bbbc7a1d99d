package io.botmesh.world;

/**
 * Halves of surrogate pairs that JSON names by escapes. The server takes two that follow each other for one character,
 * whichever halves they are, and one alone for bytes that are no UTF-8; Java's parsers put a half together with whatever
 * stands beside it, be that the trace of a broken byte.
 */
final class SurrogateEscapes {
    private static final int LENGTH = 6;
    private static final int HIGH = 0x8;
    private static final int LOW = 0xC;

    private SurrogateEscapes() {}

    /** The same JSON for a parser of Java's: pairs in their usual order, and what is alone finds no other half. */
    static String settle(String json) {
        if (json.indexOf("\\u") < 0) return json;
        StringBuilder settled = null;
        // A backslash before it would make it plain text, so each escape is stepped over as a whole.
        for (int i = json.indexOf('\\'); i >= 0 && i < json.length(); ) {
            if (!isSurrogate(json, i)) {
                i = json.indexOf('\\', i + 2);
                continue;
            }
            if (settled == null) settled = new StringBuilder(json);
            boolean pair = isSurrogate(json, i + LENGTH);
            put(settled, i, pair ? HIGH : LOW);
            if (pair) put(settled, i + LENGTH, LOW);
            i = json.indexOf('\\', i + (pair ? 2 * LENGTH : LENGTH));
        }
        return settled == null ? json : settled.toString();
    }

    /** Both kinds of halves share their last ten bits; only raw bytes, which all become low halves, may stand beside. */
    private static void put(StringBuilder json, int at, int half) {
        int digit = Character.digit(json.charAt(at + 3), 16);
        json.setCharAt(at + 3, Character.forDigit(half | (digit & 3), 16));
    }

    private static boolean isSurrogate(String json, int at) {
        return at + LENGTH <= json.length()
                && json.charAt(at) == '\\'
                && json.charAt(at + 1) == 'u'
                && hex(json, at + 2) == 0xD
                && hex(json, at + 3) >= HIGH
                && hex(json, at + 4) >= 0
                && hex(json, at + 5) >= 0;
    }

    private static int hex(String json, int at) {
        char digit = json.charAt(at);
        return digit < 0x80 ? Character.digit(digit, 16) : -1;
    }
}
