package io.botmesh.world;

/**
 * A text of blocks.
 *
 * @param blocksJson an array of {@code RichBlock}, pure ASCII
 */
record RichContent(String blocksJson, boolean rightToLeft) implements Content {
    @Override
    public void writeShown(JsonWriter json, View view) {
        // Words are not shown, and there is nothing else.
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("rich_message").object();
        json.name("blocks").raw(blocksJson.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        if (rightToLeft) json.field("is_rtl", true);
        json.endObject();
    }
}
