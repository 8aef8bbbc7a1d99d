package io.botmesh.cli;

import java.util.HexFormat;

/**
 * Text that others wrote, as a terminal may get it: what would move its cursor, change its colours or turn the order of letters round is
 * written as an escape. In JSON, where such characters stand in strings alone, the escapes mean the characters.
 */
final class Visible {
    private static final HexFormat HEX = HexFormat.of();

    private Visible() {}

    /** On one line: breaks of lines are escapes too. */
    static String line(String text) {
        return escaped(text, false);
    }

    /** Lines stay lines. */
    static String text(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean lines) {
        int first = 0;
        while (first < text.length() && isHarmless(text, first, lines)) first++;
        if (first == text.length()) return text;
        var out = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isHarmless(text, i, lines)) out.append(character);
            else if (character == '\n') out.append("\\n");
            else if (character == '\r') out.append("\\r");
            else out.append("\\u").append(HEX.toHexDigits(character));
        }
        return out.toString();
    }

    private static boolean isHarmless(String text, int at, boolean lines) {
        char character = text.charAt(at);
        return switch (character) {
            case '\t' -> true;
            case '\n' -> lines;
            // Alone it goes back to the begin of the line, to write over what stands there.
            case '\r' -> lines && at + 1 < text.length() && text.charAt(at + 1) == '\n';
            default -> !Character.isISOControl(character) && !turns(character);
        };
    }

    /** Of the invisible characters those that mix up what stands before and behind; emoji need others of them. */
    private static boolean turns(char character) {
        return character == '\u061c'
                || character == '\u200e'
                || character == '\u200f'
                || (character >= '\u2028' && character <= '\u202e')
                || (character >= '\u2066' && character <= '\u2069');
    }
}
