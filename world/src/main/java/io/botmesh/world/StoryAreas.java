package io.botmesh.world;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the areas of a story that can be tapped. */
final class StoryAreas {
    /** How many there may be of each type; documented with each of them. */
    private static final Map<String, Integer> MOST =
            Map.of("location", 10, "suggested_reaction", 5, "link", 3, "weather", 3, "unique_gift", 1);

    private static final List<String> POSITION = List.of(
            "x_percentage",
            "y_percentage",
            "width_percentage",
            "height_percentage",
            "rotation_angle",
            "corner_radius_percentage");

    private StoryAreas() {}

    /** As an array of {@code StoryArea}; refuses what cannot be one. */
    static String read(Params params) {
        if (!params.has("areas")) return "[]";
        var json = Fields.json(params, "areas", "Can't parse story areas JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of StoryArea");
        var counts = new HashMap<String, Integer>();
        var out = new JsonWriter(256).array();
        for (var area : json.values()) {
            Fields.within("Can't parse StoryArea", area, one -> write(out, one, counts));
        }
        return out.endArray().toString();
    }

    private static JsonWriter write(JsonWriter out, JsonNode area, Map<String, Integer> counts) {
        var fields = Fields.of(area, "StoryArea must be an Object");
        var position = Fields.of(required(fields, "position"), "StoryAreaPosition must be an Object");
        for (var name : POSITION) {
            if (!required(position, name).isNumber()) {
                throw Refused.of(400, "Field \"" + name + "\" must be of type Number");
            }
        }
        var type = Fields.of(required(fields, "type"), "StoryAreaType must be an Object");
        var name = type.requiredText("type");
        var most = MOST.get(name);
        if (most == null) throw Refused.of(400, "invalid story area type specified");
        if (counts.merge(name, 1, Integer::sum) > most) throw Refused.of(400, "STORY_AREAS_TOO_MUCH");
        check(name, type);
        Json.copy(out, area);
        return out;
    }

    private static void check(String name, Fields type) {
        switch (name) {
            case "location" -> {
                var place =
                        Place.of(Lenient.text(type.object(), "latitude"), Lenient.text(type.object(), "longitude"), "");
                var unused = place.require();
            }
            case "link" -> {
                var unused = WebLinks.require(type.requiredText("url"), "");
            }
            case "weather" -> {
                if (!required(type, "temperature").isNumber()) {
                    throw Refused.of(400, "Field \"temperature\" must be of type Number");
                }
                type.requiredText("emoji");
            }
            case "suggested_reaction" -> {
                var unused = required(type, "reaction_type");
            }
            default -> type.requiredText("name");
        }
    }

    private static JsonNode required(Fields fields, String name) {
        var value = fields.object().get(name);
        if (value == null) throw Refused.of(400, "Can't find field \"" + name + '"');
        return value;
    }
}
