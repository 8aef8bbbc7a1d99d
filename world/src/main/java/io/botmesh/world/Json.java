package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import tools.jackson.databind.JsonNode;

/** JSON that came in, written again in the server's own bytes; what is no UTF-8 in it is refused. */
final class Json {
    private Json() {}

    static void copy(JsonWriter json, JsonNode value) {
        if (value.isObject()) {
            json.object();
            for (var property : value.properties()) {
                json.name(TextCleaner.requireUnicode(property.getKey()));
                copy(json, property.getValue());
            }
            json.endObject();
        } else if (value.isArray()) {
            json.array();
            for (var element : value.values()) copy(json, element);
            json.endArray();
        } else if (value.isString()) {
            json.value(TextCleaner.requireUnicode(value.stringValue()));
        } else if (value.isBoolean()) {
            json.value(value.booleanValue());
        } else {
            json.raw(value.toString().getBytes(ISO_8859_1));
        }
    }
}
