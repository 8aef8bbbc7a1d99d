package io.botmesh.world;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One kind of reaction to a message.
 *
 * @param type  {@code emoji}, {@code custom_emoji} or {@code paid}
 * @param value the emoji or its id; empty for a paid one
 */
record Reaction(String type, String value) {
    private static final Set<String> EMOJI = Documented.values("ReactionTypeEmojiEmoji");

    /** A plain one. */
    static Reaction emoji(String emoji) {
        return new Reaction("emoji", emoji);
    }

    static List<Reaction> parse(Params params) {
        if (!params.has("reaction")) return List.of();
        var json = Fields.json(params, "reaction", "Can't parse reaction types JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of ReactionType");
        return json.values().stream()
                .map(element -> Fields.within("Can't parse ReactionType", element, Reaction::parse))
                .toList();
    }

    private static Reaction parse(JsonNode json) {
        var fields = Fields.of(json, "expected an Object");
        return switch (fields.requiredText("type")) {
            case "emoji" -> emoji(fields.requiredText("emoji"));
            case "custom_emoji" -> new Reaction("custom_emoji", fields.requiredText("custom_emoji_id"));
            case "paid" -> new Reaction("paid", "");
            default -> throw Refused.of(400, "invalid reaction type specified");
        };
    }

    /** Whether there is such a reaction at all. */
    boolean exists() {
        return !type.equals("emoji") || EMOJI.contains(value);
    }

    JsonWriter write(JsonWriter json) {
        json.object().field("type", type);
        if (!value.isEmpty()) json.field(type.equals("emoji") ? "emoji" : "custom_emoji_id", value);
        return json.endObject();
    }

    static JsonWriter write(JsonWriter json, List<Reaction> reactions) {
        json.array();
        for (var reaction : reactions) reaction.write(json);
        return json.endArray();
    }
}
