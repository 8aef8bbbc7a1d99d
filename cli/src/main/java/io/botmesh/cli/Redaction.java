package io.botmesh.cli;

import java.util.regex.Pattern;

/** Takes bot tokens out of text. Modules below never put one into a message; this is the last net before the terminal. */
final class Redaction {
    private static final Pattern TOKEN = Pattern.compile("[0-9]{1,20}:[A-Za-z0-9_-]{20,}");

    private Redaction() {}

    static String redact(String text) {
        return TOKEN.matcher(text).replaceAll("[token]");
    }
}
