package io.botmesh.bot;

/**
 * Text for messages with {@code parse_mode} MarkdownV2. Who builds a text from parts is better served by {@link Rich}, which
 * needs no escaping at all.
 *
 * @see <a href="https://core.telegram.org/bots/api#markdownv2-style">Bot API: MarkdownV2 style</a>
 */
public final class MarkdownV2 {
    /** What means something outside of code; the backslash as well, or it would swallow itself. */
    private static final String RESERVED = "_*[]()~`>#+-=|{}.!\\";

    private MarkdownV2() {}

    /** The text as it is, outside of code and addresses. */
    public static String escape(String text) {
        return escape(text, RESERVED);
    }

    /** The text as it is between backticks, one or three. */
    public static String escapeCode(String text) {
        return escape(text, "`\\");
    }

    /** An address as it is in the parentheses of a link. */
    public static String escapeUrl(String url) {
        return escape(url, ")\\");
    }

    private static String escape(String text, String reserved) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (reserved.indexOf(c) >= 0) escaped.append('\\');
            escaped.append(c);
        }
        return escaped.toString();
    }
}
