package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what each bot sends against the {@link Limits}. A refused call leaves no trace. */
final class Meter {
    private record Lane(long botId, long chatId) {}

    private static final Limits.Rate BROADCAST = new Limits.Rate(1000, Duration.ofSeconds(1), 1000);

    private Limits limits;
    private final Map<Lane, TokenBucket> chats = new LinkedHashMap<>();
    private final Map<Lane, RollingWindow> windows = new LinkedHashMap<>();
    private final Map<Long, TokenBucket> bots = new LinkedHashMap<>();
    private final Map<Long, TokenBucket> broadcasts = new LinkedHashMap<>();
    private final Map<Long, TokenBucket> totals = new LinkedHashMap<>();

    Meter(Limits limits) {
        this.limits = limits;
    }

    /** Whether there are any limits. */
    boolean isOn() {
        return !limits.equals(Limits.OFF);
    }

    /** Other limits from now on; what was counted so far is forgotten. */
    void limits(Limits others) {
        limits = others;
        chats.clear();
        windows.clear();
        bots.clear();
        broadcasts.clear();
        totals.clear();
    }

    /** Counts an edit, if edits count. */
    void edit(Bot bot, Chat chat, Instant instant) {
        if (limits.editsCount()) send(bot, chat, 1, instant);
    }

    /** Counts messages, or refuses with the longest of all waits. */
    void send(Bot bot, Chat chat, int messages, Instant instant) {
        send(bot, chat, messages, instant, false);
    }

    /** As above; a paid broadcast counts against a wider total of its own. */
    void send(Bot bot, Chat chat, int messages, Instant instant, boolean paid) {
        if (limits.equals(Limits.OFF)) return;
        long now = nanos(instant);
        var lane = new Lane(bot.id(), chat.id());
        var window = switch (chat.kind()) {
            case CHANNEL -> limits.channel();
            case GROUP, SUPERGROUP -> limits.group();
            case PRIVATE -> null;
        };
        var laneBucket = bucket(chats, lane, limits.chat());
        var laneWindow = window == null ? null : windows.computeIfAbsent(lane, any -> new RollingWindow(window));
        var botBucket = paid && limits.bot() != null
                ? bucket(broadcasts, bot.id(), BROADCAST)
                : bucket(bots, bot.id(), limits.bot());
        // A private chat has the person's id under every bot, so a total over bots means nothing there.
        var totalBucket = chat.kind() == Chat.Kind.PRIVATE ? null : bucket(totals, chat.id(), limits.chatTotal());

        var wait = Duration.ZERO;
        wait = longer(wait, laneBucket, messages, now);
        wait = longer(wait, botBucket, messages, now);
        wait = longer(wait, totalBucket, messages, now);
        if (laneWindow != null) {
            var windowWait = laneWindow.wait(messages, now);
            if (windowWait.compareTo(wait) > 0) wait = windowWait;
        }
        if (!wait.isZero()) {
            chat.traffic = chat.traffic.plusRefusal();
            throw Refused.retryAfter(wholeSeconds(wait));
        }
        if (laneBucket != null) laneBucket.take(messages, now);
        if (botBucket != null) botBucket.take(messages, now);
        if (totalBucket != null) totalBucket.take(messages, now);
        if (laneWindow != null) laneWindow.take(messages, now);
    }

    /** The limits by name and every count that they keep, as one JSON object. */
    String json(Instant instant) {
        long now = nanos(instant);
        var json = new JsonWriter(512).object().field("profile", limits.name());
        json.name("buckets").array();
        chats.forEach((lane, bucket) -> write(json, "chat", lane.botId, lane.chatId, bucket.free(now), bucket.most()));
        windows.forEach(
                (lane, window) -> write(json, "window", lane.botId, lane.chatId, window.free(now), window.most()));
        bots.forEach((bot, bucket) -> write(json, "bot", bot, 0, bucket.free(now), bucket.most()));
        broadcasts.forEach((bot, bucket) -> write(json, "broadcast", bot, 0, bucket.free(now), bucket.most()));
        totals.forEach((chat, bucket) -> write(json, "total", 0, chat, bucket.free(now), bucket.most()));
        return json.endArray().endObject().toString();
    }

    private static void write(JsonWriter json, String limit, long bot, long chat, int free, int most) {
        json.object().field("limit", limit);
        if (bot != 0) json.field("bot", bot);
        if (chat != 0) json.field("chat", chat);
        json.field("free", free).field("most", most).endObject();
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static <K> @Nullable TokenBucket bucket(Map<K, TokenBucket> buckets, K key, Limits.@Nullable Rate rate) {
        return rate == null ? null : buckets.computeIfAbsent(key, any -> new TokenBucket(rate));
    }

    private static Duration longer(Duration wait, @Nullable TokenBucket bucket, int messages, long now) {
        if (bucket == null) return wait;
        var own = bucket.wait(messages, now);
        return own.compareTo(wait) > 0 ? own : wait;
    }

    private static int wholeSeconds(Duration wait) {
        long up = wait.toSeconds() + (wait.toNanosPart() > 0 ? 1 : 0);
        return (int) Math.max(1, up);
    }
}
