package io.botmesh.world;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A person who lets a bot act for it in its private chats, as far as its rights go. */
final class Connection {
    /**
     * A story of the person.
     *
     * @param areasJson an array of {@code StoryArea}, pure ASCII
     */
    record Story(int id, FileRecord file, FormattedText caption, String areasJson, long until) {}

    final String id;
    final Account person;
    final Bot bot;
    final long date;
    /** By the person on the other side. */
    final Map<Long, Chat> chats = new HashMap<>();

    final Map<Integer, Story> stories = new LinkedHashMap<>();
    Set<String> rights;
    boolean enabled = true;
    String bio = "";
    int lastStory;

    @Nullable
    String giftSettings;

    Connection(String id, Account person, Bot bot, long date, Set<String> rights) {
        this.id = id;
        this.person = person;
        this.bot = bot;
        this.date = date;
        this.rights = rights;
    }

    /** As a {@code BusinessConnection}. */
    JsonWriter write(JsonWriter json) {
        json.object().field("id", id);
        person.write(json.name("user"));
        json.field("user_chat_id", person.id()).field("date", date);
        json.name("rights").object();
        for (var right : Connections.RIGHTS) if (rights.contains(right)) json.field(right, true);
        return json.endObject().field("is_enabled", enabled).endObject();
    }
}
