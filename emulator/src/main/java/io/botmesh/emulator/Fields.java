package io.botmesh.emulator;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of a JSON object of the control API, in the order in which they are documented. */
final class Fields {
    /**
     * One of them.
     *
     * @param required whether it must be there
     * @param means    for the reference, one line
     */
    record Field(String name, FieldType type, boolean required, String means) {}

    private final String name;
    private final List<Field> fields = new ArrayList<>();

    /** The name stands in the reference; empty for the body of a route. */
    Fields(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Fields needs(String field, FieldType type, String means) {
        return add(new Field(field, type, true, means));
    }

    Fields takes(String field, FieldType type, String means) {
        return add(new Field(field, type, false, means));
    }

    List<Field> list() {
        return Collections.unmodifiableList(fields);
    }

    /** Null if there is none of that name. */
    @Nullable
    Field find(String field) {
        for (var known : fields) if (known.name.equals(field)) return known;
        return null;
    }

    /** Refuses what does not fit, objects within included; {@code null} counts as left out. */
    void check(JsonNode node) throws Wrong {
        if (!node.isObject()) throw new Wrong("expected a JSON object with " + names());
        for (var given : node.propertyNames()) {
            if (find(given) == null) {
                throw new Wrong(
                        fields.isEmpty()
                                ? "unknown field \"" + given + "\"; none is expected"
                                : "unknown field \"" + given + "\"; there are " + names());
            }
        }
        for (var field : fields) {
            var value = node.get(field.name);
            if (value == null || value.isNull()) {
                if (field.required) throw new Wrong("\"" + field.name + "\" is missing");
            } else {
                check(field, value);
            }
        }
    }

    private static void check(Field field, JsonNode value) throws Wrong {
        if (!field.type.fits(value)) throw new Wrong("\"" + field.name + "\" " + field.type.is());
        var inside = field.type.inside();
        if (inside == null) return;
        if (value.isArray()) {
            for (var each : value.values()) inside.check(each);
        } else {
            inside.check(value);
        }
    }

    private Fields add(Field field) {
        if (find(field.name) != null) throw new IllegalArgumentException("twice: " + field.name);
        fields.add(field);
        return this;
    }

    private String names() {
        return fields.stream().map(Field::name).collect(joining(", "));
    }
}
