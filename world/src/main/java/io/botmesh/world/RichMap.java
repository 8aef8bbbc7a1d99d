package io.botmesh.world;

import tools.jackson.databind.JsonNode;

/** A map in a rich message. */
final class RichMap {
    private static final int MOST_PIXELS = 10_000;
    private static final int MOST_RATIO = 20;
    private static final int MOST_ZOOM = 24;

    // What apps draw where a bot leaves it to them; nobody else looks at these.
    private static final int ZOOM = 15;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

    private RichMap() {}

    /** Writes the fields of a {@code RichBlockMap} but its caption. */
    static void write(JsonWriter out, JsonNode block) {
        var at = block.get("location");
        if (at == null) throw Refused.of(400, "Can't parse InputRichBlock: Can't find field \"location\"");
        var place = Place.of(
                        Lenient.text(at, "latitude"),
                        Lenient.text(at, "longitude"),
                        Lenient.text(at, "horizontal_accuracy"))
                .require();
        int width = number(block, "width", WIDTH, MOST_PIXELS);
        int height = number(block, "height", HEIGHT, MOST_PIXELS);
        boolean narrow = Math.max(width, height) > MOST_RATIO * Math.max(1, Math.min(width, height));
        if (width + height > MOST_PIXELS || narrow) throw Refused.of(400, "MAP_SIZE_INVALID");
        place.writeOpen(out.field("type", "map").name("location")).endObject();
        out.field("zoom", number(block, "zoom", ZOOM, MOST_ZOOM))
                .field("width", width)
                .field("height", height);
    }

    private static int number(JsonNode block, String name, int otherwise, int most) {
        return Lenient.integer(Lenient.text(block, name), otherwise, 0, most);
    }
}
