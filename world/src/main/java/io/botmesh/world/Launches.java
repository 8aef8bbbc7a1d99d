package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many bots the server starts to serve: each token that it does not know yet, right or wrong, counts by the client's
 * address and over all. Holds no clock.
 */
final class Launches {
    private static final int MOST_CLIENTS = 10_000;

    private final Map<String, List<RollingWindow>> byClient = new HashMap<>();
    private final List<RollingWindow> all = windows(1_000, 10_000);

    /**
     * Counts one more, or refuses it.
     *
     * @param client null for one whose address does not count
     */
    void count(@Nullable String client, Instant instant) {
        long now = instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
        if (byClient.size() > MOST_CLIENTS) byClient.clear();
        var own = client == null ? List.<RollingWindow>of() : byClient.computeIfAbsent(client, any -> windows(20, 600));
        var wait = Duration.ZERO;
        for (var windows : List.of(own, all)) {
            for (var window : windows) {
                var its = window.wait(1, now);
                if (its.compareTo(wait) > 0) wait = its;
            }
        }
        if (!wait.isZero()) {
            throw Refused.retryAfter(
                    (int) Math.max(1, wait.plusNanos(999_999_999).toSeconds()));
        }
        for (var window : own) window.take(1, now);
        for (var window : all) window.take(1, now);
    }

    private static List<RollingWindow> windows(int inAMinute, int inAnHour) {
        return List.of(
                new RollingWindow(new Limits.Window(inAMinute, Duration.ofMinutes(1))),
                new RollingWindow(new Limits.Window(inAnHour, Duration.ofHours(1))));
    }
}
