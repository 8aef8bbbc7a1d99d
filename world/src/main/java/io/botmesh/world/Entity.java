package io.botmesh.world;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that means something.
 *
 * @param offset   in UTF-16 units
 * @param length   in UTF-16 units
 * @param argument url, language, moment or custom emoji id, as the type wants; null if it wants none
 * @param user     of a text mention, else null
 */
record Entity(
        EntityType type,
        int offset,
        int length,
        @Nullable String argument,
        @Nullable Account user) {
    /** Longer ones first where they start together; the server's own order of types decides the rest. */
    static final Comparator<Entity> ORDER = Comparator.comparingInt(Entity::offset)
            .thenComparing(Comparator.comparingInt(Entity::length).reversed())
            .thenComparingInt(entity -> entity.type.priority());

    static Entity of(EntityType type, int offset, int length) {
        return new Entity(type, offset, length, null, null);
    }

    int end() {
        return offset + length;
    }

    Entity span(int begin, int end) {
        return new Entity(type, begin, end - begin, argument, user);
    }

    /** As a {@code MessageEntity}. */
    void write(JsonWriter json) {
        json.object().field("offset", offset).field("length", length).field("type", type.wireName());
        if (argument != null) {
            switch (type) {
                case TEXT_LINK -> json.field("url", argument);
                case PRE -> json.field("language", argument);
                case DATE_TIME -> DateTimes.write(json, argument);
                case CUSTOM_EMOJI -> json.field("custom_emoji_id", argument);
                default -> {}
            }
        }
        if (user != null) user.write(json.name("user"));
        json.endObject();
    }
}
