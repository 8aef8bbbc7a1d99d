package io.botmesh.store;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a database that is away: a restart takes seconds, and a fail-over a minute. Tells the log when it begins to wait and
 * when that is over. Of the database's thread; {@link #reason()} is anybody's.
 */
final class Absence {
    /** A pause that says whether it still has a point to wait. */
    @FunctionalInterface
    interface Pause {
        /** Returns when the time is over, or the database is being closed: then false. */
        boolean take(Duration time) throws InterruptedException;
    }

    private static final System.Logger LOG = System.getLogger("io.botmesh.store");
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final String name;
    private final Duration patience;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private volatile boolean away;
    private boolean told;
    private long since;
    private Duration next = FIRST;
    private volatile @Nullable String reason;

    /** @param patience how long it is waited for, from the first failure on; then all fails until it is back */
    Absence(String name, Duration patience, LongSupplier nanoTime, Pause pause) {
        if (patience.isNegative()) throw new IllegalArgumentException("patience: " + patience);
        this.name = name;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** Whether it has not answered since it was asked last. */
    boolean isAway() {
        return away;
    }

    /** Why it is waited for now. */
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * Waits a moment.
     *
     * @param why in one line
     * @return false if it has been away for too long, or nobody wants to wait any more
     */
    boolean awaitBack(String why) {
        long now = nanoTime.getAsLong();
        boolean again = away;
        if (!again) {
            away = true;
            since = now;
            next = FIRST;
        }
        var left = patience.minusNanos(now - since);
        if (!left.isPositive()) {
            reason = null;
            return false;
        }
        reason = name + " does not answer: " + why;
        try {
            if (pause.take(next.compareTo(left) < 0 ? next : left)) {
                if (again) tellOnce(why);
                next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
                return true;
            }
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
        reason = null;
        return false;
    }

    /** Not of a connection that broke, and of which the next one does what it should. */
    private void tellOnce(String why) {
        if (told || patience.isZero()) return;
        told = true;
        LOG.log(
                Level.WARNING,
                "{0} does not answer: {1}; nothing is lost, and it is waited for, {2} s at most",
                name,
                why,
                Long.toString(patience.toSeconds()));
    }

    /** It has answered. */
    void over() {
        if (!away) return;
        away = false;
        reason = null;
        if (!told) return;
        told = false;
        LOG.log(
                Level.WARNING, // seen wherever the line before was
                "{0} answers again, after {1} s",
                name,
                Long.toString(Duration.ofNanos(nanoTime.getAsLong() - since).toSeconds()));
    }
}
