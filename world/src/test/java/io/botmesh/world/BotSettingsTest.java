package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How a bot says who it is and what it can do. */
class BotSettingsTest {
    private static final String START = "[{\"command\":\"start\",\"description\":\"begins\"}]";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));

    private String seen(Person person, long chatId) {
        return scene.world.botSettings().commands(person.id(), chatId, bot.id());
    }

    private void set(String name, String scope, String language) {
        scene.ok(
                bot,
                "setMyCommands",
                "commands",
                "[{\"command\":\"" + name + "\",\"description\":\"d\"}]",
                "scope",
                scope,
                "language_code",
                language);
    }

    private static String one(String name) {
        return "[{\"command\":\"" + name + "\",\"description\":\"d\"}]";
    }

    @Test
    void commandsComeBackOfExactlyTheirScopeAndLanguage() {
        scene.ok(bot, "setMyCommands", "commands", START, "language_code", "de");
        assertThat(scene.raw(bot, "getMyCommands", "language_code", "de")).isEqualTo(START);
        assertThat(scene.raw(bot, "getMyCommands")).isEqualTo("[]");
        assertThat(scene.raw(bot, "getMyCommands", "scope", "{\"type\":\"all_group_chats\"}", "language_code", "de"))
                .isEqualTo("[]");
        scene.ok(bot, "deleteMyCommands", "language_code", "de");
        assertThat(scene.raw(bot, "getMyCommands", "language_code", "de")).isEqualTo("[]");
    }

    @Test
    void thePersonFindsTheNearestScopeAndItsOwnLanguageFirst() {
        set("everywhere", "", "");
        assertThat(seen(ann, bot.id())).isEqualTo(one("everywhere"));
        set("private", "{\"type\":\"all_private_chats\"}", "");
        assertThat(seen(ann, bot.id())).isEqualTo(one("private"));
        set("english", "{\"type\":\"all_private_chats\"}", "en");
        assertThat(seen(ann, bot.id())).isEqualTo(one("english"));
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        set("hers", "{\"type\":\"chat\",\"chat_id\":" + ann.id() + "}", "");
        assertThat(seen(ann, bot.id())).isEqualTo(one("hers"));
        assertThat(seen(bob, bot.id())).isEqualTo(one("english"));
    }

    @Test
    void inAGroupAdministratorsFindTheirsBeforeTheOthers() {
        var id = "\"chat_id\":" + group.id() + "}";
        set("groups", "{\"type\":\"all_group_chats\"}", "");
        set("admins", "{\"type\":\"all_chat_administrators\"}", "");
        assertThat(seen(ann, group.id())).isEqualTo(one("admins"));
        assertThat(seen(bob, group.id())).isEqualTo(one("groups"));
        set("here", "{\"type\":\"chat\"," + id, "");
        set("admins_here", "{\"type\":\"chat_administrators\"," + id, "");
        assertThat(seen(ann, group.id())).isEqualTo(one("admins_here"));
        assertThat(seen(bob, group.id())).isEqualTo(one("here"));
        set("bobs", "{\"type\":\"chat_member\",\"user_id\":" + bob.id() + "," + id, "");
        assertThat(seen(bob, group.id())).isEqualTo(one("bobs"));
    }

    @Test
    void badCommandsAreRefusedInTheServersWords() {
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "x"))
                .isEqualTo("400 Bad Request: can't parse commands JSON object");
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "{}"))
                .isEqualTo("400 Bad Request: expected an Array of BotCommand");
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "[{\"command\":\"a\"}]"))
                .isEqualTo("400 Bad Request: can't parse BotCommand: Can't find field \"description\"");
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "[{\"command\":\"/\",\"description\":\"d\"}]"))
                .isEqualTo("400 Bad Request: command must be non-empty");
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "[{\"command\":\"a\",\"description\":\"\udcff\"}]"))
                .isEqualTo("400 Bad Request: command description must be encoded in UTF-8");
        assertThat(scene.refusal(bot, "setMyCommands", "commands", "[{\"command\":\"A\",\"description\":\"d\"}]"))
                .isEqualTo("400 Bad Request: BOT_COMMAND_INVALID");
        assertThat(scene.refusal(
                        bot,
                        "setMyCommands",
                        "commands",
                        "[{\"command\":\"" + "a".repeat(33) + "\",\"description\":\"d\"}]"))
                .isEqualTo("400 Bad Request: command length must not exceed 32");
        assertThat(scene.refusal(bot, "getMyCommands", "language_code", "EN"))
                .isEqualTo("400 Bad Request: invalid language code specified");
        assertThat(scene.refusal(bot, "getMyCommands", "scope", "{\"type\":\"chat\"}"))
                .isEqualTo("400 Bad Request: can't parse BotCommandScope: Can't find field \"chat_id\"");
        assertThat(scene.refusal(bot, "getMyCommands", "scope", "{\"type\":\"moon\"}"))
                .isEqualTo("400 Bad Request: can't parse BotCommandScope: Unsupported type specified");
    }

    @Test
    void namesAndDescriptionsAreKeptByLanguageAndFallBackToTheGeneralOne() {
        assertThat(scene.raw(bot, "getMyName")).isEqualTo("{\"name\":\"one_bot\"}");
        scene.ok(bot, "setMyName", "name", "Uno");
        scene.ok(bot, "setMyName", "name", "Eins", "language_code", "de");
        assertThat(scene.raw(bot, "getMyName", "language_code", "de")).isEqualTo("{\"name\":\"Eins\"}");
        assertThat(scene.raw(bot, "getMyName", "language_code", "fr")).isEqualTo("{\"name\":\"Uno\"}");
        assertThat(scene.ok(bot, "getMe").get("first_name").asString()).isEqualTo("Uno");
        scene.ok(bot, "setMyName", "language_code", "de");
        assertThat(scene.raw(bot, "getMyName", "language_code", "de")).isEqualTo("{\"name\":\"Uno\"}");
        scene.ok(bot, "setMyDescription", "description", "long");
        scene.ok(bot, "setMyShortDescription", "short_description", "short");
        assertThat(scene.raw(bot, "getMyDescription")).isEqualTo("{\"description\":\"long\"}");
        assertThat(scene.raw(bot, "getMyShortDescription", "language_code", "de"))
                .isEqualTo("{\"short_description\":\"short\"}");
    }

    @Test
    void whatABotSaysOfItselfHasItsLimits() {
        scene.ok(bot, "setMyName", "name", "n".repeat(64));
        scene.ok(bot, "setMyDescription", "description", "d".repeat(512));
        scene.ok(bot, "setMyShortDescription", "short_description", "s".repeat(120));
        assertThat(scene.refusal(bot, "setMyName", "name", "n".repeat(65)))
                .isEqualTo("400 Bad Request: BOT_TITLE_INVALID");
        assertThat(scene.refusal(bot, "setMyDescription", "description", "d".repeat(513)))
                .startsWith("400 Bad Request: ");
        assertThat(scene.refusal(bot, "setMyShortDescription", "short_description", "s".repeat(121)))
                .startsWith("400 Bad Request: ");
    }

    @Test
    void aMenuButtonIsForOnePersonOrForAll() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var app = "{\"type\":\"web_app\",\"text\":\"Open\",\"web_app\":{\"url\":\"https://example.org/app\"}}";
        var her = Scene.text(ann.id());
        assertThat(scene.raw(bot, "getChatMenuButton", "chat_id", her)).isEqualTo("{\"type\":\"default\"}");
        assertThat(scene.world.botSettings().menuButton(ann.id(), bot.id())).isEqualTo("{\"type\":\"commands\"}");
        scene.ok(bot, "setChatMenuButton", "menu_button", app);
        assertThat(scene.raw(bot, "getChatMenuButton")).isEqualTo(app);
        assertThat(scene.world.botSettings().menuButton(ann.id(), bot.id())).isEqualTo(app);
        scene.ok(bot, "setChatMenuButton", "chat_id", her, "menu_button", "{\"type\":\"commands\"}");
        assertThat(scene.world.botSettings().menuButton(ann.id(), bot.id())).isEqualTo("{\"type\":\"commands\"}");
        scene.ok(bot, "setChatMenuButton", "chat_id", her);
        assertThat(scene.world.botSettings().menuButton(ann.id(), bot.id())).isEqualTo(app);
        assertThat(scene.refusal(bot, "setChatMenuButton", "chat_id", Scene.text(bob.id())))
                .isEqualTo("400 Bad Request: user not found");
        assertThat(scene.refusal(bot, "setChatMenuButton", "menu_button", app.replace("https", "http")))
                .isEqualTo("400 Bad Request: menu button Web App URL 'http://example.org/app' is invalid: "
                        + "Only HTTPS links are allowed");
        assertThat(scene.refusal(bot, "setChatMenuButton", "menu_button", "{\"type\":\"x\"}"))
                .isEqualTo("400 Bad Request: can't parse menu button: MenuButton has unsupported type");
    }

    @Test
    void wishedRightsAreKeptForGroupsAndChannelsApart() {
        scene.ok(
                bot,
                "setMyDefaultAdministratorRights",
                "rights",
                "{\"can_post_messages\":true,\"can_pin_messages\":true}",
                "for_channels",
                "true");
        var channels = scene.ok(bot, "getMyDefaultAdministratorRights", "for_channels", "true");
        assertThat(channels.get("can_post_messages").booleanValue()).isTrue();
        assertThat(channels.has("can_pin_messages")).isFalse();
        var groups = scene.ok(bot, "getMyDefaultAdministratorRights");
        assertThat(groups.get("can_pin_messages").booleanValue()).isFalse();
        assertThat(groups.has("can_post_messages")).isFalse();
        assertThat(scene.refusal(bot, "setMyDefaultAdministratorRights", "rights", "{\"can_manage_chat\":\"yes\"}"))
                .isEqualTo("400 Bad Request: can't parse ChatAdministratorRights: "
                        + "Field \"can_manage_chat\" must be of type Boolean");
    }

    @Test
    void getMeTellsWhatTheOwnerHasSwitchedOn() {
        assertThat(scene.ok(bot, "getMe").get("supports_inline_queries").booleanValue())
                .isFalse();
        scene.world.botSettings().inlineMode(bot.id(), true);
        scene.world.botSettings().businessMode(bot.id(), true);
        var me = scene.ok(bot, "getMe");
        assertThat(me.get("supports_inline_queries").booleanValue()).isTrue();
        assertThat(me.get("can_connect_to_business").booleanValue()).isTrue();
        assertThat(me.get("can_manage_bots").booleanValue()).isFalse();
    }
}
