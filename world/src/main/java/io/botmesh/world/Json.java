package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import tools.jackson.databind.JsonNode;

/** JSON that came in, written again in the server's own bytes. */
final class Json {
    private Json() {}

    static void copy(JsonWriter json, JsonNode value) {
        if (value.isObject()) {
            json.object();
            for (var property : value.properties()) {
                json.name(property.getKey());
                copy(json, property.getValue());
            }
            json.endObject();
        } else if (value.isArray()) {
            json.array();
            for (var element : value.values()) copy(json, element);
            json.endArray();
        } else if (value.isString()) {
            json.value(value.stringValue());
        } else if (value.isBoolean()) {
            json.value(value.booleanValue());
        } else {
            json.raw(value.toString().getBytes(ISO_8859_1));
        }
    }
}
