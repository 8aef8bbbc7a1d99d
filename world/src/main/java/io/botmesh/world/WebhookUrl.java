package io.botmesh.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.IDN;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook leads, read as leniently as the server reads it.
 *
 * @param text     as the bot gave it
 * @param https    which it also is without any scheme
 * @param userInfo what stood before {@code @}, empty for none
 * @param host     in lower case and ASCII
 * @param target   path and query, percent-encoded
 */
record WebhookUrl(String text, boolean https, String userInfo, String host, int port, String target) {
    private static final String END_OF_AUTHORITY = "/?#";

    /** Null if it cannot be one. */
    static @Nullable WebhookUrl parse(String text) {
        boolean https = true;
        var rest = text;
        int scheme = text.indexOf("://");
        if (scheme >= 0 && indexOfAny(text, END_OF_AUTHORITY) > scheme) {
            switch (text.substring(0, scheme).toLowerCase(Locale.ROOT)) {
                case "https" -> {}
                case "http" -> https = false;
                default -> {
                    return null;
                }
            }
            rest = text.substring(scheme + 3);
        }
        int end = indexOfAny(rest, END_OF_AUTHORITY);
        var authority = rest.substring(0, end);
        int at = authority.lastIndexOf('@');
        var userInfo = at < 0 ? "" : authority.substring(0, at);
        var hostAndPort = authority.substring(at + 1);
        int colon = hostAndPort.lastIndexOf(':');
        if (hostAndPort.startsWith("[") && colon < hostAndPort.indexOf(']')) colon = -1;
        int port = https ? 443 : 80;
        if (colon >= 0) {
            port = port(hostAndPort.substring(colon + 1));
            if (port == 0) return null;
        }
        var host = host(colon < 0 ? hostAndPort : hostAndPort.substring(0, colon));
        if (host == null) return null;
        return new WebhookUrl(text, https, userInfo, host, port, target(rest.substring(end)));
    }

    /** The {@code Authorization} header, null if the URL names nobody. */
    @Nullable
    String authorization() {
        return userInfo.isEmpty() ? null : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(UTF_8));
    }

    private static int indexOfAny(String text, String characters) {
        for (int i = 0; i < text.length(); i++) if (characters.indexOf(text.charAt(i)) >= 0) return i;
        return text.length();
    }

    private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return 0;
        int port = Integer.parseInt(digits);
        return port > 65_535 ? 0 : port;
    }

    private static @Nullable String host(String written) {
        if (written.isEmpty()) return null;
        if (written.startsWith("[")) return written.endsWith("]") ? written : null;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c < 0x80 && !Character.isLetterOrDigit(c) && "-._~!$&'()*+,;=".indexOf(c) < 0) return null;
        }
        try {
            return IDN.toASCII(written, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException noName) {
            return null;
        }
    }

    private static String target(String rest) {
        int fragment = rest.indexOf('#');
        var target = (fragment < 0 ? rest : rest.substring(0, fragment)).stripTrailing();
        var out = new StringBuilder(target.startsWith("/") ? "" : "/");
        for (byte b : target.getBytes(UTF_8)) {
            if (b > 0x20 && b < 0x7F) out.append((char) b);
            else out.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xFF));
        }
        return out.toString();
    }
}
