package io.botmesh.webhook;

import io.botmesh.botapi.WebhookInfo;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server's word on a webhook, asked for now and then, comes to: whether somebody else has changed it, and whether it
 * brings what waits. Asks nobody itself. By one thread at a time, but for {@link #trouble}.
 */
final class WebhookWatch {
    /** So many looks must find nothing before a change by somebody else is forgotten. */
    private static final int CLEAN = 5;

    /** So many looks in a row may fail but for one. */
    private static final int ENOUGH = 2;

    private final @Nullable String url;
    private @Nullable WebhookInfo before;
    private long callsBefore;
    private int changed;
    /** Looks in a row of which nothing came. */
    private int failures;

    private int clean;
    private volatile @Nullable String trouble;

    /** @param url the address that is to be set, or null if that is somebody else's affair */
    WebhookWatch(@Nullable String url) {
        this.url = url;
    }

    /**
     * Takes in what the server says.
     *
     * @param calls requests with the right secret that have come in all
     * @return whether the webhook has to be set again
     */
    boolean look(WebhookInfo now, long calls) {
        failures = 0;
        boolean foreign = url != null && !now.url().equals(url);
        if (foreign) {
            changed++;
            clean = 0;
        } else if (changed > 0 && ++clean >= CLEAN) {
            changed = 0;
        }
        var last = before;
        boolean waits = last != null && last.pendingUpdateCount() > 0 && now.pendingUpdateCount() > 0;
        boolean failed = last != null
                && now.lastErrorDate() != null
                && !Objects.equals(now.lastErrorDate(), last.lastErrorDate());
        boolean uncalled = waits && calls == callsBefore;
        trouble = changed > 0
                ? "something else has changed the webhook " + changed + " times"
                : uncalled || (waits && failed) ? undelivered(now, uncalled) : null;
        before = now;
        callsBefore = calls;
        return foreign || (url != null && waits && failed && isForbidden(now));
    }

    /** The server could not be asked, or not be told what it should have. Once may be a moment. */
    void failed(Throwable failure) {
        failures++;
        if (failures >= ENOUGH)
            trouble = "the webhook could not be looked after " + failures + " times in a row: " + failure.getMessage();
    }

    private static String undelivered(WebhookInfo now, boolean uncalled) {
        var said = now.lastErrorMessage();
        return now.pendingUpdateCount() + " updates wait at the server, and "
                + (uncalled ? "no request comes" : "requests fail")
                + (said == null ? "" : "; it says: " + said);
    }

    /** The secret is another one: set by somebody else for the same address. */
    private static boolean isForbidden(WebhookInfo now) {
        var said = now.lastErrorMessage();
        return said != null && said.contains("403");
    }

    /** What is wrong, in words, as last heard. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }
}
