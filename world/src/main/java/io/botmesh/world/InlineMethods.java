package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Methods that answer people who ask from within other chats. */
final class InlineMethods {
    private static final int MOST_CACHED = 86_400;
    private static final int MOST_OFFSET_BYTES = 64;

    private final Core core;

    InlineMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("answerInlineQuery", Pace.OTHER, this::answerInlineQuery);
        table.faithful("answerWebAppQuery", Pace.OTHER, this::answerWebAppQuery);
        table.faithful("answerGuestQuery", Pace.OTHER, this::answerGuestQuery);
        table.faithful("savePreparedInlineMessage", Pace.OTHER, this::savePreparedInlineMessage);
        table.shallow("savePreparedKeyboardButton", Pace.OTHER, this::savePreparedKeyboardButton);
    }

    private InlineQueries inline() {
        return core.interactions().inline;
    }

    Reply answerInlineQuery(Bot bot, Params params) {
        long id = params.number("inline_query_id");
        int cacheSeconds = params.integer("cache_time", 300, 0, MOST_CACHED);
        var button = button(params);
        var results = InlineResult.list(params, bot, core);
        var nextOffset = params.text("next_offset");
        InlineResult.check(results);
        if (TextCleaner.utf8Length(nextOffset) > MOST_OFFSET_BYTES) throw Refused.of(400, "NEXT_OFFSET_INVALID");
        var offer = new InlineQueries.Offer(results, nextOffset, button);
        inline().answer(
                        bot,
                        id,
                        offer,
                        params.flag("is_personal"),
                        cacheSeconds,
                        core.agenda().seconds());
        return BotMethods.TRUE;
    }

    /** The message stands in the chat where the web app was opened. */
    Reply answerWebAppQuery(Bot bot, Params params) {
        var result = InlineResult.one(params, bot, core);
        InlineResult.check(List.of(result));
        var id = params.text("web_app_query_id");
        var opening = inline().webApps.get(id);
        if (opening == null || opening.bot() != bot) throw Refused.of(400, "QUERY_ID_INVALID");
        inline().webApps.remove(id);
        var message = post(core, opening.bot(), opening.person(), opening.chat(), result);
        var json = new JsonWriter().object();
        if (result.markup() != null) json.field("inline_message_id", inline().name(message));
        return new Reply.Ok(json.endObject().toString());
    }

    /** A bot that was called into a chat speaks there once, without being in it. */
    Reply answerGuestQuery(Bot bot, Params params) {
        long id = params.number("guest_query_id");
        var result = InlineResult.one(params, bot, core);
        InlineResult.check(List.of(result));
        var opening = inline().guests.get(id);
        if (opening == null || opening.bot() != bot) throw Refused.of(400, "QUERY_ID_INVALID");
        inline().guests.remove(id);
        var posting = Posting.of(bot.account(), result.content().get())
                .answering(Answering.to(opening.answered()))
                .withMarkup(result.markup());
        var message = core.postman().post(opening.chat(), posting);
        var json = new JsonWriter().object().field("inline_message_id", inline().name(message));
        return new Reply.Ok(json.endObject().toString());
    }

    Reply savePreparedInlineMessage(Bot bot, Params params) {
        var person = core.access().person(bot, params.userId("user_id"));
        var result = InlineResult.one(params, bot, core);
        InlineResult.check(List.of(result));
        long until = core.agenda().seconds() + core.options().assumptions().value(Assumption.PREPARED_SECONDS);
        var id = Long.toString(core.interactions().nextId(), 36);
        inline().prepared.put(id, new InlineQueries.Prepared(bot, person, result, until));
        return new Reply.Ok(new JsonWriter()
                .object()
                .field("id", id)
                .field("expiration_date", until)
                .endObject()
                .toString());
    }

    /** Only a web app could show it, so that nobody ever sees it here. */
    Reply savePreparedKeyboardButton(Bot bot, Params params) {
        core.access().person(bot, params.userId("user_id"));
        if (!params.has("button")) throw Refused.of(400, "Button isn't specified");
        var json = Fields.json(params, "button", "Can't parse keyboard button JSON object");
        var button = Fields.within("Can't parse keyboard button", json, value -> {
            return KeyboardReader.keyboardButton(Fields.of(value, "KeyboardButton must be an Object"));
        });
        if (button.is("text") || button.is("web_app")) throw Refused.of(400, "BUTTON_TYPE_INVALID");
        var id = Long.toString(core.interactions().nextId(), 36);
        return new Reply.Ok(
                new JsonWriter().object().field("id", id).endObject().toString());
    }

    /** Sends a result in a person's name. */
    static Message post(Core core, Bot bot, Account person, Chat chat, InlineResult result) {
        var posting = Posting.of(person, result.content().get())
                .withByline(Byline.by(person).withViaBot(bot.account()))
                .withMarkup(result.markup());
        return core.postman().post(chat, posting);
    }

    private static String button(Params params) {
        if (params.has("button")) {
            var json = Fields.json(params, "button", "Can't parse inline query results button JSON object");
            return Fields.within("Can't parse inline query results button", json, InlineMethods::button);
        }
        if (!params.has("switch_pm_text")) return "";
        return new JsonWriter()
                .object()
                .field("text", params.text("switch_pm_text"))
                .field("start_parameter", params.text("switch_pm_parameter"))
                .endObject()
                .toString();
    }

    private static String button(JsonNode value) {
        var fields = Fields.of(value, "InlineQueryResultsButton must be an Object");
        var json = new JsonWriter().object().field("text", fields.requiredText("text"));
        if (fields.has("start_parameter")) {
            var parameter = fields.requiredText("start_parameter");
            if (!parameter.matches("[A-Za-z0-9_-]{1,64}")) throw Refused.of(400, "START_PARAM_INVALID");
            json.field("start_parameter", parameter);
        } else if (fields.has("web_app")) {
            json.name("web_app").object();
            json.field("url", fields.requiredFields("web_app").requiredText("url"))
                    .endObject();
        } else {
            throw Refused.of(400, "InlineQueryResultsButton must have exactly one optional field");
        }
        return json.endObject().toString();
    }
}
