package io.botmesh.metrics;

import java.time.Duration;

/**
 * When a {@link RunnerHealth} is red. Start from {@link #defaults()} and change what differs.
 *
 * @param pollDeadline how long one poll may take in all; red when none was complete for twice that; default 40 s, which is
 *                     that of a long poll. A webhook's source reports every 10 s, also when nothing comes
 * @param window       how long a failure of the journal, or an update that came to nothing, counts; default 5 min
 * @param lost         red when so many updates came to nothing within the window; default 10
 * @param conflicts    red when so many polls were refused within the window because of another program or a webhook (409);
 *                     default 3, as one may come while a program takes over from another without a lease
 * @param queueAge     red when an update has waited in memory for so long; default 5 min
 * @param pending      red when so many updates wait at the server, if it is asked; default 10,000
 */
public record HealthRules(
        Duration pollDeadline, Duration window, int lost, int conflicts, Duration queueAge, long pending) {
    public HealthRules {
        if (!pollDeadline.isPositive()) throw new IllegalArgumentException("pollDeadline: " + pollDeadline);
        if (!window.isPositive()) throw new IllegalArgumentException("window: " + window);
        if (lost < 1) throw new IllegalArgumentException("lost: " + lost);
        if (conflicts < 1) throw new IllegalArgumentException("conflicts: " + conflicts);
        if (!queueAge.isPositive()) throw new IllegalArgumentException("queueAge: " + queueAge);
        if (pending < 1) throw new IllegalArgumentException("pending: " + pending);
    }

    public static HealthRules defaults() {
        return new HealthRules(Duration.ofSeconds(40), Duration.ofMinutes(5), 10, 3, Duration.ofMinutes(5), 10_000);
    }

    public HealthRules withPollDeadline(Duration pollDeadline) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }

    public HealthRules withWindow(Duration window) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }

    public HealthRules withLost(int lost) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }

    public HealthRules withConflicts(int conflicts) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }

    public HealthRules withQueueAge(Duration queueAge) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }

    public HealthRules withPending(long pending) {
        return new HealthRules(pollDeadline, window, lost, conflicts, queueAge, pending);
    }
}
