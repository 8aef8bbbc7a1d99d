package io.botmesh.world;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A sticker as a bot hands it in.
 *
 * @param format {@code static}, {@code animated}, {@code video}, or empty if the file is to tell
 * @param emojis all of them in one text
 * @param mask   a MaskPosition as JSON, null for none
 */
record InputSticker(
        InputFile file,
        String format,
        String emojis,
        @Nullable String mask) {
    private static final int MOST_EMOJIS = 20;
    private static final Set<String> POINTS = Set.of("forehead", "eyes", "mouth", "chin");

    static InputSticker parse(Params params, JsonNode json, String otherwise) {
        var fields = Fields.of(json, "InputSticker must be an Object");
        var file = InputFile.of(params, "", fields.text("sticker"), false);
        if (file == null) throw Refused.of(400, "sticker not found");
        var format = otherwise.isEmpty() ? fields.requiredText("format") : fields.text("format");
        format(format.isEmpty() ? otherwise : format);
        fields.requiredArray("emoji_list");
        var emojis = emojis(json.get("emoji_list"));
        var mask = json.get("mask_position");
        keywords(fields.array("keywords"));
        return new InputSticker(file, format, emojis, mask == null ? null : mask(mask));
    }

    static void keywords(List<JsonNode> keywords) {
        for (var keyword : keywords) if (!keyword.isString()) throw Refused.of(400, "keyword must be a string");
    }

    static void format(String format) {
        switch (format) {
            case "static", "animated", "video", "auto" -> {}
            default -> throw Refused.of(400, "Invalid sticker format specified");
        }
    }

    static String emojis(JsonNode json) {
        if (!json.isArray()) throw Refused.of(400, "expected an Array of string");
        if (json.isEmpty()) throw Refused.of(400, "emoji list must be non-empty");
        if (json.size() > MOST_EMOJIS) throw Refused.of(400, "too many emoji specified");
        var emojis = new StringBuilder();
        for (var emoji : json.values()) {
            if (!emoji.isString()) throw Refused.of(400, "emoji must be a string");
            if (!isEmoji(emoji.stringValue())) throw Refused.of(400, "expected a Unicode emoji");
            emojis.append(emoji.stringValue());
        }
        return emojis.toString();
    }

    /** Everything that is drawn and is no letter; which of them are emoji changes from year to year. */
    private static boolean isEmoji(String text) {
        return !text.isEmpty()
                && text.codePoints().allMatch(c -> c >= 0xa9 && !Character.isLetter(c))
                && text.length() <= 32;
    }

    /** Null for none. */
    static @Nullable String mask(JsonNode json) {
        if (json.isNull()) return null;
        var fields = Fields.of(json, "MaskPosition must be an Object");
        var point = fields.requiredText("point").strip().toLowerCase(Locale.ROOT);
        if (!POINTS.contains(point)) throw Refused.of(400, "Wrong point specified in MaskPosition");
        return new JsonWriter()
                .object()
                .field("point", point)
                .field("x_shift", fields.requiredReal("x_shift"))
                .field("y_shift", fields.requiredReal("y_shift"))
                .field("scale", fields.requiredReal("scale"))
                .endObject()
                .toString();
    }
}
