package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook leads: an address that was given with it, or the one that the name server has for its host, which is asked
 * again from time to time. Holds no clock.
 */
final class WebhookAddress {
    private static final Duration LIFE = Duration.ofMinutes(30);

    private final WebhookSettings settings;
    private final boolean anywhere;
    private final RandomGenerator random;
    private boolean asking;
    private @Nullable IpAddress address;
    private int generation;
    private @Nullable Instant nextLookup;

    /** @param anywhere whether any scheme, port and address will do */
    WebhookAddress(WebhookSettings settings, boolean anywhere, RandomGenerator random) {
        this.settings = settings;
        this.anywhere = anywhere;
        this.random = random;
    }

    /** Null as long as it is not known. */
    @Nullable
    IpAddress known() {
        return address;
    }

    /** The known one, or the given one even if it is of no use; null if there is neither. */
    @Nullable
    String text() {
        if (address != null) return address.text();
        return settings.ipAddress().isEmpty() ? null : settings.ipAddress();
    }

    /** Counts how often it changed; connections of earlier are not to be used again. */
    int generation() {
        return generation;
    }

    /** Takes what needs no name server. Returns why there can be no webhook, null if there can. */
    @Nullable
    String begin() {
        var url = settings.url();
        if (!anywhere) {
            if (!url.https()) return "An HTTPS URL must be provided for webhook";
            if (url.port() != 443 && url.port() != 80 && url.port() != 88 && url.port() != 8443) {
                return "Webhook can be set up only on ports 80, 88, 443 or 8443";
            }
        }
        if (!isGiven()) return null;
        var given = given();
        var why = whyNot(given);
        if (why == null) address = given;
        return why;
    }

    private boolean isGiven() {
        return !settings.ipAddress().isEmpty() || given() != null;
    }

    private @Nullable IpAddress given() {
        return IpAddress.parse(settings.ipAddress().isEmpty() ? settings.url().host() : settings.ipAddress());
    }

    /** When the name server is to be asked next, maybe long ago; null for never, or if it is being asked. */
    @Nullable
    Instant nextLookup() {
        if (asking || isGiven()) return null;
        return nextLookup == null ? Instant.MIN : nextLookup;
    }

    void ask() {
        asking = true;
    }

    /** The name server has answered. Returns why the webhook may not lead there, null if it may. */
    @Nullable
    String onResolved(String text, Instant now) {
        onUnresolved(now);
        var resolved = IpAddress.parse(text);
        var why = whyNot(resolved);
        if (why != null || resolved == null || resolved.equals(address)) return why;
        if (address != null) generation++;
        address = resolved;
        return null;
    }

    /** The name server knows nothing of it. */
    void onUnresolved(Instant now) {
        asking = false;
        long tenth = LIFE.toMillis() / 10;
        nextLookup = now.plus(LIFE).plusMillis(random.nextLong(tenth + 1));
    }

    private @Nullable String whyNot(@Nullable IpAddress to) {
        if (to == null) return "Invalid IP address specified";
        if (anywhere) return null;
        if (!to.isIpv4()) return "IPv6-only addresses are not allowed";
        return to.isReserved() ? "IP address " + to.text() + " is reserved" : null;
    }
}
