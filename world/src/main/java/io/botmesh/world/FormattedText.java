package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    /** The units from one place up to another, with what of the entities lies there. */
    FormattedText part(int begin, int end) {
        var inside = new ArrayList<Entity>();
        for (var entity : entities) {
            int from = Math.max(begin, entity.offset()) - begin;
            int to = Math.min(end, entity.end()) - begin;
            if (from < to) inside.add(entity.span(from, to));
        }
        return new FormattedText(text.substring(begin, end), inside);
    }

    /** With entities of some types only. */
    FormattedText only(Set<EntityType> types) {
        return new FormattedText(
                text,
                entities.stream()
                        .filter(entity -> types.contains(entity.type()))
                        .toList());
    }

    /** The list of entities under that name, if there are any. */
    void writeEntities(JsonWriter json, String name) {
        if (entities.isEmpty()) return;
        json.name(name).array();
        for (var entity : entities) entity.write(json);
        json.endArray();
    }
}
