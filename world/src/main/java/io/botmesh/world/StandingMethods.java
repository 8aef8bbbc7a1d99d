package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Methods about how people, chats and other bots stand: verified, managed, with a status, with papers to mend. */
final class StandingMethods {
    private static final int MOST_DESCRIPTION = 70;
    private static final int MOST_ADDED = 100;
    private static final Set<String> FILE_SOURCES =
            Set.of("front_side", "reverse_side", "selfie", "file", "translation_file");

    private final Core core;

    StandingMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("verifyUser", Pace.OTHER, (bot, params) -> verify(bot, params, user(bot, params), true));
        table.shallow("removeUserVerification", Pace.OTHER, (bot, params) -> {
            return verify(bot, params, user(bot, params), false);
        });
        table.shallow("verifyChat", Pace.OTHER, (bot, params) -> verify(bot, params, chat(bot, params), true));
        table.shallow("removeChatVerification", Pace.OTHER, (bot, params) -> {
            return verify(bot, params, chat(bot, params), false);
        });
        table.faithful("getManagedBotToken", Pace.OTHER, this::getManagedBotToken);
        table.faithful("replaceManagedBotToken", Pace.OTHER, this::replaceManagedBotToken);
        table.faithful("getManagedBotAccessSettings", Pace.OTHER, this::getAccess);
        table.shallow("setManagedBotAccessSettings", Pace.OTHER, this::setAccess);
        table.shallow("setUserEmojiStatus", Pace.OTHER, this::setUserEmojiStatus);
        table.shallow("setPassportDataErrors", Pace.OTHER, this::setPassportDataErrors);
        table.faithful("getUserPersonalChatMessages", Pace.OTHER, this::getPersonalChatMessages);
    }

    private long user(Bot bot, Params params) {
        return core.access().person(bot, params.userId("user_id")).id();
    }

    private long chat(Bot bot, Params params) {
        return core.access().readable(bot, params.raw("chat_id")).id();
    }

    private Reply verify(Bot bot, Params params, long id, boolean on) {
        if (!bot.flags.contains(BotFlag.VERIFIES)) throw Refused.of(403, "BOT_VERIFIER_FORBIDDEN");
        var description = params.text("custom_description");
        if (description.codePointCount(0, description.length()) > MOST_DESCRIPTION) {
            throw Refused.of(400, "Custom description is too long");
        }
        if (on) core.interactions().verified.put(id, description);
        else core.interactions().verified.remove(id);
        return BotMethods.TRUE;
    }

    private Bot managed(Bot bot, Params params) {
        var managed = core.registry().bot(params.userId("user_id"));
        if (managed == null) throw Refused.of(400, "user not found");
        if (managed.manager != bot) throw Refused.of(400, "BOT_INVALID");
        return managed;
    }

    Reply getManagedBotToken(Bot bot, Params params) {
        return new Reply.Ok(new JsonWriter().value(managed(bot, params).token()).toString());
    }

    /** The old one is nobody's from then on. */
    Reply replaceManagedBotToken(Bot bot, Params params) {
        var managed = managed(bot, params);
        core.registry().replaceToken(managed);
        return new Reply.Ok(new JsonWriter().value(managed.token()).toString());
    }

    Reply getAccess(Bot bot, Params params) {
        var managed = managed(bot, params);
        var json = new JsonWriter().object().field("is_access_restricted", managed.restrictedTo != null);
        if (managed.restrictedTo != null && !managed.restrictedTo.isEmpty()) {
            json.name("added_users").array();
            for (var account : managed.restrictedTo) account.write(json);
            json.endArray();
        }
        return new Reply.Ok(json.endObject().toString());
    }

    Reply setAccess(Bot bot, Params params) {
        var managed = managed(bot, params);
        List<Account> added = new ArrayList<>();
        if (params.has("added_user_ids")) {
            var json = Fields.json(params, "added_user_ids", "Can't parse added user identifiers JSON object");
            if (!json.isArray()) throw Refused.of(400, "Expected an Array of user identifiers");
            if (json.size() > MOST_ADDED) throw Refused.of(400, "Too many user identifiers specified");
            for (var element : json.values()) {
                var account = core.registry().account(Lenient.number(element.asString("")));
                if (account == null) throw Refused.of(400, "user not found");
                added.add(account);
            }
        }
        managed.restrictedTo = params.flag("is_access_restricted") ? List.copyOf(added) : null;
        return BotMethods.TRUE;
    }

    /** Only of those who allowed it. */
    Reply setUserEmojiStatus(Bot bot, Params params) {
        var person = core.access().person(bot, params.userId("user_id"));
        if (!bot.emojiStatusOf.contains(person.id())) throw Refused.of(403, "USER_PERMISSION_DENIED");
        var id = params.text("emoji_status_custom_emoji_id");
        person.emojiStatus = id;
        long until = params.number("emoji_status_expiration_date");
        if (until > core.agenda().seconds()) {
            core.agenda().at(java.time.Instant.ofEpochSecond(until), () -> {
                if (person.emojiStatus.equals(id)) person.emojiStatus = "";
            });
        }
        return BotMethods.TRUE;
    }

    /** Nobody has papers here, so that nobody is shown what is wrong with them. */
    Reply setPassportDataErrors(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var errors = Fields.json(params, "errors", "Can't parse errors JSON object");
        if (!errors.isArray()) throw Refused.of(400, "Expected an Array of PassportElementError");
        for (var error : errors.values()) {
            Fields.within("Can't parse PassportElementError", error, StandingMethods::passportError);
        }
        core.access().person(bot, userId);
        return BotMethods.TRUE;
    }

    private static String passportError(JsonNode json) {
        var fields = Fields.of(json, "expected an Object");
        var type = fields.requiredText("type");
        boolean known = Documented.values("PassportElementErrorTranslationFileType")
                        .contains(type)
                || Documented.values("PassportElementErrorDataFieldType").contains(type)
                || type.equals("phone_number")
                || type.equals("email");
        if (!known) throw Refused.of(400, "wrong Telegram Passport element type specified");
        fields.requiredText("message");
        var source = fields.text("source");
        if (source.isEmpty() || source.equals("unspecified")) {
            hash(fields.requiredText("element_hash"));
        } else if (source.equals("data")) {
            hash(fields.requiredText("data_hash"));
            fields.requiredText("field_name");
        } else if (FILE_SOURCES.contains(source)) {
            hash(fields.requiredText("file_hash"));
        } else if (source.equals("files") || source.equals("translation_files")) {
            for (var hash : fields.requiredArray("file_hashes")) {
                if (!hash.isString()) throw Refused.of(400, "hash must be a string");
                hash(hash.stringValue());
            }
        } else {
            throw Refused.of(400, "wrong source specified");
        }
        return type;
    }

    private static void hash(String encoded) {
        if (!encoded.matches("[A-Za-z0-9+/]*={0,2}") || encoded.length() % 4 != 0) {
            throw Refused.of(400, "hash isn't a valid base64-encoded string");
        }
    }

    /** The newest posts of the channel that a person shows as its own, the newest first. */
    Reply getPersonalChatMessages(Bot bot, Params params) {
        var person = core.access().person(bot, params.userId("user_id"));
        int limit = params.integer("limit", 20, 1, 20);
        var chat = core.registry().chat(person.personalChatId);
        List<Message> newest = new ArrayList<>();
        if (chat != null) {
            for (var message : chat.messages()) if (!message.content().isService()) newest.addFirst(message);
        }
        var json = new JsonWriter(512).array();
        for (int i = 0; i < newest.size() && i < limit; i++) core.json().write(json, newest.get(i), bot, true);
        return new Reply.Ok(json.endArray().toString());
    }
}
