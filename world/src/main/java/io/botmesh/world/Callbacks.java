package io.botmesh.world;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Pressed buttons: which of them wait for an answer, what the answers were, and which still count. */
final class Callbacks {
    private static final int MOST_TEXT = 200;

    /** One pressed button. */
    private static final class Query {
        final Bot bot;
        final Pressed pressed;
        final long askedAt;

        @Nullable
        CallbackAnswer answer;

        long cachedUntil;

        Query(Bot bot, Pressed pressed, long askedAt) {
            this.bot = bot;
            this.pressed = pressed;
            this.askedAt = askedAt;
        }
    }

    /** What was pressed by whom: the same again may be answered from what the first time brought. */
    record Pressed(Account person, String place, String data) {}

    private final SplittableRandom random;
    private final int seconds;
    private final Map<Long, Query> queries = new HashMap<>();
    private final Map<Pressed, Long> cached = new HashMap<>();

    /** @param seconds for an answer */
    Callbacks(long seed, int seconds) {
        this.seconds = seconds;
        random = new SplittableRandom(seed);
    }

    /** A query whose answer still counts for whoever presses the same again, 0 for none. */
    long cached(Pressed pressed, long now) {
        var id = cached.get(pressed);
        var query = id == null ? null : queries.get(id);
        return id != null && query != null && now < query.cachedUntil ? id : 0;
    }

    long ask(Bot bot, Pressed pressed, long now) {
        // Answers are kept for a day, for whoever looks at them later.
        queries.values().removeIf(query -> now - query.askedAt > 86_400 && now > query.cachedUntil);
        cached.values().removeIf(id -> !queries.containsKey(id));
        long id = random.nextLong(1, Long.MAX_VALUE);
        queries.put(id, new Query(bot, pressed, now));
        return id;
    }

    /** Once, in time, and by the bot that was asked. */
    void answer(Bot bot, long id, CallbackAnswer answer, int cacheSeconds, long now) {
        var query = queries.get(id);
        if (query == null || query.bot != bot || query.answer != null || now - query.askedAt > seconds) {
            throw Refused.of(400, "QUERY_ID_INVALID");
        }
        if (answer.text().codePointCount(0, answer.text().length()) > MOST_TEXT) {
            throw Refused.of(400, "MESSAGE_TOO_LONG");
        }
        query.answer = answer;
        query.cachedUntil = now + cacheSeconds;
        if (cacheSeconds > 0) cached.put(query.pressed, id);
    }

    /** Null as long as there is none. */
    @Nullable
    CallbackAnswer answerTo(long id) {
        var query = queries.get(id);
        if (query == null) throw new IllegalArgumentException("no callback query " + id);
        return query.answer;
    }
}
