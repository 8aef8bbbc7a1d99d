package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.BotSettings;
import io.botmesh.world.World;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the owners of bots switch on and off, and what people see of how a bot has set itself up. */
final class BotRoutes {
    /** Sets one of them. */
    private interface Switch {
        void set(long botId, boolean on);
    }

    private final World world;
    private final BotSettings settings;
    private final Map<String, Switch> switches = new LinkedHashMap<>();
    private final Map<String, String> meanings = new LinkedHashMap<>();

    BotRoutes(World world) {
        this.world = world;
        settings = world.botSettings();
        add("privacy", world::privacy, "Whether it sees of groups only what is meant for it; at first on.");
        add("inline", settings::inlineMode, "Whether people can ask it from any chat.");
        add("inline_feedback", settings::inlineFeedback, "Whether it is told which inline results people choose.");
        add("guest", settings::guestMode, "Whether people can call it into chats that it is not in.");
        add("business", settings::businessMode, "Whether people can let it act for them.");
        add("manages_bots", settings::managesBots, "Whether it may run other bots.");
        add("verifies", settings::verifies, "Whether it may mark people and chats as verified.");
        add("bot_to_bot", settings::botToBot, "Whether it talks with other bots.");
        add("join_request_queries", settings::joinRequestQueries, "Whether chats may ask it about who wants to join.");
        add(
                "test_server",
                settings::testServer,
                "Whether it lives on the test servers: called as /bot<token>/test/...");
        add("topics", (bot, on) -> settings.topics(bot, on, false), "Whether private chats with it have topics.");
        add("topics_by_people", (bot, on) -> settings.topics(bot, on, on), "The same, and people may make some.");
    }

    private void add(String name, Switch to, String means) {
        switches.put(name, to);
        meanings.put(name, means);
    }

    void addTo(ControlTable table) {
        takeSwitches(table.post("/control/bot-settings", "Switches something in a bot on or off.", this::set)
                .needs("bot", FieldType.ID, ""));
        table.get("/control/bot-settings", "What a person sees of how a bot has set itself up.", this::show)
                .needs("user", FieldType.ID, "Who looks.")
                .needs("bot", FieldType.ID, "")
                .takes("chat", FieldType.ID, "Where; default is the private chat with the bot.");
        table.post("/control/photos", "A bot's or person's photo; without a file it goes.", this::photo)
                .needs("user", FieldType.ID, "A person or a bot.")
                .takes("photo", FieldType.FILE, "");
        table.post("/control/managed-bots", "A person lets a bot run a new one.", this::managed)
                .needs("manager", FieldType.ID, "A bot that may run others.")
                .needs("user", FieldType.ID, "Who owns the new one.")
                .needs("username", FieldType.TEXT, "Of the new one.");
        table.post("/control/profiles", "What a person shows of itself.", this::profile)
                .needs("user", FieldType.ID, "A person.")
                .takes("channel", FieldType.ID, "Its personal channel; 0 for none.")
                .takes("emoji_status_by", FieldType.ID, "A bot that may set the emoji status.");
        table.get("/control/profiles", "The emoji status and the verification of somebody, null for none.", this::look)
                .needs("user", FieldType.ID, "A person, bot or chat.");
        table.post("/control/tokens", "Revokes a token: nobody gets in with it any more.", this::revoke)
                .needs("token", FieldType.TEXT, "");
    }

    /** The switches are fields of a new bot as well. */
    Route takeSwitches(Route route) {
        meanings.forEach((name, means) -> route.takes(name, FieldType.FLAG, means));
        return route;
    }

    void apply(long botId, Given given) {
        switches.forEach((name, to) -> {
            if (given.has(name)) to.set(botId, given.flag(name, false));
        });
    }

    private String set(Given given) {
        apply(given.id("bot"), given);
        return "{\"ok\":true}";
    }

    private String show(Given given) {
        long user = given.id("user");
        long bot = given.id("bot");
        long chat = given.has("chat") ? given.id("chat") : bot;
        return "{\"commands\":" + settings.commands(user, chat, bot) + ",\"menu_button\":"
                + settings.menuButton(user, bot) + "}";
    }

    private String photo(Given given) throws IOException {
        var file = given.file("photo");
        settings.photo(given.id("user"), file == null ? null : file.content());
        return "{\"ok\":true}";
    }

    private String managed(Given given) {
        return SceneRoutes.json(settings.managedBot(given.id("manager"), given.id("user"), given.text("username")));
    }

    private String profile(Given given) {
        if (given.has("channel")) settings.personalChannel(given.id("user"), given.id("channel"));
        if (given.has("emoji_status_by")) settings.allowEmojiStatus(given.id("user"), given.id("emoji_status_by"));
        return "{\"ok\":true}";
    }

    private String look(Given given) {
        long id = given.id("user");
        var status = id > 0 ? quoted(settings.emojiStatus(id)) : "null";
        return "{\"emoji_status\":" + status + ",\"verification\":"
                + settings.verification(id).map(ControlHandler::quoted).orElse("null") + "}";
    }

    private String revoke(Given given) {
        world.revoke(given.text("token"));
        return "{\"ok\":true}";
    }
}
