package io.botmesh.bot;

/**
 * Text for messages with {@code parse_mode} HTML. Who builds a text from parts is better served by {@link Rich}, which needs
 * no escaping at all.
 *
 * @see <a href="https://core.telegram.org/bots/api#html-style">Bot API: HTML style</a>
 */
public final class Html {
    private Html() {}

    /** The text as it is, wherever it stands: between tags or in a quoted attribute. */
    public static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) append(escaped, text.charAt(i));
        return escaped.toString();
    }

    static void append(StringBuilder out, char c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;"); // an attribute may be quoted with it, and there is no name for it here
            default -> out.append(c);
        }
    }
}
