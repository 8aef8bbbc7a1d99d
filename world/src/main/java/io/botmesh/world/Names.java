package io.botmesh.world;

/** Names and descriptions as the server keeps them: one line, no blanks around it, cut where it gets too long. */
final class Names {
    private Names() {}

    static String clean(String raw, int most) {
        TextCleaner.requireUnicode(raw);
        var text = new StringBuilder();
        raw.codePoints()
                .map(c -> c <= ' ' ? ' ' : c)
                .filter(c -> c < 0x2028 || c > 0x202e)
                .forEach(text::appendCodePoint);
        return cut(text.toString().strip().replaceAll(" {2,}", " "), most);
    }

    /** As {@link #clean}, but lines stay lines. */
    static String cleanLines(String raw, int most) {
        TextCleaner.requireUnicode(raw);
        return cut(raw.replace("\r", "").strip(), most);
    }

    private static String cut(String text, int most) {
        int points = text.codePointCount(0, text.length());
        return points <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most)).strip();
    }

    static boolean hasEmoji(String text) {
        return text.codePoints().anyMatch(c -> c >= 0x1F000 || (c >= 0x2600 && c <= 0x27BF));
    }
}
