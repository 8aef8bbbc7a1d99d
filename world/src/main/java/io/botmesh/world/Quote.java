package io.botmesh.world;

/**
 * A part of an answered message.
 *
 * @param position where it begins there, in UTF-16 units
 * @param manual   whether the sender chose it
 */
record Quote(FormattedText text, int position, boolean manual) {
    void write(JsonWriter json) {
        json.object().field("text", text.text());
        text.writeEntities(json, "entities");
        json.field("position", position);
        if (manual) json.field("is_manual", true);
        json.endObject();
    }
}
