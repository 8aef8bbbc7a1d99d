package io.botmesh.world;

import io.botmesh.world.BotProfile.MenuButton;
import io.botmesh.world.Method.Pace;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Methods with which a bot says who it is: names, descriptions, the menu button, the rights it wishes for. */
final class ProfileMethods {
    private static final int MOST_NAME = 64;
    private static final int MOST_DESCRIPTION = 512;
    private static final int MOST_SHORT_DESCRIPTION = 120;

    private final Core core;

    ProfileMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("setMyName", Pace.OTHER, this::setMyName);
        table.faithful("getMyName", Pace.OTHER, this::getMyName);
        table.faithful("setMyDescription", Pace.OTHER, (bot, params) -> {
            return set(bot.profile.descriptions, params, "description", MOST_DESCRIPTION, "BOT_DESCRIPTION_INVALID");
        });
        table.faithful("getMyDescription", Pace.OTHER, (bot, params) -> {
            return get(bot.profile.descriptions, params, "description", "");
        });
        table.faithful("setMyShortDescription", Pace.OTHER, (bot, params) -> {
            return set(
                    bot.profile.shortDescriptions,
                    params,
                    "short_description",
                    MOST_SHORT_DESCRIPTION,
                    "BOT_ABOUT_INVALID");
        });
        table.faithful("getMyShortDescription", Pace.OTHER, (bot, params) -> {
            return get(bot.profile.shortDescriptions, params, "short_description", "");
        });
        table.faithful("setChatMenuButton", Pace.OTHER, this::setChatMenuButton);
        table.faithful("getChatMenuButton", Pace.OTHER, this::getChatMenuButton);
        table.faithful("setMyDefaultAdministratorRights", Pace.OTHER, this::setRights);
        table.faithful("getMyDefaultAdministratorRights", Pace.OTHER, this::getRights);
    }

    /** The name for all languages is the one that everybody sees. */
    Reply setMyName(Bot bot, Params params) {
        var reply = set(bot.profile.names, params, "name", MOST_NAME, "BOT_TITLE_INVALID");
        var name = bot.profile.names.get("");
        if (name != null) bot.account().rename(name, null);
        return reply;
    }

    Reply getMyName(Bot bot, Params params) {
        return get(bot.profile.names, params, "name", bot.account().firstName());
    }

    private static Reply set(Map<String, String> texts, Params params, String field, int most, String tooLong) {
        var language = CommandMethods.language(params);
        var text =
                TextCleaner.clean(params.text(field), java.util.List.of(), true).text();
        if (text.codePointCount(0, text.length()) > most) throw Refused.of(400, tooLong);
        if (text.isEmpty() && !(field.equals("name") && language.isEmpty())) texts.remove(language);
        else if (!text.isEmpty()) texts.put(language, text);
        return BotMethods.TRUE;
    }

    private Reply get(Map<String, String> texts, Params params, String field, String otherwise) {
        var language = CommandMethods.language(params);
        var text = core.assume(Assumption.NAMES_FALL_BACK)
                ? BotProfile.in(texts, language, otherwise)
                : texts.getOrDefault(language, language.isEmpty() ? otherwise : "");
        return new Reply.Ok(
                new JsonWriter().object().field(field, text).endObject().toString());
    }

    Reply setChatMenuButton(Bot bot, Params params) {
        var button = params.has("menu_button")
                ? Fields.within(
                        "Can't parse menu button",
                        Fields.json(params, "menu_button", "Can't parse menu button JSON object"),
                        ProfileMethods::menuButton)
                : MenuButton.DEFAULT;
        long person = menuPerson(bot, params);
        if (button.type().equals("web_app")) {
            if (button.text().isBlank()) throw Refused.of(400, "Button text must be non-empty");
            WebLinks.requireHttps(button.url(), "Menu button Web App ");
        }
        if (button.equals(MenuButton.DEFAULT)) bot.profile.menuButtons.remove(person);
        else bot.profile.menuButtons.put(person, button);
        return BotMethods.TRUE;
    }

    Reply getChatMenuButton(Bot bot, Params params) {
        long person = menuPerson(bot, params);
        var otherwise = person == 0 ? MenuButton.COMMANDS : MenuButton.DEFAULT;
        return new Reply.Ok(json(bot.profile.menuButtons.getOrDefault(person, otherwise)));
    }

    static String json(MenuButton button) {
        var json = new JsonWriter().object().field("type", button.type());
        if (button.type().equals("web_app")) {
            json.field("text", button.text()).name("web_app").object();
            json.field("url", button.url()).endObject();
        }
        return json.endObject().toString();
    }

    private static MenuButton menuButton(JsonNode json) {
        var fields = Fields.of(json, "MenuButton must be an Object");
        return switch (fields.requiredText("type")) {
            case "default" -> MenuButton.DEFAULT;
            case "commands" -> MenuButton.COMMANDS;
            case "web_app" ->
                new MenuButton(
                        "web_app",
                        fields.requiredText("text"),
                        fields.requiredFields("web_app").requiredText("url"));
            default -> throw Refused.of(400, "MenuButton has unsupported type");
        };
    }

    /** The person that a button is for, 0 for everybody. */
    private long menuPerson(Bot bot, Params params) {
        if (params.arguments().text("chat_id") == null) return 0;
        return core.access().person(bot, params.userId("chat_id")).id();
    }

    Reply setRights(Bot bot, Params params) {
        var rights = params.has("rights")
                ? Fields.within(
                        "Can't parse ChatAdministratorRights",
                        Fields.json(params, "rights", "Can't parse ChatAdministratorRights JSON object"),
                        ProfileMethods::rights)
                : EnumSet.noneOf(Right.class);
        if (params.flag("for_channels")) bot.profile.channelRights = rights;
        else bot.profile.groupRights = rights;
        return BotMethods.TRUE;
    }

    Reply getRights(Bot bot, Params params) {
        boolean channels = params.flag("for_channels");
        var kind = channels ? Chat.Kind.CHANNEL : Chat.Kind.SUPERGROUP;
        var rights = channels ? bot.profile.channelRights : bot.profile.groupRights;
        return new Reply.Ok(writeRights(new JsonWriter(), rights, kind).toString());
    }

    static Set<Right> rights(JsonNode json) {
        var fields = Fields.of(json, "ChatAdministratorRights must be an Object");
        var rights = EnumSet.noneOf(Right.class);
        for (var right : Right.values()) if (fields.flag(right.wireName())) rights.add(right);
        return rights;
    }

    static JsonWriter writeRights(JsonWriter json, Set<Right> rights, Chat.Kind kind) {
        json.object();
        for (var right : Right.values()) {
            if (Member.applies(right, kind)) json.field(right.wireName(), rights.contains(right));
        }
        return json.field("can_manage_voice_chats", rights.contains(Right.MANAGE_VIDEO_CHATS))
                .endObject();
    }
}
