package io.botmesh.store;

import io.botmesh.botapi.BotToken;
import java.time.Duration;

/**
 * How a program holds a {@link PostgresLease}. Start from {@link #of(BotToken)} and change what differs.
 *
 * @param name   what the right is about: programs with the same one take turns
 * @param time   how long a holder that is heard of no more keeps it, at least 5 s; the half of it is what handlers have to
 *               end in when the database is away, so not much less than the default; default 20 s
 * @param asking whether whoever has it is asked to let go; if not, this program stands by until the other one has ended;
 *               default true
 */
public record LeaseOptions(String name, Duration time, boolean asking) {
    private static final Duration LEAST = Duration.ofSeconds(5);

    public LeaseOptions {
        if (name.isEmpty()) throw new IllegalArgumentException("name is empty");
        if (time.compareTo(LEAST) < 0) throw new IllegalArgumentException("time: " + time);
    }

    public static LeaseOptions of(String name) {
        return new LeaseOptions(name, Duration.ofSeconds(20), true);
    }

    /** For the updates of a bot. */
    public static LeaseOptions of(BotToken token) {
        return ofBot(token.botId());
    }

    /** The same, for whoever does not know the token. */
    public static LeaseOptions ofBot(long botId) {
        return of("bot " + botId);
    }

    public LeaseOptions withTime(Duration time) {
        return new LeaseOptions(name, time, asking);
    }

    public LeaseOptions withAsking(boolean asking) {
        return new LeaseOptions(name, time, asking);
    }
}
