package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a bot asked for with setWebhook.
 *
 * @param certificate    the one that its own server shows, null if that has one that everybody trusts
 * @param maxConnections at least 1
 * @param ipAddress      the address to use in place of what the name server says, empty for none
 * @param secretToken    for the header, empty for none
 */
record WebhookSettings(
        WebhookUrl url, @Nullable Blob certificate, int maxConnections, String ipAddress, String secretToken) {
    private static final int MOST_SECRET = 256;
    private static final long MOST_CERTIFICATE_BYTES = 3 << 20;

    /** Reads and checks the arguments, whose {@code url} is not empty. */
    static WebhookSettings parse(Params params, Profile profile) {
        var url = WebhookUrl.parse(params.text("url"));
        if (url == null) throw Refused.of(400, "invalid webhook URL specified");
        var secret = params.text("secret_token");
        if (secret.length() > MOST_SECRET) throw Refused.of(400, "secret token is too long");
        if (!secret.chars().allMatch(WebhookSettings::isSecretCharacter)) {
            throw Refused.of(400, "secret token contains unallowed characters");
        }
        var certificate = params.upload("certificate");
        if (certificate != null && certificate.content().size() > MOST_CERTIFICATE_BYTES) {
            throw Refused.of(
                    400, "certificate size is too big (" + certificate.content().size() + " bytes)");
        }
        return new WebhookSettings(
                url,
                certificate == null ? null : certificate.content(),
                maxConnections(params, profile),
                params.text("ip_address"),
                secret);
    }

    /** Whether the arguments ask for nothing else than what is. */
    boolean isAskedForBy(Params params, Profile profile) {
        return url.text().equals(params.text("url"))
                && certificate == null
                && params.arguments().uploads().isEmpty()
                && !params.has("certificate")
                && secretToken.equals(params.text("secret_token"))
                && maxConnections == maxConnections(params, profile)
                && ipAddress.equals(params.text("ip_address"))
                && !params.flag("drop_pending_updates");
    }

    private static int maxConnections(Params params, Profile profile) {
        boolean local = profile == Profile.LOCAL;
        return params.integer("max_connections", local ? 100 : 40, 1, local ? 100_000 : 100);
    }

    private static boolean isSecretCharacter(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
