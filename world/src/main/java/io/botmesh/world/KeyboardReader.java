package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads the buttons of keyboards: the first field that says what a button does counts, in the server's order. */
final class KeyboardReader {
    private static final int MOST_IN_ROW = 12;
    private static final int MOST = 300;
    private static final Set<String> STYLES = Set.of("danger", "success", "primary");
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9_]+");

    private KeyboardReader() {}

    static List<List<Button>> inline(Fields markup) {
        return rows(
                markup.array("inline_keyboard"),
                "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
                json -> Fields.within("Can't parse inline keyboard button", json, KeyboardReader::inlineButton));
    }

    static List<List<Button>> keyboard(Fields markup) {
        return rows(
                markup.array("keyboard"),
                "Field \"keyboard\" must be an Array of Arrays",
                json -> Fields.within("Can't parse keyboard button", json, KeyboardReader::keyboardButton));
    }

    /** An object with all buttons in a field of that name, not yet closed. */
    static JsonWriter open(String name, List<List<Button>> rows) {
        var json = new JsonWriter().object().name(name).array();
        for (var row : rows) {
            json.array();
            for (var button : row) json.raw(button.json().getBytes(ISO_8859_1));
            json.endArray();
        }
        return json.endArray();
    }

    /** Buttons without a text are passed over, those beyond the limits are cut off. */
    private static List<List<Button>> rows(List<JsonNode> written, String noRows, Function<JsonNode, Button> reader) {
        List<List<Button>> rows = new ArrayList<>();
        int total = 0;
        for (var line : written) {
            if (!line.isArray()) throw Refused.of(400, noRows);
            List<Button> row = new ArrayList<>();
            for (var element : line.values()) {
                var button = reader.apply(element);
                if (button.text().isEmpty() || row.size() == MOST_IN_ROW || total == MOST) continue;
                row.add(button);
                total++;
            }
            if (!row.isEmpty()) rows.add(row);
        }
        return rows;
    }

    private static Button inlineButton(JsonNode value) {
        var button = Fields.of(value, "InlineKeyboardButton must be an Object");
        var text = label(button, "Inline keyboard button text must be non-empty");
        var url = button.text("url");
        if (!url.isEmpty()) return say(button, text, "url", webLink(url, "Inline keyboard button "));
        var data = button.text("callback_data");
        if (!data.isEmpty()) return say(button, text, "callback_data", data);
        if (button.has("callback_game")) return hold(button, text, "callback_game", "{}");
        if (button.has("pay")) return hold(button, text, "pay", "true");
        if (button.has("switch_inline_query")) {
            return say(button, text, "switch_inline_query", button.requiredText("switch_inline_query"));
        }
        if (button.has("switch_inline_query_chosen_chat")) return chosenChat(button, text);
        if (button.has("switch_inline_query_current_chat")) {
            var query = button.requiredText("switch_inline_query_current_chat");
            return say(button, text, "switch_inline_query_current_chat", query);
        }
        if (button.has("login_url")) return login(button, text);
        if (button.has("web_app")) return webApp(button, text, "Inline keyboard button Web App ");
        if (button.has("copy_text")) {
            var copied = button.requiredFields("copy_text").requiredText("text");
            return hold(button, text, "copy_text", copied, object("text", copied));
        }
        if (button.has("disabled")) return hold(button, text, "disabled", "{}");
        throw Refused.of(400, "Text buttons are unallowed in the inline keyboard");
    }

    /** Messages show it as the plain address that it opens. */
    private static Button login(Fields button, String text) {
        var login = button.requiredFields("login_url");
        var name = login.text("bot_username");
        if (name.startsWith("@")) name = name.substring(1);
        if (!login.text("bot_username").isEmpty() && !USERNAME.matcher(name).matches()) {
            throw Refused.of(400, "LoginUrl bot username is invalid");
        }
        login.flag("request_write_access");
        var url = WebLinks.requireHttps(login.requiredText("url"), "Inline keyboard button login ");
        return say(button, text, "url", url);
    }

    private static Button chosenChat(Fields button, String text) {
        var chosen = button.requiredFields("switch_inline_query_chosen_chat");
        var json = new JsonWriter().object().field("query", chosen.text("query"));
        for (var name : List.of("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")) {
            if (chosen.flag(name)) json.field(name, true);
        }
        return hold(
                button,
                text,
                "switch_inline_query_chosen_chat",
                chosen.text("query"),
                json.endObject().toString());
    }

    private static Button webApp(Fields button, String text, String prefix) {
        var url = WebLinks.requireHttps(button.requiredFields("web_app").requiredText("url"), prefix);
        return hold(button, text, "web_app", url, object("url", url));
    }

    private static Button keyboardButton(JsonNode value) {
        if (value.isString()) {
            var text = clean(value.stringValue(), "Keyboard button text must be non-empty");
            return new Button(text, "text", text, object("text", text));
        }
        if (!value.isObject()) throw Refused.of(400, "KeyboardButton must be a String or an Object");
        return keyboardButton(new Fields(value));
    }

    static Button keyboardButton(Fields button) {
        var text = label(button, "Keyboard button text must be non-empty");
        if (button.flag("request_contact") || button.flag("request_phone_number")) {
            return hold(button, text, "request_contact", "true");
        }
        if (button.flag("request_location")) return hold(button, text, "request_location", "true");
        if (button.has("request_poll")) {
            var type = button.requiredFields("request_poll").text("type");
            boolean known = type.equals("quiz") || type.equals("regular");
            return hold(button, text, "request_poll", type, known ? object("type", type) : "{}");
        }
        if (button.has("web_app")) return webApp(button, text, "Keyboard button Web App ");
        if (button.has("request_users")) return request(button, text, "request_users", "request_users");
        if (button.has("request_user")) return request(button, text, "request_user", "request_users");
        if (button.has("request_chat")) return request(button, text, "request_chat", "request_chat");
        if (button.has("request_managed_bot")) {
            return request(button, text, "request_managed_bot", "request_managed_bot");
        }
        return written(button, text, "text", text, new JsonWriter());
    }

    private static Button request(Fields button, String text, String field, String kind) {
        var request = button.requiredFields(field);
        request.requiredNumber("request_id");
        var json = new JsonWriter();
        Json.copy(json, request.object());
        return hold(button, text, kind, "", json.toString());
    }

    private static String webLink(String url, String prefix) {
        return url.startsWith("tg:") ? url : WebLinks.require(url, prefix);
    }

    private static String label(Fields button, String empty) {
        return clean(button.requiredText("text"), empty);
    }

    /** An empty text stays, for whoever passes over it; one that only looks empty is refused. */
    private static String clean(String text, String empty) {
        if (text.isEmpty()) return text;
        var cleaned = TextCleaner.clean(text, List.of(), true).text();
        if (cleaned.isEmpty()) throw Refused.of(400, empty);
        return cleaned;
    }

    private static Button say(Fields button, String text, String kind, String value) {
        return written(button, text, kind, value, new JsonWriter().value(value));
    }

    private static Button hold(Fields button, String text, String kind, String json) {
        return hold(button, text, kind, "", json);
    }

    private static Button hold(Fields button, String text, String kind, String value, String json) {
        return written(button, text, kind, value, new JsonWriter().raw(json.getBytes(ISO_8859_1)));
    }

    private static Button written(Fields button, String text, String kind, String value, JsonWriter detail) {
        var json = new JsonWriter().object().field("text", text);
        var icon = button.text("icon_custom_emoji_id");
        if (!icon.isEmpty()) json.field("icon_custom_emoji_id", icon);
        var style = button.text("style");
        if (!style.isEmpty() && !STYLES.contains(style)) throw Refused.of(400, "Invalid button style specified");
        if (!style.isEmpty()) json.field("style", style);
        if (!kind.equals("text")) json.name(kind).raw(detail.toBytes());
        return new Button(text, kind, value, json.endObject().toString());
    }

    private static String object(String name, String value) {
        return new JsonWriter().object().field(name, value).endObject().toString();
    }
}
