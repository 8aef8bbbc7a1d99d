package io.botmesh.world;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that means something.
 *
 * @param offset   in UTF-16 units
 * @param length   in UTF-16 units
 * @param argument url, language or custom emoji id, as the type wants; null if it wants none
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
}
