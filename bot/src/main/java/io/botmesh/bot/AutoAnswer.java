package io.botmesh.bot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a callback query is answered in place of its handlers, so that the button stops waiting: with nothing to show, and
 * only if they have not answered it themselves, through the context or its {@link Context#api()}. Telegram takes one answer
 * to a query, so one that shows a text and comes later is refused with 400: handlers that take longer to find out what to
 * show need a later time, or none.
 *
 * @param enabled whether at all
 * @param latest  how long after the query was handed out at the latest, zero for at once; null to wait for the handler
 *                however long it takes. It is answered earlier when its handler ends well, or waits for another update
 */
public record AutoAnswer(boolean enabled, @Nullable Duration latest) {
    public AutoAnswer {
        if (latest != null && latest.isNegative()) throw new IllegalArgumentException("latest: " + latest);
    }

    /** The default: after ten seconds, for clients show a button as waiting for some fifteen. */
    public static AutoAnswer defaults() {
        return within(Duration.ofSeconds(10));
    }

    /** Never: who does not answer lets people wait. */
    public static AutoAnswer off() {
        return new AutoAnswer(false, null);
    }

    /** At once, beside the handler: for a bot whose answers never show a text. */
    public static AutoAnswer atOnce() {
        return within(Duration.ZERO);
    }

    /** When the handler ends well, or waits for another update, and after this time while it still works. */
    public static AutoAnswer within(Duration latest) {
        return new AutoAnswer(true, latest);
    }

    /** Only when the handler ends well, or waits for another update. */
    public static AutoAnswer atEnd() {
        return new AutoAnswer(true, null);
    }
}
