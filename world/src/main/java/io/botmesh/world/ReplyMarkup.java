package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a message puts before people beside itself: buttons under it, a keyboard, or the wish for an answer.
 *
 * @param rows empty for all but keyboards
 * @param selective whether it is only for those whom the message mentions or answers
 * @param json as everybody sees it; bots only ever see inline keyboards
 */
record ReplyMarkup(Kind kind, List<List<Button>> rows, boolean selective, String json) {
    enum Kind {
        INLINE,
        KEYBOARD,
        REMOVE,
        FORCE_REPLY
    }

    private static final int MOST_DATA_BYTES = 64;
    private static final int MOST_COPIED = 256;
    private static final Set<String> SWITCHES = Set.of("switch_inline_query", "switch_inline_query_chosen_chat");

    ReplyMarkup {
        rows = List.copyOf(rows);
    }

    boolean isInline() {
        return kind == Kind.INLINE;
    }

    Stream<Button> buttons() {
        return rows.stream().flatMap(List::stream);
    }

    /** Null if none was asked for; an inline keyboard without buttons is none. */
    static @Nullable ReplyMarkup parse(Params params) {
        if (!params.has("reply_markup")) return null;
        return parse(Fields.json(params, "reply_markup", "Can't parse reply keyboard markup JSON object"));
    }

    static @Nullable ReplyMarkup parse(JsonNode json) {
        if (json.isNull()) return null;
        var fields = Fields.of(json, "Object expected as reply markup");
        var keyboard = KeyboardReader.keyboard(fields);
        var inline = KeyboardReader.inline(fields);
        boolean selective = fields.flag("selective") || fields.flag("personal_keyboard");
        boolean remove = fields.flag("remove_keyboard") || fields.flag("hide_keyboard");
        boolean force = fields.flag("force_reply") || fields.flag("force_reply_keyboard");
        var placeholder = fields.text("input_field_placeholder");
        if (!keyboard.isEmpty()) {
            var written = KeyboardReader.open("keyboard", keyboard)
                    .field("is_persistent", fields.flag("is_persistent"))
                    .field("resize_keyboard", fields.flag("resize_keyboard"))
                    .field("one_time_keyboard", fields.flag("one_time_keyboard"));
            return new ReplyMarkup(Kind.KEYBOARD, keyboard, selective, close(written, selective, placeholder));
        }
        if (!inline.isEmpty()) {
            var written = KeyboardReader.open("inline_keyboard", inline);
            if (force) written.field("force_reply", true);
            return new ReplyMarkup(
                    Kind.INLINE, inline, false, written.endObject().toString());
        }
        if (remove) {
            var written = new JsonWriter().object().field("remove_keyboard", true);
            return new ReplyMarkup(Kind.REMOVE, List.of(), selective, close(written, selective, ""));
        }
        if (!force) return null;
        var written = new JsonWriter().object().field("force_reply", true);
        return new ReplyMarkup(Kind.FORCE_REPLY, List.of(), selective, close(written, selective, placeholder));
    }

    private static String close(JsonWriter json, boolean selective, String placeholder) {
        if (!placeholder.isEmpty()) json.field("input_field_placeholder", placeholder);
        if (selective) json.field("selective", true);
        return json.endObject().toString();
    }

    /**
     * Refuses what such a chat or message cannot carry.
     *
     * @param first the kind of button that only stands first under that message and nowhere else, empty for none
     */
    void require(Chat.Kind chat, String first) {
        if (kind == Kind.INLINE) {
            requireInline(chat, first);
        } else if (chat == Chat.Kind.CHANNEL) {
            throw Refused.of(400, "Inline keyboard expected");
        } else if (chat != Chat.Kind.PRIVATE) {
            buttons().forEach(ReplyMarkup::requireWithoutWish);
        }
    }

    private static void requireWithoutWish(Button button) {
        var wish = switch (button.kind()) {
            case "request_contact" -> "Phone number can be requested";
            case "request_location" -> "Location can be requested";
            case "request_poll" -> "Poll can be requested";
            case "request_users", "request_managed_bot" -> "Users can be requested";
            case "request_chat" -> "Chats can be requested";
            case "web_app" -> "Web App buttons can be used";
            default -> null;
        };
        if (wish != null) throw Refused.of(400, wish + " in private chats only");
    }

    private void requireInline(Chat.Kind chat, String first) {
        boolean start = true;
        for (var row : rows) {
            for (var button : row) {
                requireButton(button, chat, first, start);
                start = false;
            }
        }
    }

    private static void requireButton(Button button, Chat.Kind chat, String first, boolean start) {
        switch (button.kind()) {
            case "callback_data" -> {
                if (TextCleaner.utf8Length(button.value()) > MOST_DATA_BYTES) {
                    throw Refused.of(400, "BUTTON_DATA_INVALID");
                }
            }
            case "copy_text" -> {
                int length = button.value().codePointCount(0, button.value().length());
                if (length == 0 || length > MOST_COPIED) throw Refused.of(400, "BUTTON_COPY_TEXT_INVALID");
            }
            case "web_app" -> {
                if (chat != Chat.Kind.PRIVATE) throw Refused.of(400, "BUTTON_TYPE_INVALID");
            }
            case "pay", "callback_game" -> {
                if (!button.is(first)) throw Refused.of(400, "BUTTON_TYPE_INVALID");
                if (!start) throw Refused.of(400, "BUTTON_POS_INVALID");
            }
            case "switch_inline_query", "switch_inline_query_chosen_chat", "switch_inline_query_current_chat" -> {
                if (chat == Chat.Kind.CHANNEL) throw withoutName(button);
            }
            default -> {}
        }
        if (start && first.equals("pay") && !button.is("pay")) throw Refused.of(400, "REPLY_MARKUP_BUY_EMPTY");
        if (start && first.equals("callback_game") && !button.is("callback_game")) {
            throw Refused.of(400, "REPLY_MARKUP_GAME_EMPTY");
        }
    }

    private static Refused withoutName(Button button) {
        var name = SWITCHES.contains(button.kind()) ? "switch_inline_query" : button.kind();
        return Refused.of(
                400,
                "Can't use " + name + " button in a channel chat, because users will not be able to use the button"
                        + " without knowing bot's username");
    }

    /** Whether a person whom a message of a group does not mention or answer sees it. */
    boolean isFor(Account person, Message message) {
        if (!selective || message.chat().kind() == Chat.Kind.PRIVATE) return true;
        var answered = message.replyTo() == 0 ? null : message.chat().message(message.replyTo());
        if (answered != null && answered.author().equals(person)) return true;
        var words = message.content().words();
        for (var entity : words.entities()) {
            if (person.equals(entity.user())) return true;
            if (entity.type() != EntityType.MENTION || person.username() == null) continue;
            var name = words.text().substring(entity.offset() + 1, entity.end());
            if (name.toLowerCase(Locale.ROOT).equals(person.username().toLowerCase(Locale.ROOT))) return true;
        }
        return false;
    }

    void write(JsonWriter json) {
        json.raw(json().getBytes(ISO_8859_1));
    }
}
