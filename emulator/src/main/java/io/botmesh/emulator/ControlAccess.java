package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the control API: programs of this machine, or of others if they have the secret, and the page that is served
 * here. A page of another origin may not, whatever name it gave this address, because the browser says where it is from.
 */
final class ControlAccess {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final byte @Nullable [] secret;
    private final boolean anyName;

    ControlAccess(ControlOptions options) {
        secret = options.secret() == null ? null : options.secret().getBytes(UTF_8);
        anyName = !isLoopback(options.host());
    }

    static boolean isLoopback(String host) {
        try {
            for (var address : InetAddress.getAllByName(host)) if (!address.isLoopbackAddress()) return false;
            return true;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    void admit(Request request) throws Wrong {
        var headers = request.getHeaders();
        // Whoever lets a name of its own point here gets nowhere: it has to be a name that only this machine has.
        if (!anyName && !LOOPBACK.contains(Request.getServerName(request).toLowerCase(Locale.ROOT))) {
            throw new Wrong(403, "call the control API as 127.0.0.1 or localhost");
        }
        var origin = headers.get("Origin");
        if (origin != null && !origin.equalsIgnoreCase("http://" + headers.get(HttpHeader.HOST))) {
            throw new Wrong(403, "pages of another origin may not use the control API");
        }
        var site = headers.get("Sec-Fetch-Site");
        boolean foreign = "cross-site".equals(site) || "same-site".equals(site);
        if (foreign && !"navigate".equals(headers.get("Sec-Fetch-Mode"))) {
            throw new Wrong(403, "pages of another origin may not use the control API");
        }
        if (secret != null && !MessageDigest.isEqual(secret, sent(headers.get(HttpHeader.AUTHORIZATION)))) {
            throw new Wrong(401, "send the secret of the control API as \"Authorization: Bearer ...\"");
        }
    }

    /** As a bearer token, or as the password that a browser asks its user for. */
    private static byte[] sent(@Nullable String authorization) {
        if (authorization == null) return new byte[0];
        int space = authorization.indexOf(' ');
        var scheme = space < 0 ? "" : authorization.substring(0, space).toLowerCase(Locale.ROOT);
        var rest = authorization.substring(space + 1).strip();
        if (scheme.equals("bearer")) return rest.getBytes(UTF_8);
        if (!scheme.equals("basic")) return new byte[0];
        try {
            var pair = new String(Base64.getDecoder().decode(rest), UTF_8);
            return pair.substring(pair.indexOf(':') + 1).getBytes(UTF_8);
        } catch (IllegalArgumentException broken) {
            return new byte[0];
        }
    }
}
