package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;
import static java.util.stream.Collectors.joining;

import io.botmesh.world.Admin;
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

    private static final FieldType CHAT =
            FieldType.object(new Fields("ChatId").needs("chat_id", FieldType.ID, "Of the new chat."));

    private final World world;

    SceneRoutes(World world) {
        this.world = world;
    }

    void addTo(ControlTable table) {
        table.post("/control/bots", "A new bot.", this::bot)
                .needs("username", FieldType.TEXT, "Without @; ends in bot.")
                .takes("token", FieldType.TEXT, "Your own token; the number before its colon becomes the bot's id.")
                .gives(FieldType.object(new Fields("Bot")
                        .needs("id", FieldType.ID, "")
                        .needs("token", FieldType.TEXT, "What its program needs.")
                        .needs("username", FieldType.TEXT, "")));
        table.post("/control/users", "A new simulated person.", this::user)
                .needs("first_name", FieldType.TEXT, "")
                .takes("username", FieldType.TEXT, "Without @.")
                .gives(FieldType.object(new Fields("Person")
                        .needs("id", FieldType.ID, "")
                        .needs("first_name", FieldType.TEXT, "")
                        .takes("username", FieldType.TEXT, "")));
        table.post("/control/channels", "A new channel, owned by a person of its own.", this::channel)
                .needs("title", FieldType.TEXT, "")
                .takes("username", FieldType.TEXT, "Makes it public.")
                .takes("admins", FieldType.oneOrMore(ADMIN), "Beside the owner.")
                .gives(CHAT);
        table.post("/control/groups", "A new supergroup, owned by a person of its own.", this::group)
                .needs("title", FieldType.TEXT, "")
                .takes("username", FieldType.TEXT, "Makes it public.")
                .takes("admins", FieldType.oneOrMore(ADMIN), "Beside the owner.")
                .gives(CHAT);
    }

    private String bot(Given given) {
        var token = given.optionalText("token");
        var username = given.text("username");
        var bot = token == null ? world.addBot(username) : world.addBot(username, token);
        return "{\"id\":" + bot.id() + ",\"token\":" + quoted(bot.token()) + ",\"username\":" + quoted(bot.username())
                + "}";
    }

    private String user(Given given) {
        var user = world.addUser(given.text("first_name"), given.optionalText("username"));
        return "{\"id\":" + user.id() + ",\"first_name\":" + quoted(user.firstName())
                + (user.username() == null ? "" : ",\"username\":" + quoted(user.username())) + "}";
    }

    private String channel(Given given) throws Wrong {
        var channel = world.addChannel(given.text("title"), given.optionalText("username"), admins(given));
        return "{\"chat_id\":" + channel.id() + "}";
    }

    private String group(Given given) throws Wrong {
        var group = world.addGroup(given.text("title"), given.optionalText("username"), admins(given));
        return "{\"chat_id\":" + group.id() + "}";
    }

    private static List<Admin> admins(Given given) throws Wrong {
        var admins = new ArrayList<Admin>();
        for (var each : given.each("admins")) admins.add(admin(each));
        return admins;
    }

    static Admin admin(Given given) throws Wrong {
        if (given.has("bot") == given.has("user")) throw new Wrong("an admin has either \"bot\" or \"user\", an id");
        long id = given.id(given.has("bot") ? "bot" : "user");
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
