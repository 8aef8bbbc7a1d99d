package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * A content that looks the same to everybody and never changes.
 *
 * @param field its one field of the Message
 * @param json  the value of that field
 */
record FixedContent(String field, String json, boolean isService) implements Content {
    static FixedContent news(String field, JsonWriter json) {
        return new FixedContent(field, json.toString(), true);
    }

    static FixedContent of(String field, JsonWriter json) {
        return new FixedContent(field, json.toString(), false);
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name(field).raw(this.json.getBytes(ISO_8859_1));
    }
}
