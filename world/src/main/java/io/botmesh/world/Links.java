package io.botmesh.world;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a link in markup stands for. */
final class Links {
    private static final Pattern SCHEME =
            Pattern.compile("([a-z][a-z0-9+-]*)://(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** Plain UTF-8 is fine in the name of a host, but of ASCII only some characters are. */
    private static final Pattern HOST =
            Pattern.compile("(?:[a-z0-9._!$,~*'();&+=-]|%[0-9a-f]{2}|[^\\x00-\\x7f])+", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile("0*[1-9][0-9]{0,4}");

    private static final Pattern USER = Pattern.compile("tg:(?://)?user\\?id=(\\d+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern EMOJI = Pattern.compile("tg:(?://)?emoji\\?id=(\\d+)", Pattern.CASE_INSENSITIVE);

    private Links() {}

    /** The span as a link or as a mention of a known account; null if the url is neither. */
    static @Nullable Entity entity(Entity span, String url, Registry registry) {
        var user = USER.matcher(url.strip());
        if (user.matches()) {
            var account = registry.account(Lenient.number(user.group(1)));
            return account == null
                    ? null
                    : new Entity(EntityType.TEXT_MENTION, span.offset(), span.length(), null, account);
        }
        var checked = check(url);
        return checked == null ? null : new Entity(EntityType.TEXT_LINK, span.offset(), span.length(), checked, null);
    }

    /** The id in a custom emoji's address, null if it is none. */
    static @Nullable String customEmoji(String url) {
        var emoji = EMOJI.matcher(url.strip());
        return emoji.matches() ? emoji.group(1) : null;
    }

    /** The address in full, null if it is none that the server takes. */
    static @Nullable String check(String url) {
        var trimmed = url.strip();
        var match = SCHEME.matcher(trimmed);
        var scheme = "http";
        var rest = trimmed;
        if (match.matches()) {
            scheme = match.group(1).toLowerCase(Locale.ROOT);
            rest = match.group(2);
        }
        if (scheme.equals("tg") || scheme.equals("ton")) {
            return rest.isEmpty() ? null : scheme + "://" + escaped(rest);
        }
        if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("ftp")) return null;
        int hostEnd = 0;
        while (hostEnd < rest.length() && "/?#".indexOf(rest.charAt(hostEnd)) < 0) hostEnd++;
        var host = rest.substring(0, hostEnd);
        if (!isHost(host)) return null;
        var path = rest.substring(hostEnd);
        return scheme + "://" + host.toLowerCase(Locale.ROOT) + escaped(path.startsWith("/") ? path : "/" + path);
    }

    private static boolean isHost(String written) {
        var name = written.substring(written.lastIndexOf('@') + 1);
        int colon = name.indexOf(':');
        if (colon >= 0) {
            var port = name.substring(colon + 1);
            if (!PORT.matcher(port).matches() || Integer.parseInt(port) > 65_535) return false;
            name = name.substring(0, colon);
        }
        return HOST.matcher(name).matches() && name.indexOf('.') > 0 && !name.endsWith(".");
    }

    /** With blanks and control characters percent-encoded. */
    private static String escaped(String path) {
        var escaped = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c > ' ') escaped.append(c);
            else escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return escaped.toString();
    }
}
