package io.botmesh.world;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a link in markup stands for. */
final class Links {
    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+-]*)://(.*)", Pattern.CASE_INSENSITIVE);
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
        if (scheme.equals("tg") || scheme.equals("ton")) return rest.isEmpty() ? null : scheme + "://" + rest;
        if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("ftp")) return null;
        int hostEnd = 0;
        while (hostEnd < rest.length() && "/?#".indexOf(rest.charAt(hostEnd)) < 0) hostEnd++;
        var host = rest.substring(0, hostEnd);
        if (host.isEmpty() || host.indexOf('.') <= 0 || host.endsWith(".") || host.contains(" ")) return null;
        var path = rest.substring(hostEnd);
        return scheme + "://" + host.toLowerCase(Locale.ROOT) + (path.startsWith("/") ? path : "/" + path);
    }
}
