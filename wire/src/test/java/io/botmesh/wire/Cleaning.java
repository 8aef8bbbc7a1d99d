package io.botmesh.wire;

/** What Telegram does to the text of a post, on the way in and out. */
final class Cleaning {
    private Cleaning() {}

    static String clean(String text) {
        var kept = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean dropped =
                    c == '\r' || (c >= '\u2028' && c <= '\u202e') || c == '\u030a' || c == '\u0333' || c == '\u033f';
            if (!dropped) kept.append(replaced(c, i + 1 < text.length() ? text.charAt(i + 1) : ' '));
        }
        int from = 0;
        int to = kept.length();
        while (from < to && blank(kept.charAt(from))) from++;
        while (to > from && blank(kept.charAt(to - 1))) to--;
        return kept.substring(from, to);
    }

    private static char replaced(char c, char following) {
        if (c < ' ' && c != '\n') return ' ';
        return mark(c) && mark(following) ? '\u200c' : c;
    }

    private static boolean mark(char c) {
        return c == '\u200e' || c == '\u200f';
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\n';
    }
}
