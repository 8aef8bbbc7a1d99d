package io.botmesh.world;

import java.util.Locale;

/** Addresses in buttons, refused with the server's reason. */
final class WebLinks {
    private WebLinks() {}

    /** The address in full; what is none is refused behind that prefix. */
    static String require(String url, String prefix) {
        var checked = Links.check(url);
        if (checked == null) throw Refused.of(400, prefix + "URL '" + url + "' is invalid: Wrong HTTP URL");
        return checked;
    }

    /** As {@link #require}, for what takes a page on a server that proves who it is. */
    static String requireHttps(String url, String prefix) {
        var checked = require(url, prefix);
        if (!checked.toLowerCase(Locale.ROOT).startsWith("https://")) {
            throw Refused.of(400, prefix + "URL '" + url + "' is invalid: Only HTTPS links are allowed");
        }
        return checked;
    }
}
