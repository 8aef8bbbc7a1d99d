package io.botmesh.world;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What people ask bots from within chats, what the bots offered, and the messages that came of it. */
final class InlineQueries {
    /**
     * What a bot offers.
     *
     * @param button an InlineQueryResultsButton as JSON, empty for none
     */
    record Offer(List<InlineResult> results, String nextOffset, String button) {}

    /** One question. */
    static final class Query {
        final Bot bot;
        final Account person;
        final Chat chat;
        final String text;
        final String offset;
        final long askedAt;

        @Nullable
        Offer offer;

        Query(Bot bot, Account person, Chat chat, String text, String offset, long askedAt) {
            this.bot = bot;
            this.person = person;
            this.chat = chat;
            this.text = text;
            this.offset = offset;
            this.askedAt = askedAt;
        }
    }

    /** @param personId 0 for an offer that everybody may see */
    private record Key(long botId, String text, String offset, long personId) {}

    private record Cached(Offer offer, long until) {}

    /** A message that is ready to be sent. */
    record Prepared(Bot bot, Account person, InlineResult result, long until) {}

    /** A chat that waits for what a bot has to say there. */
    record Opening(Bot bot, Account person, Chat chat, int answered) {}

    private final LongSupplier ids;
    private final int seconds;
    private final Map<Long, Query> queries = new HashMap<>();
    private final Map<Key, Cached> cache = new HashMap<>();
    private final Map<String, Message> messages = new HashMap<>();
    private final Map<Message, String> names = new HashMap<>();
    final Map<String, Prepared> prepared = new HashMap<>();
    final Map<String, Opening> webApps = new HashMap<>();
    final Map<Long, Opening> guests = new HashMap<>();

    /** @param seconds for an answer */
    InlineQueries(LongSupplier ids, int seconds) {
        this.seconds = seconds;
        this.ids = ids;
    }

    long add(Query query) {
        queries.values().removeIf(old -> query.askedAt - old.askedAt > 86_400);
        long id = ids.getAsLong();
        queries.put(id, query);
        query.offer = cached(query, query.askedAt);
        return id;
    }

    private @Nullable Offer cached(Query query, long now) {
        for (long person : new long[] {query.person.id(), 0}) {
            var found = cache.get(new Key(query.bot.id(), query.text, query.offset, person));
            if (found != null && now < found.until()) return found.offer();
        }
        return null;
    }

    Query query(long id) {
        var query = queries.get(id);
        if (query == null) throw new IllegalArgumentException("no inline query " + id);
        return query;
    }

    void answer(Bot bot, long id, Offer offer, boolean personal, int cacheSeconds, long now) {
        var query = queries.get(id);
        if (query == null || query.bot != bot || query.offer != null || now - query.askedAt > seconds) {
            throw Refused.of(400, "QUERY_ID_INVALID");
        }
        query.offer = offer;
        if (cacheSeconds == 0) return;
        var key = new Key(bot.id(), query.text, query.offset, personal ? query.person.id() : 0);
        cache.put(key, new Cached(offer, now + cacheSeconds));
    }

    /** The id by which the bot knows a message that was sent in somebody's name. */
    String name(Message message) {
        return names.computeIfAbsent(message, unnamed -> {
            var id = ByteBuffer.allocate(20).putInt(2).putLong(ids.getAsLong()).putLong(ids.getAsLong());
            var name = Base64.getUrlEncoder().withoutPadding().encodeToString(id.array());
            messages.put(name, unnamed);
            return name;
        });
    }

    /** One of that bot's; refused if it has none of that id. */
    Message message(Bot bot, String name) {
        var message = messages.get(name);
        var via = message == null ? null : message.posting().by().viaBot();
        boolean own = message != null && (message.isBy(bot) || bot.account().equals(via));
        if (message == null || !own || message.chat().message(message.id()) != message) {
            throw Refused.of(400, "MESSAGE_ID_INVALID");
        }
        return message;
    }
}
