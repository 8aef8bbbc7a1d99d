package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A keyboard under a message.
 *
 * @param inlineJson an inline keyboard as everybody sees it; empty for the other kinds, which are never shown again
 */
record ReplyMarkup(String inlineJson) {
    boolean isInline() {
        return !inlineJson.isEmpty();
    }

    /** Null if none was asked for; an inline keyboard without buttons is none. */
    static @Nullable ReplyMarkup parse(Params params) {
        var text = params.text("reply_markup");
        if (text.isEmpty()) return null;
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse reply keyboard markup JSON object");
        if (json.isNull()) return null;
        if (!json.isObject()) throw Refused.of(400, "Object expected as reply markup");
        var rows = json.get("inline_keyboard");
        if (rows == null) return json.isEmpty() ? null : new ReplyMarkup("");
        if (!rows.isArray())
            throw Refused.of(400, "Field \"inline_keyboard\" of the InlineKeyboardMarkup should be an Array of Arrays");
        return inline(rows);
    }

    private static @Nullable ReplyMarkup inline(JsonNode rows) {
        var kept = new ArrayList<List<JsonNode>>();
        for (var row : rows.values()) {
            if (!row.isArray())
                throw Refused.of(
                        400, "Field \"inline_keyboard\" of the InlineKeyboardMarkup should be an Array of Arrays");
            var buttons = new ArrayList<JsonNode>();
            for (var button : row.values()) {
                if (!button.isObject())
                    throw Refused.of(400, "Can't parse inline keyboard button: InlineKeyboardButton must be an Object");
                buttons.add(button);
            }
            if (!buttons.isEmpty()) kept.add(buttons);
        }
        if (kept.isEmpty()) return null;
        var json = new JsonWriter().object().name("inline_keyboard").array();
        for (var row : kept) {
            json.array();
            for (var button : row) write(json, button);
            json.endArray();
        }
        return new ReplyMarkup(json.endArray().endObject().toString());
    }

    private static void write(JsonWriter json, JsonNode button) {
        var text = Lenient.text(button, "text");
        if (text.isBlank())
            throw Refused.of(400, "Can't parse inline keyboard button: Field \"text\" must be non-empty");
        json.object().field("text", text);
        int fields = 0;
        for (var property : button.properties()) {
            if (property.getKey().equals("text") || property.getValue().isNull()) continue;
            json.name(property.getKey());
            copy(json, property.getValue());
            fields++;
            if (property.getKey().equals("callback_data")
                    && TextCleaner.utf8Length(Lenient.text(button, "callback_data")) > 64) {
                throw Refused.of(400, "BUTTON_DATA_INVALID");
            }
        }
        if (fields == 0) {
            throw Refused.of(
                    400, "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
        }
        json.endObject();
    }

    private static void copy(JsonWriter json, JsonNode value) {
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
            json.raw(value.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    void write(JsonWriter json) {
        json.raw(inlineJson.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
}
