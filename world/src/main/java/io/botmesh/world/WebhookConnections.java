package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a webhook: how many there should be, how fast they may be made, and which of them are free. A server
 * that has just taken something gets more of them, and faster. Holds no clock.
 */
final class WebhookConnections {
    private static final Duration RECENT = Duration.ofSeconds(10);

    /** One connection and what is on its way over it. */
    static final class Connection {
        final long id;
        private final int generation;

        WebhookLanes.@Nullable Pending sent;

        private Connection(long id, int generation) {
            this.id = id;
            this.generation = generation;
        }
    }

    private final int most;
    private final Map<Long, Connection> all = new LinkedHashMap<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final RollingWindow whileItWorks = new RollingWindow(new Limits.Window(10, Duration.ofMillis(500)));
    private final RollingWindow untilItWorks = new RollingWindow(new Limits.Window(1, Duration.ofSeconds(2)));
    private @Nullable Instant lastSuccess;

    WebhookConnections(int most) {
        this.most = most;
    }

    int size() {
        return all.size();
    }

    void onSuccess(Instant now) {
        lastSuccess = now;
    }

    private boolean works(Instant now) {
        return lastSuccess != null && !now.isAfter(lastSuccess.plus(RECENT));
    }

    /**
     * Whether there should be more.
     *
     * @param waiting lanes that have something to send
     * @param tried   whether there was one before
     */
    boolean areTooFew(int waiting, boolean tried, Instant now) {
        int wanted = Math.min(waiting, most);
        if (works(now)) wanted = Math.max(wanted, 1);
        else wanted = tried ? Math.min(wanted, 1) : 1;
        return all.size() < wanted;
    }

    /** How long until one more may be made. */
    Duration pause(Instant now) {
        return pace(now).wait(1, nanos(now));
    }

    void add(long id, int generation, Instant now) {
        pace(now).take(1, nanos(now));
        var connection = new Connection(id, generation);
        all.put(id, connection);
        free.addLast(connection);
    }

    private RollingWindow pace(Instant now) {
        return works(now) ? whileItWorks : untilItWorks;
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    @Nullable
    Connection find(long id) {
        return all.get(id);
    }

    /** Null if none is free. */
    @Nullable
    Connection take() {
        return free.pollFirst();
    }

    /** It may carry something again. Returns false if it leads where the webhook no longer does. */
    boolean giveBack(Connection connection, int generation) {
        if (connection.generation != generation) return false;
        free.addLast(connection);
        return true;
    }

    /** Null if there is no such one. */
    @Nullable
    Connection remove(long id) {
        var connection = all.remove(id);
        if (connection != null) free.remove(connection);
        return connection;
    }

    /** Returns the ids of all that there were. */
    List<Long> removeAll() {
        var ids = List.copyOf(all.keySet());
        all.clear();
        free.clear();
        return ids;
    }
}
