package io.botmesh.world;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who boosts which chat, and what bots hear of it. */
final class Boosts {
    /** One boost, as long as it lasts. */
    record Boost(String id, Account by, long added, long expires) {
        void writeSource(JsonWriter json) {
            json.name("source").object().field("source", "premium");
            by.write(json.name("user"));
            json.endObject();
        }

        /** As a {@code ChatBoost}. */
        void write(JsonWriter json) {
            json.object().field("boost_id", id).field("add_date", added).field("expiration_date", expires);
            writeSource(json);
            json.endObject();
        }
    }

    private final Map<String, Boost> boosts = new LinkedHashMap<>();

    Iterable<Boost> all() {
        return boosts.values();
    }

    /** How many of them somebody gave. */
    int by(Account account) {
        int count = 0;
        for (var boost : boosts.values()) if (boost.by().equals(account)) count++;
        return count;
    }

    @Nullable
    Boost find(String id) {
        return boosts.get(id);
    }

    /** Adds one that ends by itself. */
    void add(Core core, Chat chat, Boost boost) {
        boosts.put(boost.id(), boost);
        var json = new JsonWriter(256).object();
        chat.write(json.name("chat"));
        boost.write(json.name("boost"));
        tell(core, chat, UpdateKind.CHAT_BOOST, json.endObject());
        core.agenda().at(Instant.ofEpochSecond(boost.expires()), () -> remove(core, chat, boost.id()));
    }

    void remove(Core core, Chat chat, String id) {
        var boost = boosts.remove(id);
        if (boost == null) return;
        var json = new JsonWriter(256).object();
        chat.write(json.name("chat"));
        json.field("boost_id", id).field("remove_date", core.agenda().seconds());
        boost.writeSource(json);
        tell(core, chat, UpdateKind.REMOVED_CHAT_BOOST, json.endObject());
    }

    private static void tell(Core core, Chat chat, UpdateKind kind, JsonWriter json) {
        var payload = Postman.named(kind, json);
        for (var bot : new ChatDesk(core).administrators(chat, Right.MANAGE_CHAT)) {
            core.postman().give(bot, kind, chat.id(), payload);
        }
    }
}
