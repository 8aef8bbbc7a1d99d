package io.botmesh.webhook;

import io.botmesh.botapi.UpdateKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the server is told by {@code setWebhook}. Start from {@link #at} and change what differs.
 *
 * @param url            where the server sends updates: as seen from there, so a proxy's address if there is one
 * @param secret         1 to 256 letters, digits, {@code _} and {@code -}; null for one that follows from the bot's token,
 *                       so that it is the same after a restart and in every process of the bot
 * @param allowedUpdates which kinds to send; null for what was set before
 * @param maxConnections most requests at once; null for the server's default
 * @param ipAddress      where to connect whatever the host's name resolves to; null for what it resolves to
 * @param certificate    the PEM file of a self-signed certificate; null if an authority has signed it
 * @param dropPending    whether what waits at the server is forgotten, at the first start only; default no
 * @param management     who calls {@code setWebhook}; default {@link Management#SET}
 * @see <a href="https://core.telegram.org/bots/api#setwebhook">Bot API: setWebhook</a>
 */
public record Registration(
        URI url,
        @Nullable String secret,
        @Nullable List<UpdateKind> allowedUpdates,
        @Nullable Integer maxConnections,
        @Nullable String ipAddress,
        @Nullable Path certificate,
        boolean dropPending,
        Management management) {
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    /** Who tells the server where to send updates, and until when. */
    public enum Management {
        /** Set when the runner starts, and left as it is when it stops: updates wait at the server for the next start. */
        SET,
        /** Set when the runner starts, and deleted when the source closes, so that the bot can be polled. Nothing is lost. */
        SET_AND_DELETE,
        /** Somebody else's affair; the secret has to be the one that he has set. */
        NONE
    }

    public Registration {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http")) || url.getHost() == null)
            throw new IllegalArgumentException("a webhook's address is given as https://host/path");
        if (secret != null && !SECRET.matcher(secret).matches())
            throw new IllegalArgumentException("the secret is not 1 to 256 letters, digits, _ and -");
        if (maxConnections != null && maxConnections < 1)
            throw new IllegalArgumentException("maxConnections: " + maxConnections);
        allowedUpdates = allowedUpdates == null ? null : List.copyOf(allowedUpdates);
    }

    public static Registration at(URI url) {
        return new Registration(url, null, null, null, null, null, false, Management.SET);
    }

    public Registration withUrl(URI url) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withSecret(@Nullable String secret) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withAllowedUpdates(@Nullable List<UpdateKind> allowedUpdates) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withMaxConnections(@Nullable Integer maxConnections) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withIpAddress(@Nullable String ipAddress) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withCertificate(@Nullable Path certificate) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withDropPending(boolean dropPending) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    public Registration withManagement(Management management) {
        return new Registration(
                url, secret, allowedUpdates, maxConnections, ipAddress, certificate, dropPending, management);
    }

    /** All but the secret and the query, which may hold one. */
    @Override
    public String toString() {
        return "Registration[" + url.getScheme() + "://" + url.getAuthority() + ", " + management + "]";
    }
}
