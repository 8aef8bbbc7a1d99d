package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;
import static java.util.stream.Collectors.joining;

import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Permission;
import io.botmesh.world.Permissions;
import io.botmesh.world.Right;
import io.botmesh.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** Who and what there is: bots, people, channels, groups. */
final class SceneRoutes {
    static final Fields ADMIN = new Fields("Admin")
            .takes("bot", FieldType.ID, "A bot; either this or user.")
            .takes("user", FieldType.ID, "A person.")
            .takes("rights", FieldType.TEXTS, "As in ChatAdministratorRights; all of them if it is left out.");

    static final FieldType CHAT =
            FieldType.object(new Fields("ChatId").needs("chat_id", FieldType.ID, "Of the new chat."));

    private final World world;
    private final BotRoutes bots;

    SceneRoutes(World world, BotRoutes bots) {
        this.world = world;
        this.bots = bots;
    }

    void addTo(ControlTable table) {
        bots.takeSwitches(table.post("/control/bots", "A new bot.", this::bot)
                        .needs("username", FieldType.TEXT, "Without @; ends in bot.")
                        .takes(
                                "token",
                                FieldType.TEXT,
                                "Your own token; the number before its colon becomes the bot's id."))
                .gives(FieldType.object(new Fields("Bot")
                        .needs("id", FieldType.ID, "")
                        .needs("token", FieldType.TEXT, "What its program needs.")
                        .needs("username", FieldType.TEXT, "")));
        table.post("/control/users", "A new simulated person.", this::user)
                .needs("first_name", FieldType.TEXT, "")
                .takes("last_name", FieldType.TEXT, "")
                .takes("username", FieldType.TEXT, "Without @.")
                .takes("language_code", FieldType.TEXT, "IETF tag; default en.")
                .gives(FieldType.object(new Fields("Person")
                        .needs("id", FieldType.ID, "")
                        .needs("first_name", FieldType.TEXT, "")
                        .takes("username", FieldType.TEXT, "")));
        table.post("/control/channels", "A new channel, owned by a person of its own.", this::channel)
                .needs("title", FieldType.TEXT, "")
                .takes("username", FieldType.TEXT, "Makes it public.")
                .takes("admins", FieldType.oneOrMore(ADMIN), "Beside the owner.")
                .gives(CHAT);
        table.post("/control/groups", "A new group, owned by a person of its own.", this::group)
                .needs("title", FieldType.TEXT, "")
                .takes("kind", FieldType.oneOf("basic", "supergroup", "forum"), "Default supergroup.")
                .takes("username", FieldType.TEXT, "Makes it public; not for a basic one.")
                .takes("admins", FieldType.oneOrMore(ADMIN), "Beside the owner.")
                .gives(CHAT);
    }

    private String bot(Given given) {
        var token = given.optionalText("token");
        var username = given.text("username");
        var bot = token == null ? world.addBot(username) : world.addBot(username, token);
        bots.apply(bot.id(), given);
        return json(bot);
    }

    static String json(BotAccount bot) {
        return "{\"id\":" + bot.id() + ",\"token\":" + quoted(bot.token()) + ",\"username\":" + quoted(bot.username())
                + "}";
    }

    private String user(Given given) {
        var user = world.addUser(
                given.text("first_name"),
                given.optionalText("last_name"),
                given.optionalText("username"),
                given.has("language_code") ? given.text("language_code") : "en");
        return "{\"id\":" + user.id() + ",\"first_name\":" + quoted(user.firstName())
                + (user.username() == null ? "" : ",\"username\":" + quoted(user.username())) + "}";
    }

    private String channel(Given given) throws Wrong {
        var channel = world.addChannel(given.text("title"), given.optionalText("username"), admins(given));
        return "{\"chat_id\":" + channel.id() + "}";
    }

    private String group(Given given) throws Wrong {
        var title = given.text("title");
        var username = given.optionalText("username");
        var kind = given.has("kind") ? given.text("kind") : "supergroup";
        if (kind.equals("basic") && username != null) throw new Wrong("a basic group has no \"username\"");
        var group = switch (kind) {
            case "basic" -> world.addBasicGroup(title, admins(given));
            case "forum" -> world.addForum(title, username, admins(given));
            default -> world.addGroup(title, username, admins(given));
        };
        return "{\"chat_id\":" + group.id() + "}";
    }

    static Permissions permissions(Given given) throws Wrong {
        var allowed = EnumSet.noneOf(Permission.class);
        for (var name : given.texts("permissions")) {
            allowed.add(Permission.ofWireName(name)
                    .orElseThrow(() -> new Wrong("unknown permission: " + name + "; there are "
                            + Arrays.stream(Permission.values())
                                    .map(Permission::wireName)
                                    .collect(joining(", ")))));
        }
        return new Permissions(allowed);
    }

    private static List<Admin> admins(Given given) throws Wrong {
        var admins = new ArrayList<Admin>();
        for (var each : given.each("admins")) admins.add(admin(each));
        return admins;
    }

    static Admin admin(Given given) throws Wrong {
        if (given.has("bot") == given.has("user")) throw new Wrong("an admin has either \"bot\" or \"user\", an id");
        return admin(given.id(given.has("bot") ? "bot" : "user"), given);
    }

    /** With the rights that are named, all of them if none is. */
    static Admin admin(long id, Given given) throws Wrong {
        if (!given.has("rights")) return Admin.full(id);
        var rights = EnumSet.noneOf(Right.class);
        for (var name : given.texts("rights")) {
            rights.add(Right.ofWireName(name)
                    .orElseThrow(() -> new Wrong("unknown right: " + name + "; there are "
                            + Arrays.stream(Right.values()).map(Right::wireName).collect(joining(", ")))));
        }
        return new Admin(id, rights);
    }
}
