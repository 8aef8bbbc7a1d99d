package io.botmesh.bench;

import java.util.Locale;

/** What is written and looked for. */
final class Texts {
    private Texts() {}

    /** A text of eighty characters, no two alike. */
    static String numbered(int number) {
        return String.format(
                        Locale.ROOT,
                        "message %08d of many, and as long as people write them on an average day.%n",
                        number)
                .strip()
                .concat("....");
    }

    static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) count++;
        return count;
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
    }
}
