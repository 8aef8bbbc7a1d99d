package io.botmesh.world;

import java.util.List;

/** A text as the server keeps it: cleaned, with all its entities in order. */
record FormattedText(String text, List<Entity> entities) {
    static final FormattedText EMPTY = new FormattedText("", List.of());

    FormattedText {
        entities = List.copyOf(entities);
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** What the limits count. */
    int codePoints() {
        return text.codePointCount(0, text.length());
    }

    boolean has(EntityType type) {
        for (var entity : entities) if (entity.type() == type) return true;
        return false;
    }

    /** The list of entities under that name, if there are any. */
    void writeEntities(JsonWriter json, String name) {
        if (entities.isEmpty()) return;
        json.name(name).array();
        for (var entity : entities) entity.write(json);
        json.endArray();
    }
}
